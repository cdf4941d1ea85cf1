"""Hazards (隐患) as their pages show them; recorded, closed, opened again in the caller's transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from psycopg.rows import class_row

from model.errors import Missing
from store import sql
from store.signing import sign
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard; `due_on` is the day by which it must be gone, `before` and `after` count its photos."""

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
    due_on: date | None
    reinspected_on: date | None
    closed_on: date | None
    closed_how: str | None
    measures: str
    evidence: list[str]
    before: int
    after: int

    def overdue(self, today: date) -> bool:
        """Say whether it is open past the day on which it is due."""
        return self.closed_on is None and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class NewHazard:
    """A hazard as it is recorded."""

    home_id: int
    found_on: date
    grade: str
    kind: str
    description: str
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class Closing:
    """What was done about a hazard, how and when."""

    closed_on: date
    closed_how: str
    measures: str


def hazards(
    conn: Conn, home_id: int | None, *, open_only: bool, limit: int = 100, offset: int = 0
) -> list[Hazard]:
    """Return hazards, open ones first, the one that was due first at the top."""
    given = {"hazard_id": None, "home_id": home_id, "open_only": open_only, "limit": limit, "offset": offset}
    with conn.cursor(row_factory=class_row(Hazard)) as cur:
        return cur.execute(_Q["hazards"], given).fetchall()


def hazard(conn: Conn, hazard_id: int) -> Hazard:
    """Return one hazard; raises Missing where there is none, or none that may be seen."""
    given = {"hazard_id": hazard_id, "home_id": None, "open_only": False, "limit": 1, "offset": 0}
    with conn.cursor(row_factory=class_row(Hazard)) as cur:
        found = cur.execute(_Q["hazards"], given).fetchone()
    if found is None:
        raise Missing(f"没有这条隐患 no such hazard: {hazard_id}")
    return found


def locked(conn: Conn, hazard_id: int) -> Hazard:
    """Return one hazard that nobody else changes until the transaction ends; raises Missing."""
    conn.execute(_Q["lock"], {"hazard_id": hazard_id})
    return hazard(conn, hazard_id)


def overdue(conn: Conn, home_id: int | None, today: date) -> int:
    """Return how many hazards are open past the day on which they are due."""
    row = conn.execute(_Q["overdue"], {"home_id": home_id, "today": today}).fetchone()
    return 0 if row is None else row[0]


def record(conn: Conn, found: NewHazard, actor: str) -> int:
    """Enter a hazard and return its number."""
    sign(conn, actor)
    row = conn.execute(_Q["record"], asdict(found)).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return row[0]


def close(conn: Conn, hazard_id: int, closing: Closing, actor: str) -> None:
    """Close a hazard."""
    sign(conn, actor)
    conn.execute(_Q["close"], asdict(closing) | {"hazard_id": hazard_id})


def reopen(conn: Conn, hazard_id: int, reason: str, actor: str) -> None:
    """Open a hazard again."""
    sign(conn, actor)
    conn.execute(_Q["reopen"], {"hazard_id": hazard_id, "reason": reason})
