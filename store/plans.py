"""Plans of the floors that a fire is on: devices and doors where they stand, and when each went active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from model.events import FIRE_KINDS
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class DeviceOnPlan:
    """A device of a building that burns; `active_at` is None where it never went active in the incident."""

    floor_id: int
    device_id: int
    name: str
    kind: str
    place: str
    x_m: float | None
    y_m: float | None
    active_at: datetime | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class FloorRow:
    """A floor and the size of its plan in metres, None where nobody has measured it."""

    floor_id: int
    path: list[str]
    width_m: float | None
    depth_m: float | None


@dataclass(frozen=True, slots=True)
class ExitOnPlan:
    """A door on a plan."""

    floor_id: int
    exit_id: int
    name: str
    leads_outside: bool
    x_m: float
    y_m: float


def devices(conn: Conn, incident_id: int) -> list[DeviceOnPlan]:
    """Return the devices of a fire's buildings, those that went active first, in that order.

    Nothing where the incident is no fire.
    """
    asked = {"incident_id": incident_id, "fire_kinds": sorted(FIRE_KINDS)}
    with conn.cursor(row_factory=class_row(DeviceOnPlan)) as cur:
        return cur.execute(_Q["devices"], asked).fetchall()


def floors(conn: Conn, floor_ids: Sequence[int]) -> list[FloorRow]:
    """Return these floors."""
    with conn.cursor(row_factory=class_row(FloorRow)) as cur:
        return cur.execute(_Q["floors"], {"floor_ids": list(floor_ids)}).fetchall()


def exits(conn: Conn, floor_ids: Sequence[int]) -> list[ExitOnPlan]:
    """Return the doors of these floors that have a place on the plan."""
    with conn.cursor(row_factory=class_row(ExitOnPlan)) as cur:
        return cur.execute(_Q["exits"], {"floor_ids": list(floor_ids)}).fetchall()
