"""Devices with their health, as the board shows them: what a person may not see is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from model.events import LIFE_SAFETY_KINDS
from store import sql

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device with its health; `active` lists the kinds that it says are so now."""

    device_id: int
    source: str
    address: str
    name: str
    kind: str
    model: str | None
    registered: bool
    home_id: int | None
    home_name: str | None
    place: list[str]
    resident_name: str | None
    last_seen_at: datetime | None
    online: bool
    battery_pct: float | None
    worn: bool | None
    clock_skew: timedelta | None
    active: list[str]
    open_alerts: int


@dataclass(frozen=True, slots=True)
class DeviceCounts:
    """How many devices there are, and how many need a look; one device may count more than once."""

    total: int
    offline: int
    battery: int
    alarm: int
    skew: int


def devices(
    conn: Connection[Any],
    *,
    battery_pct: float,
    limit: int,
    offset: int = 0,
    home_id: int | None = None,
    kind: str | None = None,
    health: str | None = None,
    text: str | None = None,
) -> list[DeviceRow]:
    """Return registered devices in use, those that are offline first.

    `health` is one of offline, battery (at or below `battery_pct`), alarm, skew; None for all.
    """
    with conn.cursor(row_factory=class_row(DeviceRow)) as cursor:
        cursor.execute(
            _SQL["devices"],
            {
                "battery_pct": battery_pct,
                "limit": limit,
                "offset": offset,
                "home_id": home_id,
                "kind": kind,
                "health": health,
                "text": text,
                "alarm_kinds": sorted(LIFE_SAFETY_KINDS),
            },
        )
        return cursor.fetchall()


def device_counts(conn: Connection[Any], *, battery_pct: float, home_id: int | None = None) -> DeviceCounts:
    """Return how many devices need a look, for the filters of the page."""
    with conn.cursor(row_factory=class_row(DeviceCounts)) as cursor:
        cursor.execute(
            _SQL["device_counts"],
            {"battery_pct": battery_pct, "home_id": home_id, "alarm_kinds": sorted(LIFE_SAFETY_KINDS)},
        )
        return cursor.fetchone() or DeviceCounts(0, 0, 0, 0, 0)
