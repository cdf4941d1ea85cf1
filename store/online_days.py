"""How long devices were online, by home and day: rolled up where the past can no longer move by itself."""

from __future__ import annotations

from datetime import datetime

from store import figures, sql
from store.sql import Conn

_Q = sql.load(__file__)
DAYS_AT_ONCE = 31
"""Of one home in one transaction, for which its late changes wait. Source: our choice, some 50 ms."""


def rollup(conn: Conn, now: datetime) -> int:
    """Write the days that are over and not there yet, of every home, and return how many rows they have.

    `conn` must be idle, and see every home: each home's days are a transaction of their own.
    """
    with conn.transaction():
        heard = figures.first_heard(conn)
    return sum(_rollup_home(conn, home_id, began_at, now) for home_id, began_at in heard.items())


def _rollup_home(conn: Conn, home_id: int, began_at: datetime, now: datetime) -> int:
    asked = {"home_id": home_id, "began_at": began_at, "now": now, "days": DAYS_AT_ONCE}
    written = 0
    while True:
        with conn.transaction():
            conn.execute(_Q["lock"], asked)
            more = conn.execute(_Q["write"], asked).rowcount
        written += more
        if not more:
            return written
