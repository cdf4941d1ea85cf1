"""Queries of the annual report's words as the bureau set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one phrase; `text` None takes it back to what ships, `shipped` is what that was then."""

    change_id: int
    name: str
    shipped: str
    text: str | None
    made_at: datetime
    made_by: str


def changes(conn: Conn) -> list[Change]:
    """Return all changes, the oldest first."""
    with conn.cursor(row_factory=class_row(Change)) as cur:
        return cur.execute(_Q["changes"]).fetchall()


def insert(conn: Conn, *, name: str, shipped: str, text: str | None, made_by: str, now: datetime) -> None:
    """Write a change down."""
    conn.execute(
        _Q["insert"], {"name": name, "shipped": shipped, "text": text, "made_by": made_by, "now": now}
    )
