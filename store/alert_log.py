"""The append-only log of what was done on an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from psycopg import IsolationLevel
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from store import bulk, sql
from store.sql import Conn

_Q = sql.load(__file__)
_COLUMNS = (
    "incident_id", "number", "at", "alert_id", "person_id", "actor", "via", "action", "details",
    "previous_hash", "hash",
)  # fmt: skip
Head = tuple[int, bytes]
"""Number and hash of the last row of an incident's log."""
NO_LOG: Head = (0, b"")
"""Where an incident has no log yet."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The log up to a row, sealed: how many rows that is, a hash over the seal before and the rows since."""

    sealed_at: datetime
    up_to: int
    rows: int
    previous_hash: bytes
    hash: bytes


def acknowledged_by(conn: Conn, incident_id: int) -> set[int]:
    """Return the people who have answered an incident."""
    rows = conn.execute(_Q["acknowledged_by"], {"incident_id": incident_id}).fetchall()
    return {row[0] for row in rows}


def last_log(conn: Conn, incident_id: int) -> Head:
    """Return where the incident's log ends."""
    row = conn.execute(_Q["last_log"], {"incident_id": incident_id}).fetchone()
    return (row[0], bytes(row[1])) if row else NO_LOG


def told(conn: Conn, incident_id: int) -> dict[str, datetime]:
    """Return who was told outside the home and when it was first noted, by the words of the log."""
    return {row[0]: row[1] for row in conn.execute(_Q["told"], {"incident_id": incident_id}).fetchall()}


def append_log(conn: Conn, row: Mapping[str, Any]) -> None:
    """Append one row, already chained, to the log."""
    conn.execute(_Q["append_log"], {**row, "details": Jsonb(row["details"])})


def copy_log(conn: Conn, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a whole log, chained and in the order of writing, where none is yet; say how many rows."""
    values = [[Jsonb(row[name]) if name == "details" else row[name] for name in _COLUMNS] for row in rows]
    bulk.copy(conn, "alert_log", _COLUMNS, values, "log_id")
    return len(values)


def whole_log(conn: Conn) -> list[dict[str, Any]]:
    """Return the whole log in the order of its chains."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(_Q["whole_log"]).fetchall()


def one_view(conn: Conn) -> None:
    """Let each transaction of a connection, which is idle, see one state of the log from begin to end."""
    conn.isolation_level = IsolationLevel.REPEATABLE_READ


def dead_rung(conn: Conn, incident_id: int, roles: Sequence[str]) -> str | None:
    """Return why a rung of these roles is known to be dead, None where that is not known (any more)."""
    row = conn.execute(_Q["dead_rung"], {"incident_id": incident_id, "roles": list(roles)}).fetchone()
    return row[0] if row else None


def heads(conn: Conn) -> dict[int, Head]:
    """Return number and hash of the last row of each incident, as noted when it was written."""
    return {row[0]: (row[1], bytes(row[2])) for row in conn.execute(_Q["heads"]).fetchall()}


def unspoken(conn: Conn) -> dict[int, int]:
    """Return how many alerts of each incident the log does not say the raising of."""
    return {row[0]: row[1] for row in conn.execute(_Q["unspoken"]).fetchall()}


def seals(conn: Conn) -> list[Seal]:
    """Return the seals in their order."""
    with conn.cursor(row_factory=class_row(Seal)) as cur:
        return cur.execute(_Q["seals"]).fetchall()


def log_end(conn: Conn) -> int:
    """Return the last log_id with none below it on its way; writers wait until the transaction ends."""
    row = conn.execute(_Q["log_end"]).fetchone()
    return row[0] if row else 0


def log_between(conn: Conn, after: int, up_to: int) -> list[dict[str, Any]]:
    """Return log_id, incident_id, number and hash of the rows between, in the order of writing."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(_Q["log_between"], {"after": after, "up_to": up_to}).fetchall()


def insert_seal(conn: Conn, seal: Seal) -> None:
    """Keep a seal."""
    conn.execute(_Q["insert_seal"], asdict(seal))
