"""Days, months, quarters and years by the names that people write: 2026-03-14, 2026-Q2, 2026. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from model.clock import local_day
from model.errors import BadInput
from model.periods import Period, period

EXPECTED = "年、季、月或日 a year YYYY, a quarter YYYY-Qn, a month YYYY-MM or a day YYYY-MM-DD"
FIRST_YEAR, LAST_YEAR = 2000, 2199
_NAMED = re.compile(r"(\d{4})(?:-?[Qq]([1-4])|-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def check_year(field: str, on: date) -> None:
    """Refuse a day or an instant of another age: the ends of the calendar cannot be reckoned with.

    Raises BadInput.
    """
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise BadInput(
            field, f"{FIRST_YEAR} 至 {LAST_YEAR} 年 a year from {FIRST_YEAR} to {LAST_YEAR}", on.isoformat()
        )


class SpanKind(StrEnum):
    """How long a span is, the shortest first."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Span:
    """A day, month, quarter or year of the calendar in Shanghai, by its first day."""

    kind: SpanKind
    start_on: date

    def __str__(self) -> str:
        """Return the name that `span_named` reads."""
        day = self.start_on
        match self.kind:
            case SpanKind.DAY:
                return f"{day:%Y-%m-%d}"
            case SpanKind.MONTH:
                return f"{day:%Y-%m}"
            case SpanKind.QUARTER:
                return f"{day:%Y}-Q{(day.month + 2) // 3}"
            case SpanKind.YEAR:
                return f"{day:%Y}"

    @property
    def end_on(self) -> date:
        """Return the last day."""
        if self.kind is SpanKind.DAY:
            return self.start_on
        month = self.start_on.month + _MONTHS[self.kind] - 1
        return self.start_on.replace(month=month, day=monthrange(self.start_on.year, month)[1])

    def next(self) -> Span:
        """Return the span of the same kind that follows."""
        return span_of(self.kind, self.end_on + timedelta(days=1))

    def previous(self) -> Span:
        """Return the span of the same kind before this one."""
        return span_of(self.kind, self.start_on - timedelta(days=1))

    def parts(self, kind: SpanKind) -> tuple[Span, ...]:
        """Return the spans of a shorter kind that make up this one, the first first."""
        found = [span_of(kind, self.start_on)]
        while found[-1].end_on < self.end_on:
            found.append(found[-1].next())
        return tuple(found)

    def last(self, count: int) -> tuple[Span, ...]:
        """Return so many spans of the same kind, this one the last of them; none before the year 2000."""
        found: list[Span] = [self]
        while len(found) < count and found[-1].start_on > date(FIRST_YEAR, 1, 1):
            found.append(found[-1].previous())
        return tuple(reversed(found))

    def has_begun(self, now: datetime) -> bool:
        """Say whether there is anything of it to count yet."""
        return self.start_on <= local_day(now)

    def period(self, now: datetime) -> Period:
        """Return its days, cut off at `now` where it is not over; raises BadInput where it has not begun."""
        return period(self.start_on, self.end_on, now)


def span_of(kind: SpanKind, day: date) -> Span:
    """Return the span of a kind in which a day lies."""
    match kind:
        case SpanKind.DAY:
            return Span(kind, day)
        case SpanKind.MONTH:
            return Span(kind, day.replace(day=1))
        case SpanKind.QUARTER:
            return Span(kind, day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))
        case SpanKind.YEAR:
            return Span(kind, day.replace(month=1, day=1))


def span_named(text: str) -> Span:
    """Return the span that a text names; raises BadInput, which says what was expected."""
    found = _NAMED.fullmatch(text.strip())
    try:
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise BadInput("period", EXPECTED, text)
        year = int(found[1])
        if found[2]:
            return Span(SpanKind.QUARTER, date(year, int(found[2]) * 3 - 2, 1))
        if found[4]:
            return Span(SpanKind.DAY, date(year, int(found[3]), int(found[4])))
        return Span(SpanKind.MONTH if found[3] else SpanKind.YEAR, date(year, int(found[3] or 1), 1))
    except ValueError as exc:
        raise BadInput("period", EXPECTED, text) from exc


def to_date(kind: SpanKind, now: datetime) -> Span:
    """Return the span of a kind that is running now."""
    return span_of(kind, local_day(now))
