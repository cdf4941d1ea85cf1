"""A register on a day: what held then, as it was known by the end of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from model.clock import SHANGHAI, local_day
from model.sheets.shape import Sheet, Stored
from store import register_sheets, registers_known
from store.sql import Conn

SPANS: Mapping[str, tuple[str, str | None]] = {
    "homes": ("opened_on", "closed_on"),
    "residents": ("moved_in_on", "moved_out_on"),
    "duties": ("starts_at", "ends_at"),
    "devices": ("installed_on", "retired_on"),
    "inspections": ("done_on", None),
    "hazards": ("found_on", "closed_on"),
    "projects": ("started_on", None),
    "trainings": ("held_on", None),
    "accidents": ("happened_on", None),
    "insurances": ("starts_on", "ends_on"),
    "health_checks": ("done_on", None),
    "care_visits": ("starts_on", "ends_on"),
    "consents": ("given_on", "withdrawn_on"),
}
"""From when to when a row holds; a register that is not here holds at any time."""


def look(
    conn: Conn, sheet: Sheet, *, as_of: date | None = None, as_known: date | None = None
) -> list[Stored]:
    """Return the rows that held on the day `as_of` (all without one), as known at the end of `as_known`."""
    stored = (
        register_sheets.rows(conn, sheet)
        if as_known is None
        else registers_known.rows(conn, sheet, end_of(as_known))
    )
    return list(stored) if as_of is None else held(sheet, stored, as_of)


def held(sheet: Sheet, stored: Sequence[Stored], on: date) -> list[Stored]:
    """Return the rows that had begun by a day and not ended before it; an unknown begin counts as begun."""
    begins, ends = SPANS.get(sheet.name, (None, None))
    return [
        one
        for one in stored
        if _not_after(one.fields.get(begins or ""), on) and not _before(one.fields.get(ends or ""), on)
    ]


def end_of(day: date) -> datetime:
    """Return the midnight in Shanghai at which a day ends."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return local_day(value)
    return value if isinstance(value, date) else None


def _not_after(value: object, on: date) -> bool:
    day = _day(value)
    return day is None or day <= on


def _before(value: object, on: date) -> bool:
    day = _day(value)
    return day is not None and day < on
