"""Answers to requests that may come twice, by person and key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
KEPT = timedelta(days=1)
"""Source: our choice; who sends a form again does so within the shift."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: whose it is, the key that their page gave it, and a hash over what it asks."""

    person_id: int
    key: str
    digest: bytes


def begin(conn: Conn, asked: Asked, now: datetime) -> bool:
    """Note that a request is being answered; False where it was before. Waits for the same one under way."""
    values = {"person_id": asked.person_id, "key": asked.key, "asked": asked.digest, "now": now}
    return conn.execute(_Q["begin"], values).rowcount == 1


def keep(conn: Conn, asked: Asked, answer: Any) -> None:
    """Keep the answer, which JSON can hold, to a request that was begun."""
    values = {"person_id": asked.person_id, "key": asked.key, "answer": Jsonb(answer)}
    conn.execute(_Q["keep"], values)


def told(conn: Conn, asked: Asked) -> tuple[bytes, Any]:
    """Return the hash of the request that had this key, and its answer."""
    row = conn.execute(_Q["told"], {"person_id": asked.person_id, "key": asked.key}).fetchone()
    assert row is not None  # noqa: S101 - what `begin` found is kept for a day
    return row[0], row[1]


def forget(conn: Conn, before: datetime) -> None:
    """Let the answers from before an instant go."""
    conn.execute(_Q["forget"], {"before": before})
