"""Who changes the registers, as their log names them (register_log)."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

from store import sql

_Q = sql.load(__file__)


def sign(conn: Connection[Any], actor: str, import_id: int | None = None) -> None:
    """Let what follows in this transaction be logged as changed by `actor`, or by their import."""
    conn.execute(_Q["sign"], {"actor": actor, "import_id": "" if import_id is None else str(import_id)})
