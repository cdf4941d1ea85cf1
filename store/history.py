"""Queries of what was said and what came of it, for a replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Told:
    """A stored event; `device` is source/address, `zone` a name that is the same for devices of one zone."""

    device: str
    kind: str
    state: str | None
    happened_at: datetime
    arrived_at: datetime
    zone: str | None
    device_kind: str

    def as_line(self) -> dict[str, str]:
        """Return it as a line of history, which `alerts.what_if.read` reads; times are ISO 8601."""
        line = {
            "device": self.device,
            "kind": self.kind,
            "state": self.state,
            "at": self.happened_at.isoformat(),
            "arrived_at": self.arrived_at.isoformat(),
            "zone": self.zone,
            "device_kind": self.device_kind,
        }
        return {key: value for key, value in line.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Called:
    """A person who is told, `after_s` seconds from the raising, by a channel or on the board only.

    Less than nothing where their incident had been told before this alert joined it.
    """

    name: str
    after_s: float
    by_channel: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as it really was, and who was told of its incident, in that order."""

    device: str
    alert_class: str
    reason: str
    raised_at: datetime
    told: tuple[Called, ...]


def events(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> list[Told]:
    """Return what was said in this time, in the order of arrival."""
    with conn.cursor(row_factory=class_row(Told)) as cur:
        return cur.execute(_Q["events"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}).fetchall()


def alerts(conn: Conn, devices: Sequence[str], from_at: datetime, to_at: datetime) -> list[Raised]:
    """Return what these devices and their zones really raised in this time."""
    rows = conn.execute(
        _Q["alerts"], {"devices": list(devices), "from_at": from_at, "to_at": to_at}
    ).fetchall()
    return [Raised(row[0], row[1], row[2], row[3], tuple(Called(**one) for one in row[4])) for row in rows]


def homes(conn: Conn, devices: Sequence[str]) -> list[int]:
    """Return the homes of devices, each told as source/address."""
    return [row[0] for row in conn.execute(_Q["homes"], {"devices": list(devices)}).fetchall()]
