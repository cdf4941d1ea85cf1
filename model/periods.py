"""Days of the calendar that are reported on, as instants in Shanghai. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from model.clock import SHANGHAI
from model.errors import BadInput

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar days in Shanghai, both ends included; `ends_at` is exclusive, and now where it is not over."""

    start_on: date
    end_on: date
    starts_at: datetime
    ends_at: datetime
    to_date: bool

    @property
    def partial(self) -> bool:
        """Say whether it is told as a year to date: it is not over, or ends before its year does."""
        end = self.end_on
        return self.to_date or (self.start_on == date(end.year, 1, 1) and end != date(end.year, 12, 31))


def period(start_on: date, end_on: date, now: datetime) -> Period:
    """Return the period, cut off at `now` where it is not over.

    Raises BadInput where it has not begun.
    """
    starts_at = datetime.combine(start_on, time(), SHANGHAI)
    if start_on > end_on or starts_at >= now:
        raise BadInput("period", "已开始的时期 one that has begun", f"{start_on}..{end_on}")
    ends_at = datetime.combine(end_on + _ONE_DAY, time(), SHANGHAI)
    if ends_at <= now:
        return Period(start_on, end_on, starts_at, ends_at, to_date=False)
    last_on = (now.astimezone(SHANGHAI) - timedelta.resolution).date()
    return Period(start_on, last_on, starts_at, now, to_date=True)


def year_of(year: int, now: datetime) -> Period:
    """Return a calendar year, cut off at `now` where it is not over."""
    return period(date(year, 1, 1), date(year, 12, 31), now)


def year_until(last_on: date, now: datetime) -> Period:
    """Return a year to date up to a day, cut off at `now` where that is not over."""
    return period(date(last_on.year, 1, 1), last_on, now)


def month_of(year: int, month: int, now: datetime) -> Period:
    """Return a calendar month, cut off at `now` where it is not over."""
    return period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), now)


def days_covered(within: Period, spans: Iterable[tuple[date, date]]) -> int:
    """Return on how many days of a period at least one of the spans runs; both ends of each belong to it."""
    days, until = 0, within.start_on - _ONE_DAY
    for first_on, last_on in sorted(spans):
        first_on, last_on = max(first_on, until + _ONE_DAY), min(last_on, within.end_on)
        if first_on <= last_on:
            days += (last_on - first_on).days + 1
            until = last_on
    return days
