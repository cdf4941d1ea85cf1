"""Sends what is in the outbox: at least once, by the next channel when one fails, given up only visibly."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from alerts.delivery import Delivered, channel_name, deliver
from model.clock import utc_now
from model.errors import Unavailable
from store import outbox
from store.alarms import Conn
from store.outbox import Outgoing

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(hours=24)
_SENDERS = 8
_AT_ONCE = 32
_TICK_S = 1.0
Deliver = Callable[[str, str, str], Delivered]


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Try by the channel with this index at this time."""

    channel_index: int
    next_try_at: datetime


def after_failure(message: Outgoing, now: datetime, jitter: float) -> TryAgain | None:
    """Decide what follows a failed try: the next channel at once, else back-off; None gives up after a day.

    `jitter` from 0 to 1 spreads retries so that a channel that comes back is not met by all at once.
    Source: our choice; fail-over within 10 s of an urgent message, so it is tried without delay.
    """
    if now - message.created_at > GIVE_UP_AFTER:
        return None
    following = message.channel_index + 1
    if following < len(message.channels):
        return TryAgain(following, now)
    rounds = max(0, message.tries // max(1, len(message.channels)) - 1)
    pause_s = min(300.0, (2.0 if message.urgent else 15.0) * 2.0 ** min(rounds, 10))
    return TryAgain(0, now + timedelta(seconds=pause_s * (0.5 + jitter / 2)))


def send_one(conn: Conn, message: Outgoing, now: Callable[[], datetime], send: Deliver) -> None:
    """Try one claimed message once and write down what came of it; `conn` is idle and stays so."""
    with conn.transaction():
        if not outbox.still_wanted(conn, message.notification_id):
            outbox.give_up(conn, message.notification_id, now(), "answered")
            return
    url = message.channels[min(message.channel_index, len(message.channels) - 1)]
    result = send(url, message.title, message.body)
    with conn.transaction():
        if result.error is None:
            outbox.sent(conn, message.notification_id, now(), result.channel, None)
            return
        _log.warning("message %d by %s: %s", message.notification_id, channel_name(url), result.error)
        again = after_failure(message, now(), random.random())  # noqa: S311 - spreads load, guards nothing
        if again is None:
            outbox.give_up(conn, message.notification_id, now(), result.error)
        else:
            outbox.retry(conn, message.notification_id, again.next_try_at, again.channel_index, result.error)


class Sender:
    """Threads with a connection each; a channel that hangs holds up one of them, not the others."""

    def __init__(self, connect: Callable[[], Conn], send: Deliver = deliver) -> None:
        self._connect = connect
        self._send = send
        self._local = threading.local()
        self._busy: set[int] = set()
        self._pool = ThreadPoolExecutor(_SENDERS, thread_name_prefix="sender")

    def send_due(self, conn: Conn, now: datetime) -> int:
        """Hand what is due to the senders, as much as they can take; return how much that was."""
        room = _AT_ONCE - len(self._busy)
        if room <= 0:
            return 0
        with conn.transaction():
            due = outbox.claim(conn, now, now + LEASE, room)
        for message in due:
            self._busy.add(message.notification_id)
            self._pool.submit(self._send_safely, message)
        return len(due)

    def close(self) -> None:
        """Wait for the messages that are on their way."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _send_safely(self, message: Outgoing) -> None:
        try:
            send_one(self._connection(), message, utc_now, self._send)
        except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as exc:
            # The lease ends and the message is sent again.
            _log.warning("message %d: the database does not answer: %s", message.notification_id, exc)
            self._local.conn = None
        except Exception:  # noqa: BLE001 - the edge of a loop that must not die; the lease ends, it is tried again
            _log.exception("message %d could not be sent", message.notification_id)
        finally:
            self._busy.discard(message.notification_id)

    def _connection(self) -> Conn:
        conn: Conn | None = getattr(self._local, "conn", None)
        if conn is None or conn.closed:
            conn = self._connect()
            self._local.conn = conn
        return conn


def run(connect: Callable[[], Conn], stopping: threading.Event, send: Deliver = deliver) -> None:
    """Send until told to stop, woken by the outbox and at least once a second."""
    sender = Sender(connect, send)
    conn: Conn | None = None
    pause_s = 0.2
    while not stopping.is_set():
        try:
            if conn is None or conn.closed:
                conn = connect()
                conn.autocommit = True
                conn.execute("LISTEN yian_outbox")
            pause_s = 0.2
            if sender.send_due(conn, utc_now()) == 0:
                for _ in conn.notifies(timeout=_TICK_S, stop_after=1):
                    pass
        except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as exc:
            _log.warning("outbox: the database does not answer: %s", exc)
            conn = None
            stopping.wait(pause_s)
            pause_s = min(pause_s * 2, 5.0)
    sender.close()
    if conn is not None:
        conn.close()
