"""Drills: where one can begin, which were held, and the record that each leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def record(
    conn: Conn, *, home_id: int, done_on: date, kind: str, mark: str, findings: str, now: datetime
) -> int | None:
    """Write the record that begins with `mark`; None where there is one already."""
    asked = {"home_id": home_id, "done_on": done_on, "kind": kind, "mark": mark, "findings": findings}
    row = conn.execute(_Q["record"], {**asked, "now": now}).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Held:
    """演练一次 A drill of a fire or a missing resident, still running where `closed_at` is null."""

    incident_id: int
    home: str
    kind: str
    opened_at: datetime
    closed_at: datetime | None


def beginnings(conn: Conn, home_id: int, kind: str) -> list[tuple[int, str]]:
    """Return number and place of the devices of a kind that a drill can begin at."""
    rows = conn.execute(_Q["beginnings"], {"home_id": home_id, "kind": kind}).fetchall()
    return [(row[0], row[1]) for row in rows]


def held(conn: Conn) -> list[Held]:
    """Return the last fifty drills."""
    with conn.cursor(row_factory=class_row(Held)) as cur:
        return cur.execute(_Q["held"]).fetchall()
