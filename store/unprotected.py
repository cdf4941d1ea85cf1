"""Queries of who lived where, and when what protects them was online."""

from __future__ import annotations

from datetime import datetime

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def residents(
    conn: Conn, home_id: int, from_at: datetime, to_at: datetime
) -> list[tuple[int, bool, datetime, datetime]]:
    """Return (resident_id, wanders, lived_from, lived_to) of the period."""
    rows = conn.execute(_Q["residents"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}).fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def online(
    conn: Conn, home_id: int, from_at: datetime, to_at: datetime
) -> list[tuple[int, str, datetime, datetime]]:
    """Return (resident_id, device kind, online_from, online_to) of what protects them."""
    rows = conn.execute(_Q["online"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}).fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in rows]
