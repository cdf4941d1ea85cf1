"""Queries of what is too much to heed: messages per person, activations per device, alerts that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from model.events import Kind
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open alert that somebody took on long ago."""

    alert_id: int
    incident_id: int
    home_id: int | None
    reminded_at: datetime | None


def messages_since(conn: Conn, people: Sequence[int], since: datetime) -> dict[int, int]:
    """Return how many messages about incidents each person got after `since`; absent where none."""
    rows = conn.execute(_Q["messages_since"], {"people": list(people), "since": since}).fetchall()
    return {row[0]: row[1] for row in rows}


def begun(conn: Conn, device_id: int, kind: Kind, since: datetime) -> int:
    """Count how often a device began to say this after `since`."""
    row = conn.execute(_Q["begun"], {"device_id": device_id, "kind": kind, "since": since}).fetchone()
    return row[0] if row else 0


def standing(conn: Conn, before: datetime, limit: int) -> list[Standing]:
    """Return alerts that were taken on before this time, and not reminded of since."""
    with conn.cursor(row_factory=class_row(Standing)) as cur:
        return cur.execute(_Q["standing"], {"before": before, "limit": limit}).fetchall()
