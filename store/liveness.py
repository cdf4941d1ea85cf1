"""Who is alive: devices by their last report, as intervals; and our own services by their beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
BEATS_WITHIN = timedelta(seconds=15)
"""A role of ours that is silent for longer is taken for dead. Source: our choice, several of its beats."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life: when it arrived, and what is known and what it told of the device itself."""

    device_id: int
    seen_at: datetime
    battery_pct: float | None = None
    worn: bool | None = None
    clock_skew: timedelta | None = None
    report_every: timedelta = timedelta(hours=24)
    """As the registry has it, so that a look at the registry is spared; the default is the registry's."""


def touch(conn: Conn, signs: Sequence[Sign]) -> None:
    """Note signs of life, at most one per device; nothing waits for an answer.

    Of each device that came (back) online by them an interval begins, and the alert clock is told by the
    timer `back`.
    """
    conn.execute(
        _Q["touch"],
        {
            "device_ids": _array([sign.device_id for sign in signs]),
            "seen_at": _array([sign.seen_at.isoformat() for sign in signs]),
            "report_every_s": _array([sign.report_every.total_seconds() for sign in signs]),
            "battery_pct": _array([sign.battery_pct for sign in signs]),
            "worn": _array([sign.worn for sign in signs]),
            "clock_skew_s": _array([_seconds(sign.clock_skew) for sign in signs]),
        },
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A device's word that its link stands again; `said_at` None where its clock cannot be believed."""

    device_id: int
    home_id: int | None
    said_at: datetime | None
    happened_at: datetime
    arrived_at: datetime
    key: str


def end_links(conn: Conn, links: Sequence[Link]) -> set[int]:
    """Store that links stand again, at most one per device, where that ends no alert; return whose that was.

    The caller holds the homes' locks. What is left needs the rules.
    """
    rows = conn.execute(
        _Q["end_links"],
        {
            "device_ids": [link.device_id for link in links],
            "home_ids": [link.home_id for link in links],
            "said_at": [link.said_at for link in links],
            "happened_at": [link.happened_at for link in links],
            "arrived_at": [link.arrived_at for link in links],
            "keys": [link.key for link in links],
        },
    ).fetchall()
    return {row[0] for row in rows}


def _array(values: Sequence[float | str | None]) -> str:
    """Return numbers, truths and instants, none of which needs a quote, as an array: ten times as fast.

    Source: the PostgreSQL manual, "Array Input and Output Syntax".
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def tell_clock(conn: Conn, kind: str, heard: Sequence[tuple[int, datetime]]) -> None:
    """Set the timer `kind` of each (device_id, due_at), so that the alert clock looks at these devices."""
    conn.execute(
        _Q["tell_clock"],
        {"kind": kind, "device_ids": [one[0] for one in heard], "due_at": [one[1] for one in heard]},
    )


def went_offline(conn: Conn, device_id: int, at: datetime, *, inhibited: bool = False) -> bool:
    """Note that a device is offline since `at`; say whether that is news."""
    row = conn.execute(
        _Q["went_offline"], {"device_id": device_id, "at": at, "inhibited": inhibited}
    ).fetchone()
    if row is None:
        return False
    conn.execute(_Q["close_interval"], {"device_id": device_id})
    return True


def silent(conn: Conn, now: datetime, limit: int) -> list[tuple[int, int | None]]:
    """Return (device_id, home_id) of devices that have not reported for twice their period."""
    return [(row[0], row[1]) for row in conn.execute(_Q["silent"], {"now": now, "limit": limit}).fetchall()]


def still_silent(conn: Conn, device_id: int, now: datetime) -> bool:
    """Say, with the row locked, whether the device is silent now."""
    row = conn.execute(_Q["still_silent"], {"device_id": device_id, "now": now}).fetchone()
    return bool(row and row[0])


def parent_down(conn: Conn, device_id: int, now: datetime) -> bool:
    """Say whether the gateway that the device hangs behind is down itself."""
    row = conn.execute(_Q["parent_down"], {"device_id": device_id, "now": now}).fetchone()
    return bool(row and row[0])


def still_silent_behind(conn: Conn, now: datetime, limit: int) -> list[tuple[int, int | None]]:
    """Return devices that stay silent though their gateway is back."""
    rows = conn.execute(_Q["still_silent_behind"], {"now": now, "limit": limit}).fetchall()
    return [(row[0], row[1]) for row in rows]


def uninhibit(conn: Conn, device_id: int) -> bool:
    """Stop hiding a device behind its gateway; say whether it was hidden."""
    return conn.execute(_Q["uninhibit"], {"device_id": device_id}).fetchone() is not None


def forgive_gap(conn: Conn, gap_from: datetime, gap: timedelta) -> int:
    """Give every device as much more time as we ourselves could not hear; return how many."""
    return conn.execute(_Q["forgive_gap"], {"gap_from": gap_from, "gap": gap}).rowcount


def beat(conn: Conn, name: str, replica: str, now: datetime, details: Mapping[str, Any]) -> None:
    """Say that a role of ours is alive."""
    conn.execute(_Q["beat"], {"name": name, "replica": replica, "now": now, "details": Jsonb(dict(details))})


def beats(conn: Conn, name: str, now: datetime) -> bool:
    """Say whether a role of ours is alive, on any replica."""
    last = last_beat(conn, name)
    return last is not None and now - last <= BEATS_WITHIN


def last_beat(conn: Conn, name: str) -> datetime | None:
    """Return when a role was last alive, on any replica."""
    row = conn.execute(_Q["last_beat"], {"name": name}).fetchone()
    return row[0] if row else None


def services(conn: Conn) -> list[dict[str, Any]]:
    """Return every replica of our roles with its last beat."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(_Q["services"]).fetchall()


def forget_services(conn: Conn, before: datetime) -> None:
    """Forget replicas that were last alive before `before`."""
    conn.execute(_Q["forget_services"], {"before": before})


def is_online(conn: Conn, device_id: int) -> bool:
    """Say whether a device is online."""
    row = conn.execute(_Q["is_online"], {"device_id": device_id}).fetchone()
    return bool(row and row[0])
