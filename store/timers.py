"""Deadlines as rows: one timer for each kind and subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn, Later

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Timer:
    """A deadline: what is looked at again when `due_at` has come."""

    timer_id: int
    kind: str
    subject: str
    incident_id: int | None
    device_id: int | None
    due_at: datetime
    step: int
    told_at: datetime | None = None
    failures: int = 0
    home_id: int | None = None


def set_timer(
    conn: Conn,
    *,
    kind: str,
    subject: str,
    due_at: datetime,
    step: int = 0,
    incident_id: int | None = None,
    device_id: int | None = None,
    told_at: datetime | None = None,
) -> None:
    """Set or move the one timer of this kind and subject; `told_at` is when its deadline began to run."""
    conn.execute(
        _Q["set_timer"],
        {
            "kind": kind,
            "subject": subject,
            "incident_id": incident_id,
            "device_id": device_id,
            "due_at": due_at,
            "step": step,
            "told_at": told_at,
        },
    )


def put_off(conn: Conn, timer: Timer, due_at: datetime) -> int:
    """Try a timer that could not be acted on again at `due_at`; return how often it has failed."""
    row = conn.execute(_Q["put_off"], {"timer_id": timer.timer_id, "due_at": due_at}).fetchone()
    return row[0] if row else 0


def drop_timer(conn: Conn, kind: str, subject: str) -> None:
    """Drop the timer, if it is there."""
    conn.execute(_Q["drop_timer"], {"kind": kind, "subject": subject})


def ask_timer(conn: Conn, kind: str, subject: str) -> Later[tuple[int, datetime | None] | None]:
    """Ask how far the timer's ladder was climbed and when that rung was told; None where no timer runs."""
    return conn.execute(_Q["timer_of"], {"kind": kind, "subject": subject}).fetchone


def due_timers(conn: Conn, now: datetime, limit: int) -> list[Timer]:
    """Return timers that are due, the oldest first; each is claimed by `still_due` under its home's lock."""
    with conn.cursor(row_factory=class_row(Timer)) as cur:
        return cur.execute(_Q["due_timers"], {"now": now, "limit": limit}).fetchall()


def still_due(conn: Conn, timer: Timer, now: datetime) -> bool:
    """Claim one timer; false where it was moved or dropped meanwhile."""
    row = conn.execute(_Q["still_due"], {"timer_id": timer.timer_id, "now": now}).fetchone()
    return row is not None
