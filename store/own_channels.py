"""The channels that a person puts on and off themselves."""

from __future__ import annotations

from collections.abc import Sequence

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def of(conn: Conn, person_id: int) -> list[str]:
    """Return a person's channels in the order in which they are tried; nobody else changes them meanwhile."""
    row = conn.execute(_Q["channels"], {"person_id": person_id}).fetchone()
    return list(row[0]) if row else []


def put(conn: Conn, person_id: int, channels: Sequence[str]) -> None:
    """Let these be a person's channels."""
    conn.execute(_Q["set_channels"], {"person_id": person_id, "channels": list(channels)})
