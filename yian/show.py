"""Values as commands print them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from model.errors import BadInput


def show_json(value: Any, *, indent: int | None = None) -> None:
    """Print one JSON value, times in ISO 8601; on one line unless indented."""
    print(json.dumps(value, ensure_ascii=False, indent=indent, default=_plain))


def save(out: Path, content: bytes) -> None:
    """Write a file that was asked for by --out. Raises BadInput where it cannot be written."""
    try:
        out.write_bytes(content)
    except OSError as exc:
        raise BadInput("--out", "a file that can be written", str(exc)) from exc


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, set | frozenset | tuple):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)
