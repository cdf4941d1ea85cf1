"""Sums that must add up; where they do not, the gap is printed, never rounded away. Pure.

Source: domain rule 1.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compliance.figures import Figure


@dataclass(frozen=True, slots=True)
class Check:
    """A sum: `total` against its parts (each with a sign); `gap` is None where a part of it is unknown."""

    name: str
    total: str
    parts: tuple[tuple[int, str], ...]
    gap: float | None

    @property
    def good(self) -> bool:
        """Say whether it adds up."""
        return self.gap == 0


_SUMS: tuple[tuple[str, str, tuple[tuple[int, str], ...]], ...] = (
    (
        "火警信息",
        "fire_alarms",
        ((1, "fire_true"), (1, "fire_false"), (1, "fire_test"), (1, "fire_fault"), (1, "fire_open")),
    ),
    (
        "无证养老机构整治",
        "unlicensed_targeted",
        (
            (1, "unlicensed_retrofitted"),
            (1, "unlicensed_closed"),
            (1, "unlicensed_rectified"),
            (1, "unlicensed_pending"),
        ),
    ),
    ("备案养老机构", "filed_total", ((1, "filed_last"), (1, "filed_new"), (-1, "filed_cancelled"))),
)


def checks(figures: Mapping[str, Figure]) -> list[Check]:
    """Return every sum with its gap: what the total has more than its parts."""
    return [Check(name, total, parts, _gap(figures, total, parts)) for name, total, parts in _SUMS]


def _gap(figures: Mapping[str, Figure], total: str, parts: tuple[tuple[int, str], ...]) -> float | None:
    values = [(sign, figures[key].value if key in figures else None) for sign, key in parts]
    whole = figures[total].value if total in figures else None
    known = [sign * value for sign, value in values if value is not None]
    return None if whole is None or len(known) < len(values) else whole - sum(known)
