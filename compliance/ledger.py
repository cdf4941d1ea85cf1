"""The weekly walking round: which devices have proved themselves this week, and which have not. Pure.

Only a test that was seen arriving proves a device; that somebody says they pressed the button does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from model.clock import SHANGHAI, local_day
from store.ledger import DueRow


@dataclass(frozen=True, slots=True)
class Room:
    """The devices of one place in a week's round."""

    place_id: int | None
    place: str | None
    devices: tuple[DueRow, ...]
    missing: tuple[DueRow, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A week's round of one home, from Monday in Shanghai."""

    monday: date
    rooms: tuple[Room, ...]

    @property
    def due(self) -> int:
        """Return how many devices are to be tested."""
        return sum(len(room.devices) for room in self.rooms)

    @property
    def missing(self) -> tuple[DueRow, ...]:
        """Return the devices whose test has not arrived this week."""
        return tuple(device for room in self.rooms for device in room.missing)


def week_of(at: datetime) -> tuple[date, datetime, datetime]:
    """Return the Monday of the week that `at` lies in (Shanghai), and when it begins and ends."""
    today = local_day(at)
    monday = today - timedelta(days=today.weekday())
    starts_at = datetime.combine(monday, time(), SHANGHAI)
    return monday, starts_at, starts_at + timedelta(days=7)


def round_of(rows: Iterable[DueRow], at: datetime) -> Round:
    """Return the round of the week that `at` lies in; a room with something missing comes first."""
    monday, starts_at, ends_at = week_of(at)
    places: dict[int | None, list[DueRow]] = {}
    for row in rows:
        places.setdefault(row.place_id, []).append(row)
    rooms = [
        Room(
            place_id,
            devices[0].place,
            tuple(devices),
            tuple(one for one in devices if not (one.proven_at and starts_at <= one.proven_at < ends_at)),
        )
        for place_id, devices in places.items()
    ]
    return Round(monday, tuple(sorted(rooms, key=lambda room: not room.missing)))
