"""What could not be decoded: topic, bytes, reason and time, kept until it is replayed after a fix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.rows import class_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
_TOPIC_LONGEST = 600
"""Characters; the topic is indexed, up to some 2,700 bytes. No adapter reads one that is longer than 512."""
_REASONS_A_DAY = 50
"""Rarer ones are counted together: who sends garbage of every kind fills no table. Source: our choice."""
KEPT = timedelta(days=400)
"""How long after its last arrival a letter can be replayed. Source: our choice, a year and a summer."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message as it came, why it could not be read, and how often the same bytes came."""

    dead_letter_id: int
    topic: str
    payload: bytes
    reason: str
    traceback: str | None
    arrived_at: datetime
    seen: int
    last_at: datetime
    replayed_at: datetime | None


def bury(
    conn: Conn, *, topic: str, payload: bytes, reason: str, traceback: str | None, arrived_at: datetime
) -> None:
    """Keep a message that could not be read. Characters that a text column cannot hold are shown escaped."""
    conn.execute(
        _Q["bury"],
        {
            "topic": _storable(topic)[:_TOPIC_LONGEST],
            "payload": payload,
            "reason": _storable(reason),
            "traceback": None if traceback is None else _storable(traceback),
            "arrived_at": arrived_at,
        },
    )


def _storable(text: str) -> str:
    return text.replace("\x00", "\\x00").encode(errors="backslashreplace").decode()


def letters(conn: Conn, *, limit: int = 100, replayed: bool = False) -> list[DeadLetter]:
    """Return the newest letters first, those already replayed only if asked for."""
    with conn.cursor(row_factory=class_row(DeadLetter)) as cur:
        return cur.execute(_Q["letters"], {"limit": limit, "replayed": replayed}).fetchall()


def letter(conn: Conn, dead_letter_id: int) -> DeadLetter | None:
    """Return one letter, locked."""
    with conn.cursor(row_factory=class_row(DeadLetter)) as cur:
        return cur.execute(_Q["letter"], {"dead_letter_id": dead_letter_id}).fetchone()


def mark_replayed(conn: Conn, dead_letter_id: int, now: datetime) -> None:
    """Note that a letter could be read at last."""
    conn.execute(_Q["mark_replayed"], {"dead_letter_id": dead_letter_id, "now": now})


def count(conn: Conn) -> int:
    """Return how many letters wait."""
    row = conn.execute(_Q["count"]).fetchone()
    return row[0] if row else 0


@dataclass(frozen=True, slots=True)
class LettersOfDay:
    """Letters of a day let go for one reason: how many, how often they came, how many were replayed."""

    day: date
    reason: str
    letters: int
    messages: int
    replayed: int


def let_go(conn: Conn, before: datetime) -> int:
    """Delete letters that last came before an instant, counting them by day and reason; return how many."""
    row = conn.execute(_Q["let_go"], {"before": before, "reasons": _REASONS_A_DAY}).fetchone()
    return row[0] if row else 0


def days(conn: Conn) -> list[LettersOfDay]:
    """Return what was let go, the newest day first."""
    with conn.cursor(row_factory=class_row(LettersOfDay)) as cur:
        return cur.execute(_Q["days"]).fetchall()
