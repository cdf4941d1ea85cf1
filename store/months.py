"""Months as they were filed: each version is a row of the signed reports, and none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Filing:
    """One version of a month; version 2 and above are corrections."""

    report_id: int
    version: int
    filed_at: datetime
    filed_by: str
    content: str


def filed(conn: Conn, start_on: date, home_id: int | None) -> list[Filing]:
    """Return every version of a month of a home, or of the county; the first first."""
    with conn.cursor(row_factory=class_row(Filing)) as cur:
        return cur.execute(_Q["filed"], {"start_on": start_on, "home_id": home_id}).fetchall()


def homes(conn: Conn, start_on: date, end_on: date) -> list[str]:
    """Return the codes of the homes that were open in the month."""
    return [row[0] for row in conn.execute(_Q["homes"], {"start_on": start_on, "end_on": end_on}).fetchall()]


def months(conn: Conn, since_on: date) -> list[date]:
    """Return the months, from `since_on` on, that were filed for the county."""
    return [row[0] for row in conn.execute(_Q["months"], {"since_on": since_on}).fetchall()]
