"""What the compliance figures count: daily rollups and the queries over them."""

from __future__ import annotations

from datetime import date

from store import sql
from store.alarms import Conn

_Q = sql.load(__file__)


def rollup_day(conn: Conn, day: date) -> int:
    """Write the rollup of one day (Asia/Shanghai) and return how many devices it holds."""
    return conn.execute(_Q["rollup_day"], {"day": day}).rowcount
