"""Incidents of a device without a home that has been given one; in the caller's transaction."""

from __future__ import annotations

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def homeless(conn: Conn) -> list[tuple[int, int]]:
    """Return (incident_id, home_id) of each incident of no home whose device has one by now."""
    return conn.execute(_Q["homeless"]).fetchall()


def move(conn: Conn, incident_id: int, home_id: int) -> bool:
    """Give an incident with its alerts and messages to a home; say whether it still was of none."""
    return conn.execute(_Q["move"], {"incident_id": incident_id, "home_id": home_id}).rowcount > 0
