"""Queries of thresholds as people set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one setting; durations in seconds, None takes it back. `target` is for people."""

    change_id: int
    name: str
    scope: str
    home_id: int | None
    place_id: int | None
    device_id: int | None
    value: float | None
    effective_at: datetime
    made_at: datetime
    made_by: str
    reason: str
    target: str = ""


def changes(conn: Conn, name: str | None = None) -> list[Change]:
    """Return all changes, or those of one setting, the oldest first."""
    with conn.cursor(row_factory=class_row(Change)) as cur:
        return cur.execute(_Q["changes"], {"name": name}).fetchall()


def insert(
    conn: Conn,
    *,
    name: str,
    scope: str,
    value: float | None,
    effective_at: datetime,
    made_by: str,
    reason: str,
    now: datetime,
    home_id: int | None = None,
    place_id: int | None = None,
    device_id: int | None = None,
) -> int:
    """Write a change down and return its id."""
    row = conn.execute(
        _Q["insert"],
        {
            "name": name,
            "scope": scope,
            "home_id": home_id,
            "place_id": place_id,
            "device_id": device_id,
            "value": value,
            "effective_at": effective_at,
            "now": now,
            "made_by": made_by,
            "reason": reason,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return row[0]


def zones(conn: Conn, home_id: int, zone: str) -> list[int]:
    """Return the zones of a home that have this name."""
    return [row[0] for row in conn.execute(_Q["zone"], {"home_id": home_id, "zone": zone}).fetchall()]
