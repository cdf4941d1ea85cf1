"""How the county is now, counted for the daily message that makes silence noticeable."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class CountyCounts:
    """Homes in service, devices and how many are online, alerts open, incidents whose deadline has passed."""

    homes: int
    devices: int
    devices_online: int
    open_alerts: int
    overdue_alerts: int


def counts(conn: Conn) -> CountyCounts:
    """Return the counts as they are now."""
    with conn.cursor(row_factory=class_row(CountyCounts)) as cur:
        row = cur.execute(_Q["counts"]).fetchone()
    assert row is not None  # noqa: S101 - a query of aggregates returns its row
    return row
