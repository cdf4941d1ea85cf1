"""Months as they were filed: each version is a row of the signed reports, and none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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


@dataclass(frozen=True, slots=True)
class FiledMonth:
    """A month that was filed: in how many versions, first and last when, the last by whom."""

    start_on: date
    versions: int
    filed_at: datetime
    last_at: datetime
    filed_by: str


@dataclass(frozen=True, slots=True)
class FiledFigures:
    """One version of a month as JSON gives it: its figures, and what it corrects."""

    version: int
    filed_at: datetime
    filed_by: str
    figures: list[dict[str, Any]]
    corrects: list[dict[str, Any]]


def filed(conn: Conn, start_on: date, home_id: int | None) -> list[Filing]:
    """Return every version of a month of a home, or of the county; the first first."""
    with conn.cursor(row_factory=class_row(Filing)) as cur:
        return cur.execute(_Q["filed"], {"start_on": start_on, "home_id": home_id}).fetchall()


def homes(conn: Conn, start_on: date, end_on: date) -> list[tuple[int, str]]:
    """Return number and code of the homes that were open in the month, by code."""
    return conn.execute(_Q["homes"], {"start_on": start_on, "end_on": end_on}).fetchall()


def marks(conn: Conn, start_on: date) -> dict[int | None, bytes]:
    """Return what a month was last counted from, as a hash of the rows of each home; None is the county."""
    return {row[0]: bytes(row[1]) for row in conn.execute(_Q["marks"], {"start_on": start_on}).fetchall()}


def set_mark(conn: Conn, start_on: date, home_id: int | None, mark: bytes) -> None:
    """Keep what a month of a home, or of the county, was counted from now."""
    conn.execute(_Q["set_mark"], {"start_on": start_on, "home_id": home_id, "mark": mark})


def months(conn: Conn, since_on: date) -> list[date]:
    """Return the months, from `since_on` on, that were filed for the county."""
    return [row[0] for row in conn.execute(_Q["months"], {"since_on": since_on}).fetchall()]


def overview(conn: Conn, home_id: int | None, limit: int = 60) -> list[FiledMonth]:
    """Return the months of a home, or of the county, that were filed; the newest first."""
    with conn.cursor(row_factory=class_row(FiledMonth)) as cur:
        return cur.execute(_Q["overview"], {"home_id": home_id, "limit": limit}).fetchall()


def figures(conn: Conn, start_on: date, home_id: int | None) -> list[FiledFigures]:
    """Return every version of a month without the rows behind it; the first first."""
    with conn.cursor(row_factory=class_row(FiledFigures)) as cur:
        return cur.execute(_Q["figures"], {"start_on": start_on, "home_id": home_id}).fetchall()
