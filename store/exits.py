"""Doors, where bands were, and what is known of a band already: what the wandering rules judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class ExitRow:
    """A door; `floor_id` is the floor (else the building) whose plan its metres are of."""

    exit_id: int
    place_id: int
    leads_outside: bool
    watched_by: int | None
    watched_from_h: float | None
    watched_until_h: float | None
    floor_id: int | None
    x_m: float | None
    y_m: float | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class FixRow:
    """Where a band was; `heard_by` is the gateway or beacon where it did not tell metres itself."""

    device_id: int
    at: datetime
    x_m: float | None
    y_m: float | None
    floor_id: int | None
    heard_by: int | None
    rssi_dbm: float | None


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Whether an alert of a class is open, cleared by the device, and when one was last resolved."""

    alert_class: str
    is_open: bool
    cleared: bool
    closed_at: datetime | None


def of_home(conn: Conn, home_id: int, since: datetime) -> list[ExitRow]:
    """Return the doors of a home, with their last opening after `since`."""
    with conn.cursor(row_factory=class_row(ExitRow)) as cur:
        return cur.execute(_Q["of_home"], {"home_id": home_id, "since": since}).fetchall()


def fixes(conn: Conn, device_ids: Sequence[int], since: datetime) -> list[FixRow]:
    """Return where these bands were after `since`, the oldest first for each."""
    with conn.cursor(row_factory=class_row(FixRow)) as cur:
        return cur.execute(_Q["fixes"], {"device_ids": list(device_ids), "since": since}).fetchall()


def bands(conn: Conn, home_id: int) -> list[int]:
    """Return the bands of a home."""
    return [row[0] for row in conn.execute(_Q["bands"], {"home_id": home_id}).fetchall()]


def standing(conn: Conn, device_id: int, classes: Sequence[str]) -> list[StandingRow]:
    """Return what is known of a device's alerts of these classes, drills left out."""
    rows = conn.execute(_Q["standing"], {"device_id": device_id, "classes": list(classes)}).fetchall()
    return [StandingRow(*row) for row in rows]
