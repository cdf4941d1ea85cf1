"""Drills: where one can begin, which were held, and the record that each leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def record(conn: Conn, *, home_id: int, done_on: date, mark: str, findings: str, now: datetime) -> int | None:
    """Write the record that begins with `mark`; None where there is one already."""
    row = conn.execute(
        _Q["record"],
        {"home_id": home_id, "done_on": done_on, "mark": mark, "findings": findings, "now": now},
    ).fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Held:
    """演练一次 A drill, still running where `closed_at` is null."""

    incident_id: int
    home: str
    opened_at: datetime
    closed_at: datetime | None


def detectors(conn: Conn, home_id: int) -> list[tuple[int, str]]:
    """Return number and place of the detectors that a drill can begin at."""
    rows = conn.execute(_Q["detectors"], {"home_id": home_id}).fetchall()
    return [(row[0], row[1]) for row in rows]


def held(conn: Conn) -> list[Held]:
    """Return the last fifty drills."""
    with conn.cursor(row_factory=class_row(Held)) as cur:
        return cur.execute(_Q["held"]).fetchall()
