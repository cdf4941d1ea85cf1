"""A figure with all that an auditor asks of it; unknown is never zero. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

ENOUGH = 0.95
"""Below this completeness a rate is marked. Source: domain rule 8.3, indicator 12; 95 % is our choice."""


class Unit(StrEnum):
    """What a figure counts, as the genre writes it."""

    HOMES = "家"
    DEVICES = "个"
    PEOPLE = "人"
    PERSONS = "名"
    PERSON_TIMES = "人次"
    TIMES = "次"
    CASES = "起"
    ITEMS = "项"
    SPOTS = "处"
    COPIES = "份"
    SESSIONS = "期"
    SIGNALS = "条"
    PERCENT = "%"
    MINUTES = "分钟"
    HOURS = "小时"
    WAN_YUAN = "万元"
    PER_DETECTOR = "次/个·30天"
    PER_WINDOW = "条/人·10分钟"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a figure comes from: the named query, what it was asked, and the rows that it counted."""

    query: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])
    table: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, None where it is unknown; `completeness` from 0 to 1 of the data behind it, None if unknown.

    `numerator` and `denominator` are those of a rate, in the units of their query.
    """

    key: str
    label: str
    value: float | None
    unit: Unit
    as_of: datetime
    evidence: Evidence
    numerator: float | None = None
    denominator: float | None = None
    completeness: float | None = None
    places: int = 0
    """Decimals that are printed."""
    why_unknown: str = ""

    @property
    def known(self) -> bool:
        """Say whether there is a value at all."""
        return self.value is not None

    @property
    def is_rate(self) -> bool:
        """Say whether it is a share that low completeness voids."""
        return self.unit is Unit.PERCENT

    @property
    def weak(self) -> bool:
        """Say whether the data behind a rate is too thin to print the rate without a mark."""
        return self.is_rate and self.known and (self.completeness is None or self.completeness < ENOUGH)

    def printed(self) -> str:
        """Return the number as the text prints it, without its unit; empty where unknown.

        A full mark is written 100, as the genre does; anything less never rounds up to it, nor down to 0.
        """
        return "" if self.value is None else number(self.value, self.places, percent=self.is_rate)


def number(value: float, places: int, *, percent: bool = False) -> str:
    """Return a number with at most `places` decimals; a share keeps them unless it is whole.

    What is too small for them is told by its first digit: a rare thing is not none.
    """
    if value == int(value):
        return str(int(value))
    text = f"{value:.{places}f}"
    if not percent and float(text) == 0:
        return f"{Decimal(f'{value:.1g}'):f}"
    if not percent and "." in text:
        return text.rstrip("0").rstrip(".")
    step = 10.0**-places
    if percent and float(text) >= 100:
        text = f"{100 - step:.{places}f}"
    if percent and float(text) == 0:
        text = f"{step:.{places}f}"
    return text


def count(
    key: str,
    label: str,
    rows: Sequence[int],
    unit: Unit,
    as_of: datetime,
    evidence: Evidence,
    completeness: float | None = None,
) -> Figure:
    """Return a figure that counts rows; the rows are its evidence."""
    proof = Evidence(evidence.query, evidence.params, evidence.table, tuple(rows))
    return Figure(key, label, float(len(rows)), unit, as_of, proof, completeness=completeness)


def rate(
    key: str,
    label: str,
    numerator: float | None,
    denominator: float | None,
    as_of: datetime,
    evidence: Evidence,
    completeness: float | None,
    why_unknown: str = "",
) -> Figure:
    """Return a share in per cent; unknown where nothing is due or anything of it is unknown."""
    value = None if numerator is None or not denominator else numerator * 100 / denominator
    return Figure(
        key,
        label,
        value,
        Unit.PERCENT,
        as_of,
        evidence,
        numerator,
        denominator,
        completeness,
        places=1,
        why_unknown=why_unknown,
    )


def unknown(key: str, label: str, unit: Unit, as_of: datetime, evidence: Evidence, why: str) -> Figure:
    """Return a figure that nobody knows, with the reason."""
    return Figure(key, label, None, unit, as_of, evidence, why_unknown=why)
