"""What devices said: events, and the last state of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from model.devices import Device
from model.events import Event, Kind, State
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class KnownState:
    """The last state that a device told, per kind."""

    kind: Kind
    active: bool
    since: datetime
    said_at: datetime | None


def of_device(conn: Conn, device_id: int) -> dict[Kind, KnownState]:
    """Return the known states of a device, locked until the transaction ends."""
    with conn.cursor(row_factory=class_row(KnownState)) as cur:
        rows = cur.execute(_Q["states"], {"device_id": device_id}).fetchall()
    return {Kind(row.kind): row for row in rows}


def insert_event(
    conn: Conn, event: Event, device: Device, *, happened_at: datetime, arrived_at: datetime, key: str
) -> int | None:
    """Store an event and return its id, None where the same event is stored already."""
    row = conn.execute(
        _Q["insert_event"],
        {
            "device_id": device.device_id,
            "home_id": device.home_id,
            "kind": event.kind,
            "state": event.state,
            "said_at": event.said_at,
            "happened_at": happened_at,
            "arrived_at": arrived_at,
            "event_key": key,
            "live": event.live,
            "details": Jsonb(dict(event.values)),
        },
    ).fetchone()
    return row[0] if row else None


def set_state(
    conn: Conn,
    device_id: int,
    kind: Kind,
    *,
    active: bool,
    since: datetime,
    changed_at: datetime,
    said_at: datetime | None,
) -> None:
    """Write the last known state of one kind."""
    conn.execute(
        _Q["set_state"],
        {
            "device_id": device_id,
            "kind": kind,
            "active": active,
            "since": since,
            "changed_at": changed_at,
            "said_at": said_at,
        },
    )


def count_repeat(conn: Conn, device_id: int, kind: Kind, said_at: datetime | None) -> None:
    """Count one more repeat of the present state."""
    conn.execute(_Q["count_repeat"], {"device_id": device_id, "kind": kind, "said_at": said_at})


def zone_fires(conn: Conn, zone_id: int, after: datetime, at: datetime) -> list[tuple[int, datetime]]:
    """Return (device_id, when it last said fire) of the zone, since `after`, that nobody found false.

    A device that still says fire at `at` says so at `at`.
    """
    rows = conn.execute(_Q["zone_fires"], {"zone_id": zone_id, "after": after, "at": at}).fetchall()
    return [(row[0], row[1]) for row in rows]


def around(conn: Conn, device_id: int, kind: Kind, at: datetime) -> tuple[State | None, State | None]:
    """Return what the device said of this kind just before (or at) `at` and just after it."""
    row = conn.execute(_Q["around"], {"device_id": device_id, "kind": kind, "at": at}).fetchone()
    before, after = row or (None, None)
    return (State(before) if before else None, State(after) if after else None)
