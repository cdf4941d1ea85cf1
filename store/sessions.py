"""Sessions of people who are logged in, and the count of guesses at passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from model.people import Person, Role
from store import sql

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class _Known:
    """A person with what their rights follow from."""

    person_id: int
    login: str
    name: str
    role: str
    home_id: int | None
    phone: str | None
    township: str | None

    @property
    def person(self) -> Person:
        """Return the person alone."""
        return Person(self.person_id, self.login, self.name, Role(self.role), self.home_id, self.phone)


@dataclass(frozen=True, slots=True)
class Login(_Known):
    """A person with the hash of the password; never leaves the login code."""

    password_hash: str


@dataclass(frozen=True, slots=True)
class Session(_Known):
    """A session that is still good, with its person."""

    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Attempts:
    """Recent guesses: for a login from an address, for the login from anywhere, from the address at all."""

    pair: int
    for_login: int
    from_address: int


def person_by_login(conn: Connection[Any], login: str) -> Login | None:
    """Return who has this login and is not disabled."""
    with conn.cursor(row_factory=class_row(Login)) as cursor:
        return cursor.execute(_SQL["person_by_login"], {"login": login}).fetchone()


def person_by_id(conn: Connection[Any], person_id: int) -> Login | None:
    """Return the person, unless disabled."""
    with conn.cursor(row_factory=class_row(Login)) as cursor:
        return cursor.execute(_SQL["person_by_id"], {"person_id": person_id}).fetchone()


def homes_seen_by(conn: Connection[Any], person: Person, township: str | None) -> tuple[int, ...] | None:
    """Return the homes that a person may see, None for all of them.

    `conn` must see every home, since a township's homes are looked up here.
    """
    if person.role in (Role.BUREAU, Role.ADMIN):
        return None
    if person.role is Role.TOWNSHIP:
        rows = conn.execute(_SQL["homes_of_township"], {"township": township or ""}).fetchall()
        return tuple(row[0] for row in rows)
    return () if person.home_id is None else (person.home_id,)


def start_session(
    conn: Connection[Any],
    *,
    token_hash: bytes,
    person_id: int,
    now: datetime,
    expires_at: datetime,
    seen_from: str,
) -> None:
    """Keep a new session, and drop those that have run out."""
    conn.execute(_SQL["drop_old_sessions"], {"now": now})
    conn.execute(
        _SQL["start_session"],
        {
            "token_hash": token_hash,
            "person_id": person_id,
            "now": now,
            "expires_at": expires_at,
            "seen_from": seen_from,
        },
    )


def find_session(conn: Connection[Any], token_hash: bytes, now: datetime) -> Session | None:
    """Return the session of a token, if it is good and its person is not disabled."""
    with conn.cursor(row_factory=class_row(Session)) as cursor:
        return cursor.execute(_SQL["find_session"], {"token_hash": token_hash, "now": now}).fetchone()


def extend_session(conn: Connection[Any], token_hash: bytes, expires_at: datetime) -> None:
    """Let a session in use live until `expires_at`."""
    conn.execute(_SQL["extend_session"], {"token_hash": token_hash, "expires_at": expires_at})


def end_session(conn: Connection[Any], token_hash: bytes) -> None:
    """End one session."""
    conn.execute(_SQL["end_session"], {"token_hash": token_hash})


def note_attempt(
    conn: Connection[Any], *, login: str, address: str, now: datetime, since: datetime
) -> Attempts:
    """Count a guess that is about to be checked; return the guesses since `since`, this one included."""
    conn.execute(_SQL["lock_login"], {"login": login})
    conn.execute(_SQL["drop_old_attempts"], {"before": since})
    conn.execute(_SQL["note_attempt"], {"login": login, "address": address, "now": now})
    with conn.cursor(row_factory=class_row(Attempts)) as cursor:
        cursor.execute(_SQL["count_attempts"], {"login": login, "address": address, "since": since})
        counted = cursor.fetchone()
    return counted or Attempts(1, 1, 1)


def forget_attempts(conn: Connection[Any], *, login: str, address: str) -> None:
    """Clear the guesses for a login from an address after a right password."""
    conn.execute(_SQL["forget_attempts"], {"login": login, "address": address})
