"""The append-only log of what was done on an incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def acknowledged_by(conn: Conn, incident_id: int) -> set[int]:
    """Return the people who have answered an incident."""
    rows = conn.execute(_Q["acknowledged_by"], {"incident_id": incident_id}).fetchall()
    return {row[0] for row in rows}


def last_log(conn: Conn, incident_id: int) -> tuple[int, bytes]:
    """Return number and hash of the incident's last log row, (0, b'') where it has none."""
    row = conn.execute(_Q["last_log"], {"incident_id": incident_id}).fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def append_log(conn: Conn, row: Mapping[str, Any]) -> None:
    """Append one row, already chained, to the log."""
    conn.execute(_Q["append_log"], {**row, "details": Jsonb(row["details"])})


def whole_log(conn: Conn) -> list[dict[str, Any]]:
    """Return the whole log in the order of its chains."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(_Q["whole_log"]).fetchall()
