"""Tables and bars in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Figures = dict[str, Any]
_WIDE = 40


def table(head: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> str:
    """Return a table; None is shown as not measured."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(_cell(cell) for cell in line) + " |\n" for line in lines)


def bars(rows: Sequence[tuple[str, float]], unit: str) -> str:
    """Return one bar for each row, from zero, so that what is flat looks flat."""
    longest, most = max(len(name) for name, _ in rows), max(value for _, value in rows)
    lines = [
        f"{name:>{longest}}  {'█' * max(1, round(value / most * _WIDE)):<{_WIDE}}  {value:,} {unit}"
        for name, value in rows
    ]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def _cell(value: Any) -> str:
    if value is None:
        return "not measured"
    return f"{value:,}" if isinstance(value, int) else str(value)
