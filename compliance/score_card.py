"""A home's month on one page to hang on the wall: what is reached, what is not, what comes first.

No marks out of a hundred: a sum would let one good rate hide a blocked exit. What counts is how many goals
are reached of those that can be judged; alarms count against nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from compliance import monthly
from compliance.figures import Figure
from compliance.indicator_sheet import NOT_HEARD
from compliance.indicators import figures
from compliance.notes import since_when
from compliance.priorities import Mark, Standing, standings, what_first
from model.clock import local_day
from model.counted import Counted
from model.errors import Missing
from model.periods import Period, month_of
from store import figures as rows
from store.sql import Conn

MARK_WORDS = {Mark.GOOD: "达标", Mark.SHORT: "未达标", Mark.THIN: "数据不足", Mark.UNKNOWN: "没有数据"}

UNHEARD = "设备尚未接入，尚无数据，不是没有做到"
"""What a month before the first device was heard tells."""


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator of the card, with the same month of the year before."""

    standing: Standing
    year_before: Figure | None

    @property
    def goal(self) -> str:
        """Return the goal as it is printed."""
        least = self.standing.goal.least
        return (
            f"0{self.standing.figure.unit}" if least is None else "100%" if least == 100 else f"≥{least:g}%"
        )

    @property
    def value(self) -> str:
        """Return the figure as it is printed."""
        return monthly.shown(self.standing.figure)

    @property
    def before(self) -> str:
        """Return the figure of the year before as it is printed; a dash where too little is known."""
        before = self.year_before
        return "—" if before is None or not before.known or before.weak else monthly.shown(before)

    @property
    def word(self) -> str:
        """Return how it stands, in Chinese."""
        return MARK_WORDS[self.standing.mark]


@dataclass(frozen=True, slots=True)
class Card:
    """One home, one month."""

    home: str
    period: Period
    known_at: datetime
    rows: tuple[Row, ...]
    first: tuple[Standing, ...]
    unheard: bool
    """No device of the home was heard by then: what there is none of, nobody knows."""
    since: str
    """Since when devices are heard, as the report tells it; empty where that is all of the month."""
    observed_from: datetime | None

    @property
    def judged(self) -> int:
        """Return how many goals can be judged."""
        return sum(row.standing.mark in (Mark.GOOD, Mark.SHORT) for row in self.rows)

    @property
    def reached(self) -> int:
        """Return how many goals are reached."""
        return sum(row.standing.mark is Mark.GOOD for row in self.rows)

    @property
    def month(self) -> str:
        """Return the month as it is printed; one that is not over says until when."""
        start, end = self.period.start_on, self.period.end_on
        until = f"（截至{end.month}月{end.day}日）" if self.period.to_date else ""
        return f"{start.year}年{start.month}月{until}"


def known(counted: Counted) -> dict[str, Figure]:
    """Return the figures of a month; before the first device was heard, nothing is not none."""
    made = figures(counted)
    if not counted.unheard:
        return made
    return {key: one if one.value else _unheard(one) for key, one in made.items()}


def _unheard(figure: Figure) -> Figure:
    return replace(figure, value=None, numerator=None, denominator=None, why_unknown=NOT_HEARD)


def card(home: str, counted: Counted, year_before: Counted) -> Card:
    """Return the card from the rows of a month and of the same month a year before."""
    now, before = known(counted), known(year_before)
    first = tuple(what_first(now))
    if counted.unheard:
        first = tuple(one for one in first if one.mark is Mark.SHORT)
    began = counted.observed_from
    joined = not counted.unheard and began is not None and began > counted.period.starts_at
    since = "".join(piece.text for piece in since_when(counted)) if joined else ""
    return Card(
        home=home,
        period=counted.period,
        known_at=counted.known_at,
        rows=tuple(Row(one, before.get(one.goal.key)) for one in standings(now)),
        first=first,
        unheard=counted.unheard,
        since=since,
        observed_from=began if joined else None,
    )


def last_month(now: datetime) -> date:
    """Return the first day of the last month that is over."""
    return monthly.before(local_day(now).replace(day=1))


def read(conn: Conn, home_id: int, first_on: date, now: datetime) -> Card:
    """Return the card of a home; raises Missing where the connection sees no such home then."""
    period = month_of(first_on.year, first_on.month, now)
    earlier = monthly.year_earlier(first_on)
    counted = rows.counted(conn, period, home_id, now)
    if counted.home is None:
        raise Missing(f"当月没有这家机构 no such home in {first_on:%Y-%m}: {home_id}")
    before = rows.counted(conn, month_of(earlier.year, earlier.month, now), home_id, now)
    return card(counted.home.name, counted, before)
