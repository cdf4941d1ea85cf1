"""Devices that nobody registered: seen, registered, or set aside; in the caller's transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from model.devices import DeviceKind
from model.errors import BadInput, Missing
from store import sql
from store.signing import sign

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A device that nobody registered; `home_said` is the code that its topic names, of ours or not."""

    device_id: int
    source: str
    address: str
    home_id: int | None
    home_name: str | None
    home_said: str | None
    first_seen_at: datetime
    last_seen_at: datetime | None
    last_kind: str | None
    last_state: str | None
    last_event_at: datetime | None
    open_alerts: int
    set_aside_at: datetime | None
    set_aside_by: str | None
    set_aside_why: str | None


@dataclass(frozen=True, slots=True)
class Registering:
    """What a stranger is, and where."""

    home_id: int
    place_id: int | None
    resident_id: int | None
    name: str
    kind: DeviceKind
    report_every: timedelta


def strangers(conn: Connection[Any], limit: int) -> list[Stranger]:
    """Return devices that nobody registered: those with open alerts first, those set aside last."""
    with conn.cursor(row_factory=class_row(Stranger)) as cur:
        return cur.execute(_Q["strangers"], {"device_id": None, "limit": limit}).fetchall()


def stranger(conn: Connection[Any], device_id: int) -> Stranger:
    """Return one of them; raises Missing where there is none, or it is registered."""
    with conn.cursor(row_factory=class_row(Stranger)) as cur:
        found = cur.execute(_Q["strangers"], {"device_id": device_id, "limit": 1}).fetchone()
    if found is None:
        raise Missing(f"没有这台未登记设备 no such unregistered device: {device_id}")
    return found


def places(conn: Connection[Any], home_id: int) -> list[tuple[int, list[str]]]:
    """Return (place_id, path from the building down) of a home."""
    return conn.execute(_Q["places"], {"home_id": home_id}).fetchall()


def residents(conn: Connection[Any], home_id: int, today: date) -> list[tuple[int, str]]:
    """Return (resident_id, name and room) of who lives in a home."""
    return conn.execute(_Q["residents"], {"home_id": home_id, "today": today}).fetchall()


def register(conn: Connection[Any], device_id: int, wanted: Registering, actor: str, today: date) -> None:
    """Register a stranger; raises Missing, and BadInput for a place or resident of another home."""
    given = asdict(wanted) | {"device_id": device_id, "today": today}
    fits = conn.execute(_Q["fits"], given).fetchone() or (False, False)
    for field, right in zip(("place_id", "resident_id"), fits, strict=True):
        if not right:
            raise BadInput(field, "本机构的 one of that home", given[field])
    _change(conn, _Q["register"], given, actor)


def set_aside(conn: Connection[Any], device_id: int, why: str, by: str, at: datetime) -> None:
    """Let a stranger be: it leaves the list of those that want a look. Raises Missing."""
    _change(conn, _Q["set_aside"], {"device_id": device_id, "at": at, "by": by, "why": why}, by)


def take_back(conn: Connection[Any], device_id: int, actor: str) -> None:
    """Put a stranger back into the list of those that want a look. Raises Missing."""
    _change(conn, _Q["set_aside"], {"device_id": device_id, "at": None, "by": None, "why": None}, actor)


def _change(conn: Connection[Any], query: LiteralString, given: dict[str, Any], actor: str) -> None:
    sign(conn, actor)
    if conn.execute(query, given).fetchone() is None:
        raise Missing(f"没有这台未登记设备 no such unregistered device: {given['device_id']}")
