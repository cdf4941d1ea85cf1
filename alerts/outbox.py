"""The loop that empties the outbox: woken by what is put in, and outliving the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg

from alerts.channels.delivery import Channels, prepare
from alerts.retries import Policy
from alerts.sender import Deliver, LinkOf, Sender
from alerts.wake import Wake
from model.clock import utc_now
from model.errors import Unavailable
from store import outbox
from store.sql import Conn

_log = logging.getLogger(__name__)
_TICK_S = 1.0
_WATCH_S = 0.1
_LONGEST_PAUSE_S = 5.0
_LOOK_AT_CHANNELS_EVERY = timedelta(minutes=1)
_LOST = (psycopg.OperationalError, psycopg.InterfaceError, Unavailable)


def run(
    connect: Callable[[], Conn],
    stopping: threading.Event,
    deliver: Deliver | None = None,
    *,
    link_of: LinkOf | None = None,
    policy: Policy | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Send until told to stop, woken by the outbox and at least once a second; outlives the database.

    When told to stop it waits for the tries under way as long as an urgent one may take.
    """
    with Wake() as wake:
        sender = Sender(deliver or Channels().deliver, link_of, policy or Policy(), wake)
        _run(connect, stopping, sender, wake, clock)


def _run(
    connect: Callable[[], Conn],
    stopping: threading.Event,
    sender: Sender,
    wake: Wake,
    clock: Callable[[], datetime],
) -> None:
    conn: Conn | None = None
    pause_s = 0.2
    prepared, look_at = False, clock()
    while not stopping.is_set():
        try:
            if conn is None or conn.closed:
                conn = _listening(connect)
            wake.clear(conn)
            if not prepared and clock() >= look_at and sender.idle():
                prepared, look_at = prepare(_channels(conn)), clock() + _LOOK_AT_CHANNELS_EVERY
            moved = sender.step(conn, clock())
            pause_s = 0.2
            if not moved:
                wake.wait(_TICK_S if sender.idle() else _WATCH_S, conn)
        except _LOST as exc:
            _log.warning("outbox: the database does not answer: %s", exc)
            conn = _close(conn)
            stopping.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        except Exception:  # noqa: BLE001 - the edge of a loop that must not die; leases run out
            _log.exception("outbox")
            sender.forget()
            conn = _close(conn)
            stopping.wait(_LONGEST_PAUSE_S)
    _finish(connect, conn, sender, wake, clock)


def _listening(connect: Callable[[], Conn]) -> Conn:
    """Return a connection that is told when something is put into the outbox."""
    conn = connect()
    conn.execute(f"LISTEN {outbox.CHANNEL}")
    conn.commit()
    return conn


def _channels(conn: Conn) -> list[str]:
    with conn.transaction():
        return outbox.channels(conn)


def _finish(
    connect: Callable[[], Conn],
    conn: Conn | None,
    sender: Sender,
    wake: Wake,
    clock: Callable[[], datetime],
) -> None:
    try:
        if conn is None or conn.closed:
            conn = connect()
        sender.release(conn, clock())
        until = clock() + sender.policy.urgent_try_for
        while sender.busy() and clock() < until:
            sender.step(conn, clock(), claim=False)
            wake.wait(_WATCH_S, None)
        sender.step(conn, clock(), claim=False)
    except _LOST as exc:
        _log.warning("outbox: stopped without the database; leases will run out: %s", exc)
    finally:
        _close(conn)


def _close(conn: Conn | None) -> None:
    if conn is not None:
        conn.close()
