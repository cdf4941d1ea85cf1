"""Queries of duty rosters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from model.people import Role
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One turn of duty in a home."""

    home_id: int
    role: Role
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class HomeName:
    """A home by number, code and name."""

    home_id: int
    code: str
    name: str


def duties(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> list[DutyRow]:
    """Return the turns that touch the time between, of one home or of all."""
    rows = conn.execute(_Q["duties"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}).fetchall()
    return [DutyRow(row[0], Role(row[1]), row[2], row[3]) for row in rows]


def homes(conn: Conn, code: str | None = None) -> list[HomeName]:
    """Return open homes by code."""
    with conn.cursor(row_factory=class_row(HomeName)) as cur:
        return cur.execute(_Q["homes"], {"code": code}).fetchall()
