"""Hazards (隐患) as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row

from model.errors import Missing
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard; `before` and `after` count its photos."""

    hazard_id: int
    home_id: int
    home: str
    home_code: str
    found_on: date
    grade: str
    kind: str
    description: str
    notice_no: str | None
    notice_on: date | None
    deadline_on: date | None
    reinspected_on: date | None
    closed_on: date | None
    closed_how: str | None
    evidence: list[str]
    before: int
    after: int

    def overdue(self, today: date) -> bool:
        """Say whether it is open past its deadline."""
        return self.closed_on is None and self.deadline_on is not None and self.deadline_on < today


def hazards(
    conn: Conn, home_id: int | None, *, open_only: bool, limit: int = 100, offset: int = 0
) -> list[Hazard]:
    """Return hazards, open ones first, the nearest deadline first."""
    given = {"hazard_id": None, "home_id": home_id, "open_only": open_only, "limit": limit, "offset": offset}
    with conn.cursor(row_factory=class_row(Hazard)) as cur:
        return cur.execute(_Q["hazards"], given).fetchall()


def hazard(conn: Conn, hazard_id: int) -> Hazard:
    """Return one hazard; raises Missing where there is none, or none that may be seen."""
    given = {"hazard_id": hazard_id, "home_id": None, "open_only": False, "limit": 1, "offset": 0}
    with conn.cursor(row_factory=class_row(Hazard)) as cur:
        found = cur.execute(_Q["hazards"], given).fetchone()
    if found is None:
        raise Missing(f"no such hazard: {hazard_id}")
    return found
