"""What a device said over time, by the minute from its readings, by the hour and the day from rollups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.rows import class_row

from model.clock import local_day
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
HOUR = timedelta(hours=1)
KEPT = timedelta(days=92)
"""How long hours are kept; they hold no positions. Source: our choice, a quarter."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was said from `at` to the next step: how often, and the least, mean or most of what was measured.

    None where nothing of the kind was said; `worn_share` is between 0 and 1.
    """

    at: datetime
    reports: int
    battery_min_pct: float | None
    rssi_mean_dbm: float | None
    temperature_min_c: float | None
    temperature_max_c: float | None
    worn_share: float | None


def minutes(conn: Conn, device_id: int, from_at: datetime, to_at: datetime, step: timedelta) -> list[Point]:
    """Return points from the readings themselves: for a day or two, more would read too much."""
    return _points(
        conn, "minutes", {"device_id": device_id, "from_at": from_at, "to_at": to_at, "step": step}
    )


def hours(conn: Conn, device_id: int, from_at: datetime, to_at: datetime) -> list[Point]:
    """Return points by the hour; what no rollup has yet (a day or two) is added up from readings."""
    rolled_until = _rolled_until(conn)
    asked = {"device_id": device_id, "from_at": from_at, "to_at": min(to_at, rolled_until or from_at)}
    found = _points(conn, "hours", asked)
    tail_at = max(from_at, rolled_until or from_at)
    return found + (minutes(conn, device_id, tail_at, to_at, HOUR) if tail_at < to_at else [])


def days(conn: Conn, device_id: int, from_at: datetime, to_at: datetime) -> list[Point]:
    """Return points by the day in Shanghai, as far as they are rolled up.

    Several reports within one period of the device count as one.
    """
    asked = {
        "device_id": device_id,
        "from_on": local_day(from_at),
        "to_on": local_day(to_at),
    }
    return _points(conn, "days", asked)


def rollup_hours(conn: Conn, day: date) -> None:
    """Write the hours of one day (Asia/Shanghai)."""
    conn.execute(_Q["rollup_hours"], {"day": day})


def drop_before(conn: Conn, before: datetime) -> int:
    """Delete hours from before an instant (retention); return how many."""
    return conn.execute(_Q["drop_before"], {"before": before}).rowcount


def _rolled_until(conn: Conn) -> datetime | None:
    row = conn.execute(_Q["rolled_until"]).fetchone()
    return None if row is None else row[0]


def _points(conn: Conn, query: str, asked: Mapping[str, object]) -> list[Point]:
    with conn.cursor(row_factory=class_row(Point)) as cur:
        return cur.execute(_Q[query], asked).fetchall()
