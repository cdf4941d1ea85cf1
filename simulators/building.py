"""The building of a simulated home: its floors, zones and rooms, and where each is on the plan. Pure."""

from __future__ import annotations

from model.places import PlaceKind
from model.registers import DeviceEntry, PlaceEntry

_ROOMS_PER_ZONE = 5
SERVICE_ROOMS = {
    "厨房": "kitchen",
    "食堂": "dining",
    "活动室": "lounge",
    "值班室": "duty",
    "配电间": "power",
}
_FLOORS = "一二三四五六七八九十"

PLAN_M = (60.0, 12.0)
"""Width and depth of each floor: a corridor with rooms on both sides, the west zone left, the east right.

The stairs are at the right end, where nobody sleeps near the back door.
"""
_WING_M, _CORRIDOR_M = 25.0, 6.0
FRONT, BACK = (25.0, 12.0), (60.0, 6.0)


def zone_of(device: DeviceEntry) -> tuple[str, ...] | None:
    """Return the path of the zone that a device stands in."""
    return device.place[:3] if device.place is not None and len(device.place) >= 3 else None


def spot(place: tuple[str, ...] | None) -> tuple[float, float] | None:
    """Return where a place is on its floor's plan, in metres; None for what is larger than a zone."""
    if place is None or len(place) < 3:
        return None
    left_m = _WING_M if place[2] == "东区" else 0.0
    if len(place) == 3:
        return left_m + _WING_M / 2, _CORRIDOR_M
    rooms = list(SERVICE_ROOMS)
    number = rooms.index(place[3]) if place[3] in rooms else (int(place[3]) - 1) % _ROOMS_PER_ZONE
    across_m = _WING_M / _ROOMS_PER_ZONE
    return left_m + (number + 0.5) * across_m, 3.0 if number % 2 == 0 else 9.0


def places(home: str, rooms: int) -> tuple[PlaceEntry, ...]:
    """Return a building in which each zone has five rooms and each floor two zones."""
    building = ("主楼",)
    found = [PlaceEntry(home, building, PlaceKind.BUILDING)]
    for zone in range(-(-rooms // _ROOMS_PER_ZONE)):
        floor = (*building, f"{_FLOORS[zone // 2]}层")
        if zone % 2 == 0:
            found.append(PlaceEntry(home, floor, PlaceKind.FLOOR, False, *PLAN_M))
        path = (*floor, "东区" if zone % 2 == 0 else "西区")
        found.append(PlaceEntry(home, path, PlaceKind.ZONE))
        first = (zone // 2 + 1) * 100 + (zone % 2) * _ROOMS_PER_ZONE + 1
        served = list(SERVICE_ROOMS) if zone == 1 else [str(first + room) for room in range(_ROOMS_PER_ZONE)]
        for room in served[: rooms - zone * _ROOMS_PER_ZONE]:
            found.append(PlaceEntry(home, (*path, room), PlaceKind.ROOM, needs_detector=True))
    return tuple(found)
