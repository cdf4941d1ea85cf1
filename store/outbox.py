"""The outbox: messages to people, written with the alert, claimed under a lease; the health of channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import class_row, kwargs_row

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)
CHANNEL = "yian_outbox"
"""Announced at each commit that puts something into the outbox."""


def insert(
    conn: Conn,
    *,
    incident_id: int | None,
    home_id: int | None,
    person_id: int | None,
    stage: str,
    channels: Sequence[str],
    title: str,
    body: str,
    urgent: bool,
    now: datetime,
    wait: bool = True,
) -> int | None:
    """Put a message into the outbox and return its id, None where this person has that stage already.

    One that was withdrawn before it was sent is wanted again. A person without any channel has the board: the
    message is kept as told there. Without `wait` nobody asks for the id, and None says nothing.
    """
    asked = conn.execute(
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
    )
    if not wait:
        return None
    row = asked.fetchone()
    return row[0] if row else None


def withdraw(conn: Conn, incident_id: int, person_id: int | None, now: datetime) -> int:
    """Take back what is not sent yet and return how many messages that were.

    With a person: all of theirs. With None: what is on its way up the ladder, and everything once the
    incident is closed. A first message, or a call for help, still goes to the others: they may be needed.
    """
    return conn.execute(
        _Q["withdraw"], {"incident_id": incident_id, "person_id": person_id, "now": now}
    ).rowcount


def channels(conn: Conn) -> list[str]:
    """Return every channel by which somebody is reached."""
    return [row[0] for row in conn.execute(_Q["channels"])]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send until its lease runs out; `tries` counts this try too."""

    notification_id: int
    incident_id: int | None
    person_id: int | None
    stage: str
    channels: tuple[str, ...]
    title: str
    body: str
    urgent: bool
    created_at: datetime
    tries: int
    channel_index: int


def claim(
    conn: Conn, now: datetime, *, limit: int, ordinary: bool, urgent_lease: timedelta, lease: timedelta
) -> list[Claimed]:
    """Return up to `limit` messages that are due, urgent ones first (or only), each under a lease.

    The caller commits before it sends: whoever dies while sending leaves a message that is due again when
    the lease has run out. What has been answered meanwhile is withdrawn instead.
    """
    conn.execute(_Q["withdraw_answered"], {"now": now, "claimed": []})
    with conn.cursor(row_factory=kwargs_row(_claimed)) as cur:
        rows = cur.execute(
            _Q["claim"],
            {
                "now": now,
                "limit": limit,
                "ordinary": ordinary,
                "urgent_lease": urgent_lease,
                "lease": lease,
            },
        ).fetchall()
    return sorted(rows, key=lambda row: (not row.urgent, row.created_at, row.notification_id))


def no_longer_wanted(conn: Conn, now: datetime, claimed: Collection[int]) -> set[int]:
    """Withdraw what was answered since it was claimed; return all of `claimed` that must not be sent now."""
    ids = list(claimed)
    conn.execute(_Q["withdraw_answered"], {"now": now, "claimed": ids})
    return {row[0] for row in conn.execute(_Q["no_longer_wanted"], {"claimed": ids}).fetchall()}


def _claimed(*, channels: list[str], **rest: Any) -> Claimed:
    return Claimed(channels=tuple(channels), **rest)


def mark_sent(
    conn: Conn, notification_id: int, now: datetime, *, sent_by: str, receipt: str
) -> timedelta | None:
    """Note that a channel took a message; return how long that took, None if that was known."""
    row = conn.execute(
        _Q["mark_sent"],
        {"notification_id": notification_id, "now": now, "sent_by": sent_by, "receipt": receipt},
    ).fetchone()
    return row[0] if row else None


def mark_failed(
    conn: Conn, row: Claimed, *, next_try_at: datetime, channel_index: int, error: str | None
) -> None:
    """Set when and by which channel a message is tried next, unless somebody has claimed it anew."""
    conn.execute(
        _Q["mark_failed"],
        {
            "notification_id": row.notification_id,
            "tries": row.tries,
            "next_try_at": next_try_at,
            "channel_index": channel_index,
            "error": error,
        },
    )


def mark_given_up(conn: Conn, row: Claimed, now: datetime, error: str) -> None:
    """Note that a message is not tried any more, and why."""
    conn.execute(
        _Q["mark_given_up"],
        {"notification_id": row.notification_id, "tries": row.tries, "now": now, "error": error},
    )


@dataclass(frozen=True, slots=True)
class Left:
    """A person, and how many channels they have left."""

    name: str
    channels: int


def retire_channel(conn: Conn, person_id: int, channel: str) -> Left | None:
    """Take a channel that has ended from its person; None where they did not have it (any more)."""
    with conn.cursor(row_factory=class_row(Left)) as cur:
        return cur.execute(_Q["retire_channel"], {"person_id": person_id, "channel": channel}).fetchone()


@dataclass(frozen=True, slots=True)
class Failing:
    """A channel's failures in a row, since when, and when that was reported."""

    failures: int
    failing_since: datetime
    reported_at: datetime | None


def channel_ok(conn: Conn, channel: str, now: datetime) -> datetime | None:
    """Note a success; return since when the channel had been failing, if that had been reported."""
    row = conn.execute(_Q["channel_ok"], {"channel": channel, "now": now}).fetchone()
    return row[0] if row else None


def channel_failed(conn: Conn, channel: str, now: datetime, error: str) -> Failing:
    """Count one more failure of a channel."""
    with conn.cursor(row_factory=class_row(Failing)) as cur:
        row = cur.execute(_Q["channel_failed"], {"channel": channel, "now": now, "error": error}).fetchone()
    assert row is not None  # noqa: S101 - the upsert always returns its row
    return row


def report_channel(conn: Conn, channel: str, now: datetime) -> bool:
    """Take it upon us to report a failing channel; false where somebody has."""
    return conn.execute(_Q["report_channel"], {"channel": channel, "now": now}).fetchone() is not None


def failing_channels(conn: Conn) -> int:
    """Return how many channels are known to fail."""
    row = conn.execute(_Q["failing_channels"]).fetchone()
    return row[0] if row else 0


@dataclass(frozen=True, slots=True)
class Overseer:
    """A person who sees to the service itself."""

    person_id: int
    channels: tuple[str, ...]


def overseers(conn: Conn) -> list[Overseer]:
    """Return the people of the bureau and the administrators."""
    return [Overseer(row[0], tuple(row[1])) for row in conn.execute(_Q["overseers"]).fetchall()]
