"""The proof-test ledger: what arrived of tests, who was walking there, and when the ledger learned it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from model.errors import Missing
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Proof:
    """A test that arrived; `tested_by` is None where nobody had said that they were testing there."""

    proof_id: int
    home: str
    device: str
    kind: str
    tested_by: str | None
    walk_id: int | None
    tested_at: datetime
    arrived_at: datetime
    learned_at: datetime


@dataclass(frozen=True, slots=True)
class DueRow:
    """A device that is to be tested, and the last test of it that arrived."""

    device_id: int
    name: str
    kind: str
    place_id: int | None
    place: str | None
    proven_at: datetime | None
    tested_by: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody testing one place; open until `ended_at`."""

    walk_id: int
    home_id: int
    home: str
    place_id: int
    place: str
    person_name: str
    started_at: datetime
    ended_at: datetime | None


def learn(conn: Conn, now: datetime, home_id: int | None = None) -> int:
    """Write every test that arrived and is not in the ledger yet; return how many there were."""
    return conn.execute(_Q["learn"], {"now": now, "home_id": home_id}).rowcount


def tests(
    conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime, known_at: datetime
) -> list[Proof]:
    """Return tests that arrived within a time, as the ledger knew them at `known_at`; the newest first."""
    asked = {"home_id": home_id, "from_at": from_at, "to_at": to_at, "known_at": known_at}
    with conn.cursor(row_factory=class_row(Proof)) as cur:
        return cur.execute(_Q["tests"], asked).fetchall()


def due(conn: Conn, home_id: int, on: date, to_at: datetime, known_at: datetime) -> list[DueRow]:
    """Return the devices of a home that stand there on a day, with the last test of each before `to_at`."""
    asked = {"home_id": home_id, "on": on, "to_at": to_at, "known_at": known_at}
    with conn.cursor(row_factory=class_row(DueRow)) as cur:
        return cur.execute(_Q["due"], asked).fetchall()


def start(conn: Conn, place_id: int, person_id: int, person_name: str, now: datetime) -> int:
    """Begin a walk, or return this person's that is open there; another's ends.

    A walk that nobody ends is over after two hours (our choice): later tests are not its person's.
    Raises Missing where there is no such place.
    """
    asked = {"place_id": place_id, "person_id": person_id, "person_name": person_name, "now": now}
    conn.execute(_Q["relieve"], asked)
    for query in ("start", "open_at"):
        row = conn.execute(_Q[query], asked).fetchone()
        if row is not None:
            return row[0]
    raise Missing(f"没有这个场所 no such place: {place_id}")


def stop(conn: Conn, walk_id: int, now: datetime) -> bool:
    """End a walk; False where it had ended."""
    return conn.execute(_Q["stop"], {"walk_id": walk_id, "now": now}).fetchone() is not None


def walk(conn: Conn, walk_id: int) -> Walk:
    """Return a walk. Raises Missing."""
    with conn.cursor(row_factory=class_row(Walk)) as cur:
        found = cur.execute(_Q["walk"], {"walk_id": walk_id}).fetchone()
    if found is None:
        raise Missing(f"没有这次测试 no such walk: {walk_id}")
    return found


def walked(conn: Conn, walk_id: int) -> list[DueRow]:
    """Return the devices of a walk, each with when its test arrived during the walk."""
    with conn.cursor(row_factory=class_row(DueRow)) as cur:
        return cur.execute(_Q["walked"], {"walk_id": walk_id}).fetchall()
