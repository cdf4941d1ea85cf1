"""Who is told of an incident, and the facts that a message states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from psycopg.rows import dict_row

from model.people import Role
from store import sql
from store.sql import Conn, Later

_Q = sql.load(__file__)
ROSTER_AHEAD = timedelta(days=14)
"""Who has a turn within so long, before or after, is on a roster. Source: our choice, two weeks of shifts."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person who is told, by which channels, and whether the roster has them on duty in this role.

    `quiet` where they are on a roster, off duty and want quiet then; `next_turn_at` is the start of their
    next turn within two weeks, known only for the quiet.
    """

    person_id: int
    role: Role
    name: str
    channels: tuple[str, ...]
    on_duty: bool
    quiet: bool = False
    next_turn_at: datetime | None = None


def of_roles(conn: Conn, home_id: int | None, roles: Sequence[Role], at: datetime) -> list[Receiver]:
    """Return who is told: of each role those on duty at `at`, or everyone of it not on leave where nobody is.

    A person who stands in for another counts in the role of the turn.
    """
    values = {"home_id": home_id, "roles": [str(role) for role in roles], "at": at, "ahead": ROSTER_AHEAD}
    rows = conn.execute(_Q["receivers"], values).fetchall()
    return [Receiver(row[0], Role(row[1]), row[2], tuple(row[3]), *row[4:]) for row in rows]


def ask_message_facts(conn: Conn, alert_id: int) -> Later[dict[str, Any]]:
    """Ask what a message about an alert says, by name."""
    asked = conn.cursor(row_factory=dict_row).execute(_Q["message_facts"], {"alert_id": alert_id})

    @cache  # one message may be told rung by rung
    def answer() -> dict[str, Any]:
        row = asked.fetchone()
        assert row is not None  # noqa: S101 - the caller has just written the alert
        return row

    return answer
