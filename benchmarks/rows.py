"""History for a benchmark, made by the database itself: readings, rollups, incidents; true in shape."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

from store import online_days, sql

_Q = sql.load(__file__)
_KEYS: dict[str, tuple[LiteralString, LiteralString, LiteralString]] = {
    "readings": (
        "readings",
        "readings_device_id_happened_at_reading_key_key",
        "UNIQUE (device_id, happened_at, reading_key)",
    ),
    "hours": ("device_hours", "device_hours_pkey", "PRIMARY KEY (device_id, hour_at)"),
    "device_days": ("device_days", "device_days_pkey", "PRIMARY KEY (device_id, day)"),
}
"""Table and key of a query that writes millions of rows; a key made at the end takes a tenth of the time."""
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
    """Write readings of `devices` devices with ids above `after`, one each `every`; return how many."""
    asked = {"from_at": until - span, "until": until, "every": every, "after": after, "devices": devices}
    return _write(conn, "readings", asked)


def fill_rollups(conn: Conn, until: datetime, *, hours: timedelta, days: int) -> None:
    """Write what the nightly rollup would have written until yesterday: hours, device days and home days."""
    asked = {"until": until, "from_at": until - hours, "days": days}
    with _unchecked(conn):
        for name in (
            *("hours", "device_days", "home_days", "residents", "bands", "installed"),
            *("no_intervals", "intervals"),
        ):
            _write(conn, name, asked)
    online_days.rollup(conn, until)


def fill_incidents(conn: Conn, until: datetime, *, days: int, closed: int, open_: int) -> None:
    """Write incidents, each with an alert, six lines of log and two messages."""
    asked = {"until": until, "days": days, "open": open_, "all": closed + open_}
    with _unchecked(conn):
        for name in ("carers", "incidents", "alerts", "log", "messages"):
            conn.execute(_Q[name], asked)


def _write(conn: Conn, name: str, asked: Mapping[str, object]) -> int:
    key = _KEYS.get(name)
    if key is None:
        return conn.execute(_Q[name], asked).rowcount
    table, constraint, columns = key
    names = {"table": Identifier(table), "key": Identifier(constraint), "columns": SQL(columns)}
    found = conn.execute(SQL("SELECT FROM {table} LIMIT 1").format(**names)).fetchone()
    if found is None:
        conn.execute(SQL("ALTER TABLE {table} DROP CONSTRAINT {key}").format(**names))
    written = conn.execute(_Q[name], asked).rowcount
    if found is None:
        conn.execute(SQL("ALTER TABLE {table} ADD CONSTRAINT {key} {columns}").format(**names))
    return written


@contextmanager
def _unchecked(conn: Conn) -> Generator[None]:
    """Let what is known to be whole pass without a check and a notice for each row."""
    conn.execute("SET session_replication_role = replica")
    yield
    conn.execute("SET session_replication_role = origin")
