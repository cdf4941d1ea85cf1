"""What devices said on the days that are kept as it was said: readings, and events, reports too. Pure."""

from __future__ import annotations

from datetime import timedelta

from simulators.year.made import HOUR_S, LAST_HOURS, Home, Year

SLOT_S = 900
"""A band reports every 15 minutes."""
_EVENT_EVERY_DAYS = 7


def slots_of(year: Year, day: int) -> int:
    """Return how many reports of a band are due on a day; the last one of a year to date is short."""
    running = year.until is not None and day == year.days - 1
    return (LAST_HOURS if running else 24) * HOUR_S // SLOT_S


def say_daily(year: Year, home: Home, device: int, day: int) -> None:
    """Add the one report of a day; every seventh is an event, which is a sign of life as well."""
    at = year.at(day, year.random.randrange(LAST_HOURS * HOUR_S))
    if day % _EVENT_EVERY_DAYS:
        _reading(year, device, at, battery=90, worn=None)
        return
    year.add(
        "events",
        device_id=device,
        home_id=home.number,
        kind="battery_low",
        state="clear",
        said_at=at,
        happened_at=at,
        arrived_at=at + timedelta(seconds=2),
        event_key=f"year:{day}",
    )


def say_often(year: Year, device: int, day: int, *, missed: int, worn_h: int, charged: bool) -> None:
    """Add the reports of a band, one in each slot but the missed ones, worn for whole hours that end by day.

    A single report that is missing does not end the wearing, so none is missed where it begins or ends.
    """
    r, slots = year.random, slots_of(year, day)
    begins = r.randrange(0, slots // 4 - worn_h) * 4
    ends = begins + worn_h * 4
    # Odd slots only: two missing in a row would be more than a band's word holds for.
    lost = set(r.sample(range(1, slots, 2), missed))
    into = r.randrange(SLOT_S)
    low = next(slot for slot in range(slots) if slot not in lost)
    for slot in range(slots):
        if slot not in lost:
            battery = 80 if charged or slot != low else 9
            at = year.at(day, slot * SLOT_S + into)
            _reading(year, device, at, battery=battery, worn=begins <= slot < ends)


def _reading(year: Year, device: int, at: object, *, battery: int, worn: bool | None) -> None:
    number = len(year.tables["readings"].rows) if "readings" in year.tables else 0
    year.add(
        "readings",
        device_id=device,
        happened_at=at,
        reading_key=str(number),
        arrived_at=at,
        battery_pct=battery,
        worn=worn,
    )
