"""What devices said: events, and the last state of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from model.devices import Device
from model.events import Event, Kind, KnownState, State
from store import sql
from store.sql import Conn, Later

_Q = sql.load(__file__)


def mark_of(said_at: datetime | None, key: str) -> int:
    """Return a number by which a word that is not stored is known again when it is redelivered."""
    told = f"{said_at and said_at.timestamp()} {key}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(told, digest_size=8).digest(), signed=True)


def of_device(conn: Conn, device_id: int) -> dict[Kind, KnownState]:
    """Return the known states of a device, locked until the transaction ends."""
    with conn.cursor(row_factory=class_row(KnownState)) as cur:
        rows = cur.execute(_Q["states"], {"device_id": device_id}).fetchall()
    return {Kind(row.kind): row for row in rows}


@dataclass(frozen=True, slots=True)
class Met:
    """What an event meets: whether it is stored already, and the known states of its device, locked.

    `zone_fires` tells which devices of a zone last said fire when, and nobody found it false.
    """

    stored: bool
    zone_fires: list[tuple[int, datetime]]
    states: dict[Kind, KnownState]


def ask_met(
    conn: Conn, event: Event, device_id: int, key: str, *, zone_id: int | None, at: datetime, after: datetime
) -> Later[Met]:
    """Ask what an event meets, and for the fires of `zone_id` since `after` (None: no fires are asked for).

    A device that still says fire at `at` says so at `at`.
    """
    asked = conn.execute(
        _Q["met"],
        {
            "device_id": device_id,
            "kind": event.kind,
            "state": event.state,
            "said_at": event.said_at,
            "event_key": key,
            "zone_id": zone_id,
            "at": at,
            "after": after,
        },
    )

    def answer() -> Met:
        rows = asked.fetchall()
        stored, fires = rows[0][:2]
        known = [KnownState(Kind(row[2]), *row[3:]) for row in rows if row[2] is not None]
        return Met(
            stored,
            [(device_id, datetime.fromisoformat(since)) for device_id, since in fires or ()],
            {state.kind: state for state in known},
        )

    return answer


def insert_event(
    conn: Conn,
    event: Event,
    device: Device,
    *,
    happened_at: datetime,
    arrived_at: datetime,
    key: str,
    active: bool | None = None,
    told_at: datetime | None = None,
) -> Later[bool]:
    """Store an event; the answer says whether it is new, and can wait.

    `active` becomes the state of its kind, said at `told_at`; None leaves the state as it is.
    """
    asked = conn.execute(
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
            "active": active,
            "told_at": told_at,
        },
    )
    return lambda: asked.fetchone() is not None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A live event with when it happened and arrived, and the key by which a redelivery is known."""

    event: Event
    happened_at: datetime
    arrived_at: datetime
    key: str


def insert_events(conn: Conn, device: Device, new: Sequence[NewEvent]) -> list[State | None]:
    """Store events of one device and return the states of those that were not stored already."""
    rows = conn.execute(
        _Q["insert_events"],
        {
            "device_id": device.device_id,
            "home_id": device.home_id,
            "kinds": [one.event.kind for one in new],
            "states": [one.event.state for one in new],
            "said_at": [one.event.said_at for one in new],
            "happened_at": [one.happened_at for one in new],
            "arrived_at": [one.arrived_at for one in new],
            "keys": [one.key for one in new],
            "details": [Jsonb(dict(one.event.values)) for one in new],
        },
    ).fetchall()
    return [None if row[0] is None else State(row[0]) for row in rows]


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


def count_repeats(
    conn: Conn, device_id: int, kind: Kind, said_at: datetime | None, marks: Sequence[int]
) -> None:
    """Count repeats of the present state, in the order in which they came; the last marks are kept."""
    conn.execute(
        _Q["count_repeats"],
        {"device_id": device_id, "kind": kind, "said_at": said_at, "marks": list(reversed(marks))},
    )


def doubt(conn: Conn, device_id: int, kind: Kind) -> None:
    """Note that it may be over: the device said so, at a time before it began."""
    conn.execute(_Q["doubt"], {"device_id": device_id, "kind": kind})


def around(conn: Conn, device_id: int, kind: Kind, at: datetime) -> tuple[State | None, State | None]:
    """Return what the device said of this kind just before (or at) `at` and just after it."""
    row = conn.execute(_Q["around"], {"device_id": device_id, "kind": kind, "at": at}).fetchone()
    before, after = row or (None, None)
    return (State(before) if before else None, State(after) if after else None)
