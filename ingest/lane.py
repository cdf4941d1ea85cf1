"""A lane: one thread, one database connection, messages committed in the order in which they came.

It takes what is at hand, writes it and acknowledges it after the last commit. While the
database is away nothing is acknowledged, so the broker keeps it. A batch that the database refuses is written
by halves, so that one bad row never takes its neighbours along.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import psycopg

from alerts.classes import Limits
from ingest import writer
from ingest.batch import Counts
from ingest.messages import Decoded, Message, Unreadable, acknowledge, says_state
from ingest.registry import Registry
from ingest.waiting import Address, Waiting
from model.clock import utc_now
from model.errors import Unavailable
from store import pool, readings
from store.sql import Conn

_log = logging.getLogger(__name__)
PAUSE_AT_MOST_S = 1.0
Connect = Callable[[], Conn]
Beat = Callable[[Conn], float]
"""What a lane does beside its work, on its connection, between two writes; says in how many seconds again."""


class Lane:
    """Writes what is put into it, in the order that `waiting` gives it, waiting up to `linger_s` for more.

    `after` is a lane whose work goes first: while it has any, this one pauses, see `give_way`. `beat` is
    first called at the start.
    """

    def __init__(
        self,
        name: str,
        connect: Connect,
        limits: Limits,
        *,
        waiting: Waiting,
        linger_s: float = 0.0,
        after: Lane | None = None,
        beat: Beat | None = None,
    ) -> None:
        self.name = name
        self.counts = Counts()
        self._connect = connect
        self._limits = limits
        self._linger_s = linger_s
        self._queue: queue.SimpleQueue[Sequence[Decoded | Message]] = queue.SimpleQueue()
        self._at_hand = waiting
        self._taken = self._given = 0
        self._after = after
        self._beat = beat
        self._beat_at_s = time.monotonic()
        self._patience_s = PAUSE_AT_MOST_S
        self._giving = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._registry = Registry(None if after is None else after._registry)
        self._conn: Conn | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lane-{name}", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, decoded: Decoded) -> None:
        """Hand over a message; the broker's window bounds how many can be waiting."""
        self.put_all([decoded])

    def put_all(self, block: Sequence[Decoded | Message]) -> None:
        """Hand over messages in their order; those that nobody has read yet are read by the lane itself."""
        with self._giving:
            self._given += len(block)
            self._idle.clear()
        self._queue.put(block)

    def waiting(self) -> int:
        """Return how many messages wait here."""
        return self._given - self._taken

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing waits here and nothing is being written."""
        return self._idle.wait(timeout_s)

    def give_way(self) -> None:
        """Wait while the lane that goes first has work, for at most a second between two writes.

        To be called between two messages: both lanes share one interpreter, which an alarm needs some twenty
        times on its way.
        """
        if self._after is not None and self._after.waiting() and self._patience_s > 0:
            began = time.monotonic()
            self._after.wait_idle(self._patience_s)
            self._patience_s -= time.monotonic() - began

    def alive(self) -> bool:
        """Say whether the lane still works."""
        return self._thread.is_alive()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is at hand and end; what is not written stays unacknowledged with the broker."""
        self._stopping.set()
        self._queue.put([])
        self._thread.join(timeout_s)

    def _run(self) -> None:
        # The first alarm should not have to wait for a connection.
        with contextlib.suppress(psycopg.OperationalError, Unavailable):
            self._connection()
        while True:
            self._beat_if_due()
            batch = self._gather()
            if batch:
                self.give_way()
                self._write_until_done(batch)
                self._patience_s = PAUSE_AT_MOST_S
            with self._giving:
                self._taken += len(batch)
                if self._taken == self._given:
                    self._idle.set()
            if self._stopping.is_set() and not self._at_hand and self._queue.empty():
                break
        if self._conn is not None:
            self._conn.close()

    def _beat_if_due(self) -> None:
        if self._beat is None or time.monotonic() < self._beat_at_s:
            return
        again_s = PAUSE_AT_MOST_S
        try:
            again_s = self._beat(self._connection())
        except (psycopg.Error, Unavailable) as exc:
            _log.warning("lane %s: no beat: %s", self.name, exc)
            self._drop_connection()
        self._beat_at_s = time.monotonic() + again_s

    def _gather(self) -> list[Decoded]:
        """Wait for a message, then for more until there are enough or the first has waited long enough.

        Nothing comes back where it is time to beat.
        """
        if not self._at_hand:
            until_beat_s = None if self._beat is None else max(0.0, self._beat_at_s - time.monotonic())
            try:
                self._at_hand.add(self._queue.get(timeout=until_beat_s))
            except queue.Empty:
                return []
        until = time.monotonic() + self._linger_s
        while len(self._at_hand) < self._at_hand.enough:
            left_s = 0.0 if self._stopping.is_set() else until - time.monotonic()
            try:
                more = self._queue.get(timeout=left_s) if left_s > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            self._at_hand.add(more)
        return self._at_hand.take(self._homes_of)

    def _homes_of(self, addresses: Collection[Address]) -> Mapping[Address, int | None]:
        """Say who is registered where; while the database is away nobody is, and any order will do."""
        with contextlib.suppress(psycopg.Error, Unavailable):
            conn = self._connection()
            self._registry.refresh(utc_now())
            with conn.transaction():
                return self._registry.homes_of(conn, addresses)
        return {}

    def _write_until_done(self, batch: Sequence[Decoded]) -> None:
        delay_s = 0.1
        while True:
            try:
                self._write(batch)
            except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as exc:
                if self._stopping.is_set():
                    return
                _log.warning(
                    "lane %s: the database does not answer, %d messages wait: %s", self.name, len(batch), exc
                )
                self._drop_connection()
                self._stopping.wait(delay_s)
                delay_s = min(delay_s * 2, 2.0)
            else:
                return

    def _write(self, batch: Sequence[Decoded]) -> None:
        try:
            counts = self._save(batch)
        except Exception as exc:  # what cannot be stored must not stop the lane
            if _is_outage(exc):
                raise
            _log.exception("lane %s: a batch of %d was refused", self.name, len(batch))
            if len(batch) > 1:
                middle = len(batch) // 2
                self._write(batch[:middle])
                self._write(batch[middle:])
                return
            counts = self._bury(batch[0])
        self.counts.add(counts)
        acknowledge(item.message for item in batch)

    def _bury(self, item: Decoded) -> Counts:
        """Keep what cannot be stored as a dead letter, and raise its alarm all the same, without values."""
        letter = _as_our_fault(item)
        bare = tuple(replace(event, values={}) for event in item.events if says_state(event))
        if bare:
            try:
                return self._save([replace(item, events=bare), letter])
            except Exception as exc:  # then it is the alarm itself that cannot be stored
                if _is_outage(exc):
                    raise
        return self._save([letter])

    def _save(self, batch: Sequence[Decoded]) -> Counts:
        conn = self._connection()
        self._registry.refresh(utc_now())
        try:
            return writer.save(conn, batch, self._registry, self._limits, pause=self.give_way)
        except BaseException:
            self._registry.forget()
            raise

    def _connection(self) -> Conn:
        if self._conn is None or self._conn.closed:
            self._conn = self._connect()
            pool.plan_once(self._conn)
            readings.prepare(self._conn)
            if self._after is None:
                # What begins comes by the lane that goes first; the other need not carry 5 MB for it.
                writer.warm_up(self._conn)
        return self._conn

    def _drop_connection(self) -> None:
        self._registry.forget()
        if self._conn is not None:
            self._conn.close()
            self._conn = None


def _is_outage(exc: Exception) -> bool:
    """Say whether the same batch may pass later; a limit that a row exceeds is counted as operational too."""
    if isinstance(exc, psycopg.errors.ProgramLimitExceeded):
        return False
    return isinstance(exc, (psycopg.OperationalError, psycopg.InterfaceError, Unavailable))


def _as_our_fault(decoded: Decoded) -> Decoded:
    return replace(
        decoded,
        events=(),
        unreadable=Unreadable("our fault: it was read but could not be stored", traceback.format_exc()),
    )
