"""The outbox: messages to people, written with the alert and sent at least once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from store import sql
from store.alarms import Conn

_Q = sql.load(__file__)
CHANNEL = "yian_outbox"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that was claimed to be sent; `channel_index` is where among `channels` to try now."""

    notification_id: int
    incident_id: int | None
    person_id: int | None
    stage: str
    channels: list[str]
    title: str
    body: str
    urgent: bool
    created_at: datetime
    tries: int
    channel_index: int


def insert(
    conn: Conn,
    *,
    incident_id: int | None,
    home_id: int | None,
    person_id: int,
    stage: str,
    channels: Sequence[str],
    title: str,
    body: str,
    urgent: bool,
    now: datetime,
) -> int | None:
    """Put a message into the outbox and return its id, None where this person has that stage already.

    A person without any channel has the board: the message is kept as told there.
    """
    row = conn.execute(
        _Q["insert"],
        {
            "incident_id": incident_id,
            "home_id": home_id,
            "person_id": person_id,
            "stage": stage,
            "channels": list(channels),
            "title": title,
            "body": body,
            "urgent": urgent,
            "now": now,
            "on_board": not channels,
        },
    ).fetchone()
    return row[0] if row else None


def withdraw(conn: Conn, incident_id: int, person_id: int | None, now: datetime) -> None:
    """Take back what was not sent yet, of one person or of all."""
    conn.execute(_Q["withdraw"], {"incident_id": incident_id, "person_id": person_id, "now": now})


def claim(conn: Conn, now: datetime, leased_until: datetime, limit: int) -> list[Outgoing]:
    """Claim what is due; another sender skips it until the lease ends."""
    with conn.cursor(row_factory=class_row(Outgoing)) as cur:
        return cur.execute(_Q["claim"], {"now": now, "leased_until": leased_until, "limit": limit}).fetchall()


def still_wanted(conn: Conn, notification_id: int) -> bool:
    """Say whether the message is still worth sending."""
    row = conn.execute(_Q["still_wanted"], {"notification_id": notification_id}).fetchone()
    return bool(row and row[0])


def sent(conn: Conn, notification_id: int, now: datetime, channel: str, receipt: str | None) -> None:
    """Note that a channel took the message."""
    conn.execute(
        _Q["sent"],
        {"notification_id": notification_id, "now": now, "channel": channel, "receipt": receipt},
    )


def retry(conn: Conn, notification_id: int, next_try_at: datetime, channel_index: int, error: str) -> None:
    """Try again later, perhaps by another channel."""
    conn.execute(
        _Q["retry"],
        {
            "notification_id": notification_id,
            "next_try_at": next_try_at,
            "channel_index": channel_index,
            "error": error,
        },
    )


def give_up(conn: Conn, notification_id: int, now: datetime, error: str) -> None:
    """Stop trying; the row says why."""
    conn.execute(_Q["give_up"], {"notification_id": notification_id, "now": now, "error": error})
