"""Rollups: each night of a day (Asia/Shanghai) by device, home and hour; each hour of what has none yet."""

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


def rollup_tail(conn: Conn, now: datetime) -> int:
    """Count by device what no day holds yet, up to the last full hour; return how many devices that were.

    The whole of it each time, so that what came late is in it an hour later at most.
    """
    through_at = now.replace(minute=0, second=0, microsecond=0)
    (from_at,) = conn.execute(_Q["tail_from"]).fetchone() or (None,)
    of = {"from_at": from_at, "through_at": through_at}
    devices = 0
    if from_at is not None and from_at < through_at:
        heard = figures.heard_since([*figures.first_heard(conn).items()])
        devices = conn.execute(_Q["rollup_tail"], {**of, **heard}).rowcount
    conn.execute(_Q["forget_tails"], of)
    return devices
