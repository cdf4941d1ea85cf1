"""History for a benchmark, made by the database itself: readings, rollups, incidents; true in shape."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg

from store import sql

_Q = sql.load(__file__)
_BY_KEY = "readings_device_id_happened_at_reading_key_key"
Conn = psycopg.Connection[Any]


def fill_readings(
    conn: Conn,
    until: datetime,
    span: timedelta,
    every: timedelta,
    *,
    after: int = 0,
    devices: int | None = None,
) -> int:
    """Write readings of `devices` devices with ids above `after`, one each `every`; return how many.

    Where the table is empty its index is made at the end, which takes a third of the time.
    """
    empty = conn.execute("SELECT NOT EXISTS (SELECT FROM readings)").fetchone() == (True,)
    if empty:
        conn.execute(f"ALTER TABLE readings DROP CONSTRAINT {_BY_KEY}")
    stored = conn.execute(
        _Q["readings"],
        {"from_at": until - span, "until": until, "every": every, "after": after, "devices": devices},
    ).rowcount
    if empty:
        conn.execute(
            f"ALTER TABLE readings ADD CONSTRAINT {_BY_KEY} UNIQUE (device_id, happened_at, reading_key)"
        )
    return stored


def fill_rollups(conn: Conn, until: datetime, *, hours: timedelta, days: int) -> None:
    """Write what the nightly rollup would have written until yesterday: hours, device days and home days."""
    asked = {"until": until, "from_at": until - hours, "days": days}
    with _unchecked(conn):
        for name in (
            *("hours", "device_days", "home_days", "residents", "bands", "installed"),
            *("no_intervals", "intervals"),
        ):
            conn.execute(_Q[name], asked)


def fill_incidents(conn: Conn, until: datetime, *, days: int, closed: int, open_: int) -> None:
    """Write incidents, each with an alert, six lines of log and two messages."""
    asked = {"until": until, "days": days, "open": open_, "all": closed + open_}
    with _unchecked(conn):
        for name in ("carers", "incidents", "alerts", "log", "messages"):
            conn.execute(_Q[name], asked)


@contextmanager
def _unchecked(conn: Conn) -> Generator[None]:
    """Let what is known to be whole pass without a check and a notice for each row."""
    conn.execute("SET session_replication_role = replica")
    yield
    conn.execute("SET session_replication_role = origin")
