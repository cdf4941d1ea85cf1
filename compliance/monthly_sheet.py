"""A month as people read it: what was filed, what corrected it, what is known today, and the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from compliance import monthly
from compliance.figures import Evidence, Figure, Unit
from compliance.frozen import Moved
from compliance.indicators import figures
from compliance.monthly import KEYS
from compliance.priorities import Standing, what_first
from model.errors import Missing
from model.periods import Period, month_of
from store import figures as rows
from store import months
from store.sql import Conn

COUNTY = "全县"


@dataclass(frozen=True, slots=True)
class Filed:
    """One version of a month; version 2 and above are corrections."""

    version: int
    filed_at: datetime
    filed_by: str
    figures: Mapping[str, Figure]
    corrects: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as filed, as corrected where a correction moved it, and as known today where that differs."""

    key: str
    label: str
    filed: str
    corrected: str
    known: str
    year_before: str
    over_year: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month of one home, or of the county where `home_id` is None."""

    home_id: int | None
    scope: str
    period: Period
    known_at: datetime
    versions: tuple[Filed, ...]
    rows: tuple[Row, ...]
    first: tuple[Standing, ...]

    @property
    def month(self) -> str:
        """Return the month as it is printed; one that is not over says until when."""
        start, end = self.period.start_on, self.period.end_on
        until = f"（截至{end.month}月{end.day}日）" if self.period.to_date else ""
        return f"{start.year}年{start.month}月{until}"

    @property
    def corrections(self) -> tuple[Filed, ...]:
        """Return the versions after the first."""
        return self.versions[1:]


def figure_of(told: Mapping[str, Any]) -> Figure:
    """Return a figure from the words in which a filing keeps it; the rows behind it stay there."""
    unit = Unit(told["unit"])
    decimals = len(told["printed"].partition(".")[2])
    return Figure(
        told["key"],
        told["label"],
        told["value"],
        unit,
        datetime.fromisoformat(told["as_of"]),
        Evidence(told["evidence"]["query"], {}, told["evidence"]["table"]),
        told["numerator"],
        told["denominator"],
        told["completeness"],
        places=1 if unit is Unit.PERCENT else decimals,
        why_unknown=told["why_unknown"],
    )


def row_of(
    key: str, today: Mapping[str, Figure], versions: Sequence[Filed], year_before: Mapping[str, Figure]
) -> Row:
    """Return one line of a month; a month that was never filed has what is known today only."""
    said = [monthly.shown(one.figures.get(key)) for one in versions]
    known = monthly.shown(today[key])
    stands = versions[-1].figures.get(key, today[key]) if versions else today[key]
    before = year_before.get(key)
    return Row(
        key,
        today[key].label,
        filed=said[0] if said else "",
        corrected=said[-1] if said and said[-1] != said[0] else "",
        known=known if not said or known != said[-1] else "",
        year_before=monthly.shown(before) if before is not None and before.known else "—",
        over_year=monthly.shown_change(monthly.difference(stands, before), stands),
        why=tuple(
            line for one in versions for moved in one.corrects if moved.key == key for line in moved.why
        ),
    )


def filed(conn: Conn, first_on: date, home_id: int | None) -> tuple[Filed, ...]:
    """Return every version of a month with its figures; the first first."""
    return tuple(
        Filed(
            one.version,
            one.filed_at,
            one.filed_by,
            {told["key"]: figure_of(told) for told in one.figures},
            tuple(
                Moved(told["key"], told["label"], told["was"], told["now"], tuple(told["why"]))
                for told in one.corrects
            ),
        )
        for one in months.figures(conn, first_on, home_id)
    )


def read(conn: Conn, first_on: date, home_id: int | None, now: datetime) -> Sheet:
    """Return a month of a home, or of the county; raises Missing where the connection sees no such home then.

    The year before is as its month was filed last, or as known today where it never was.
    """
    period = month_of(first_on.year, first_on.month, now)
    counted = rows.counted(conn, period, home_id, now)
    if home_id is not None and counted.home is None:
        raise Missing(f"当月没有这家机构 no such home in {first_on:%Y-%m}: {home_id}")
    today = figures(counted)
    versions = filed(conn, first_on, home_id)
    earlier = monthly.year_earlier(first_on)
    before = filed(conn, earlier, home_id)
    year_before = (
        before[-1].figures
        if before
        else figures(rows.counted(conn, month_of(earlier.year, earlier.month, now), home_id, now))
    )
    return Sheet(
        home_id,
        counted.home.name if counted.home else COUNTY,
        period,
        now,
        versions,
        tuple(row_of(key, today, versions, year_before) for key in KEYS if key in today),
        tuple(what_first(today)),
    )
