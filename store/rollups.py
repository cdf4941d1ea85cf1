"""The nightly rollup of a day (Asia/Shanghai): by device, by home and by hour."""

from __future__ import annotations

from datetime import date, datetime

from store import device_history, figures, sql
from store.sql import Conn

_Q = sql.load(__file__)


def rollup_day(conn: Conn, day: date) -> int:
    """Write the rollup of one day (Asia/Shanghai) and return how many devices it holds."""
    heard = figures.heard_since([*figures.first_heard(conn).items()])
    devices = conn.execute(_Q["rollup_day"], {"day": day, **heard}).rowcount
    conn.execute(_Q["rollup_homes"], {"day": day})
    device_history.rollup_hours(conn, day)
    return devices


def rollup_due(conn: Conn, now: datetime) -> int:
    """Roll up every day before today that is not rolled up yet and return how many there were.

    To be called before old readings are dropped: what is not rolled up then can never be.
    """
    days = [row[0] for row in conn.execute(_Q["days_due"], {"now": now}).fetchall()]
    for day in days:
        rollup_day(conn, day)
    return len(days)
