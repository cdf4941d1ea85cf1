"""Queries of the annual report's words as the bureau set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, scalar_row

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


def lock(conn: Conn) -> None:
    """Let no other change in until this transaction ends."""
    conn.execute(_Q["lock"])


def insert(conn: Conn, *, name: str, shipped: str, text: str | None, made_by: str, now: datetime) -> int:
    """Write a change down and return its number."""
    values = {"name": name, "shipped": shipped, "text": text, "made_by": made_by, "now": now}
    with conn.cursor(row_factory=scalar_row) as cur:
        return cur.execute(_Q["insert"], values).fetchall()[0]
