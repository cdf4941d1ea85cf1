"""A home's month on one page to hang on the wall: what is reached, what is not, what comes first.

No marks out of a hundred: a sum would let one good rate hide a blocked exit. What counts is how many goals
are reached of those that can be judged; alarms count against nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from compliance import monthly
from compliance.figures import Figure
from compliance.indicators import figures
from compliance.priorities import Mark, Standing, standings, what_first
from model.clock import SHANGHAI
from model.compliance import Period, month_of
from model.errors import Missing
from store import figures as rows
from store.sql import Conn

MARK_WORDS = {Mark.GOOD: "达标", Mark.SHORT: "未达标", Mark.THIN: "数据不足", Mark.UNKNOWN: "没有数据"}


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


def card(
    home: str,
    period: Period,
    known_at: datetime,
    now: Mapping[str, Figure],
    year_before: Mapping[str, Figure],
) -> Card:
    """Return the card from the figures of a month and of the same month a year before."""
    found = tuple(Row(one, year_before.get(one.goal.key)) for one in standings(now))
    return Card(home, period, known_at, found, tuple(what_first(now)))


def last_month(now: datetime) -> date:
    """Return the first day of the last month that is over."""
    return monthly.before(now.astimezone(SHANGHAI).date().replace(day=1))


def read(conn: Conn, home_id: int, first_on: date, now: datetime) -> Card:
    """Return the card of a home; raises Missing where the connection sees no such home then."""
    period = month_of(first_on.year, first_on.month, now)
    earlier = monthly.year_earlier(first_on)
    counted = rows.counted(conn, period, home_id, now)
    if counted.home is None:
        raise Missing(f"no such home in {first_on:%Y-%m}: {home_id}")
    before = rows.counted(conn, month_of(earlier.year, earlier.month, now), home_id, now)
    return card(counted.home.name, period, now, figures(counted), figures(before))
