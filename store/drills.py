"""The record that a drill leaves."""

from __future__ import annotations

from datetime import date, datetime

from store import sql
from store.alarms import Conn

_Q = sql.load(__file__)


def record(conn: Conn, *, home_id: int, done_on: date, mark: str, findings: str, now: datetime) -> int | None:
    """Write the record that begins with `mark`; None where there is one already."""
    row = conn.execute(
        _Q["record"],
        {"home_id": home_id, "done_on": done_on, "mark": mark, "findings": findings, "now": now},
    ).fetchone()
    return row[0] if row else None
