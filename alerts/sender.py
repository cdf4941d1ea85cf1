"""Sends what is in the outbox: at least once, by the next channel when one fails, given up only visibly.

One thread owns the database connection: it settles what came back, claims what is due and starts tries; each
try is a thread of its own, because nothing else can be left alone when it hangs. What a channel may hold at
once is bounded, so that one that hangs delays its own messages only.
"""

from __future__ import annotations

import heapq
import logging
import queue
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from alerts import messages, overseers, service_messages
from alerts.channels.delivery import Channels
from alerts.channels.names import digest_of, name_of, scheme_of
from alerts.channels.outgoing import Gone, Outgoing
from alerts.retries import (
    Delivered,
    Ended,
    Failed,
    GiveUp,
    Limited,
    Policy,
    Rate,
    Rejected,
    Result,
    Sent,
    Try,
    after_try,
)
from model.errors import BadInput, Unavailable
from store import outbox
from store.outbox import Claimed
from store.sql import Conn

_log = logging.getLogger(__name__)
_AT_A_TIME = 1000
_ORDINARY_WAITING = 50

Deliver = Callable[[str, Outgoing, timedelta, datetime], str]
"""Sends by a channel and returns the receipt; see `Channels.deliver`."""
LinkOf = Callable[[int, int, datetime], str]
"""Returns the link by which a person answers an incident, made as the message leaves: no link is stored."""


class Wakeable(Protocol):
    """What is told that a try has come back."""

    def set(self) -> None:
        """Let whoever steps the sender go on."""
        ...


@dataclass(eq=False, slots=True)
class _Flight:
    row: Claimed
    channel: str
    name: str
    wait_until: datetime
    leave_at: datetime | None = None
    started_at: datetime | None = None
    overdue: bool = False

    def __lt__(self, other: _Flight) -> bool:
        return self._rank() < other._rank()

    def _rank(self) -> tuple[bool, datetime, int]:
        return (not self.row.urgent, self.row.created_at, self.row.notification_id)


@dataclass(slots=True)
class Sender:
    """What is on its way; `step` is called by one thread, with the time as it is then."""

    deliver: Deliver = field(default_factory=lambda: Channels().deliver)
    link_of: LinkOf | None = None
    policy: Policy = field(default_factory=Policy)
    wake: Wakeable = field(default_factory=threading.Event)
    jitter: Callable[[], float] = random.random
    _rate: Rate = field(default_factory=Rate)
    _waiting: dict[str, list[_Flight]] = field(default_factory=dict[str, list[_Flight]])
    _started: list[_Flight] = field(default_factory=list[_Flight])
    _returned: queue.SimpleQueue[tuple[_Flight, Result]] = field(
        default_factory=queue.SimpleQueue[tuple[_Flight, Result]]
    )
    _unsettled: list[tuple[_Flight, Result]] = field(default_factory=list[tuple[_Flight, Result]])

    def step(self, conn: Conn, now: datetime, *, claim: bool = True) -> int:
        """Write down what came back, claim what is due and start it; return how much was settled or claimed.

        What came back is kept until it is written, also over a lost connection.
        """
        self._take_back(now)
        done = self._settle(conn, now)
        self._drop_answered(conn, now)
        claimed = self._claim(conn, now) if claim else 0
        self._start(now)
        return done + claimed + self._settle(conn, now)

    def busy(self) -> bool:
        """Say whether any try may still come back in time."""
        return any(not flight.overdue for flight in self._started) or bool(self._unsettled)

    def idle(self) -> bool:
        """Say whether nothing is waiting, under way or unwritten."""
        return not self.busy() and not any(self._waiting.values())

    def release(self, conn: Conn, now: datetime) -> None:
        """Give back what was claimed and not started, so that another sender need not wait for the lease."""
        for waiting in self._waiting.values():
            self._unsettled += [(flight, Limited(now)) for flight in waiting]
        self._waiting.clear()
        self._settle(conn, now)

    def forget(self) -> None:
        """Drop what could not be written down: it is due again when its lease runs out."""
        self._unsettled.clear()

    def _take_back(self, now: datetime) -> None:
        while True:
            try:
                flight, result = self._returned.get_nowait()
            except queue.Empty:
                break
            self._started.remove(flight)
            # One that was given up on is written down again only if it got through after all.
            if not flight.overdue or isinstance(result, Delivered):
                self._unsettled.append((flight, result))
        for flight in self._started:
            if not flight.overdue and flight.leave_at is not None and now >= flight.leave_at:
                flight.overdue = True
                tried_for = (now - (flight.started_at or now)).total_seconds()
                self._unsettled.append((flight, Failed(f"no answer within {tried_for:.1f} s")))

    def _settle(self, conn: Conn, now: datetime) -> int:
        if not self._unsettled:
            return 0
        # In the order of channels: two senders that count failures never wait for each other in a ring.
        due = sorted(self._unsettled, key=lambda one: one[0].name)
        with conn.transaction(), conn.pipeline():
            for flight, result in due:
                _write(conn, flight, result, now, self.jitter(), self.policy)
        self._unsettled.clear()
        return len(due)

    def _drop_answered(self, conn: Conn, now: datetime) -> None:
        """Let go of what was answered while it waited for a place at its channel."""
        claimed = {flight.row.notification_id for flights in self._waiting.values() for flight in flights}
        if not claimed:
            return
        with conn.transaction():
            dropped = outbox.no_longer_wanted(conn, now, claimed)
        if dropped:
            left = [flight for flights in self._waiting.values() for flight in flights]
            self._waiting.clear()
            for flight in left:
                if flight.row.notification_id not in dropped:
                    self._queue(flight)

    def _queue(self, flight: _Flight) -> None:
        heapq.heappush(self._waiting.setdefault(flight.name, []), flight)

    def _claim(self, conn: Conn, now: datetime) -> int:
        waiting = sum(len(flights) for flights in self._waiting.values())
        if waiting >= _AT_A_TIME:
            return 0
        with conn.transaction():
            rows = outbox.claim(
                conn,
                now,
                limit=_AT_A_TIME - waiting,
                ordinary=waiting < _ORDINARY_WAITING,
                urgent_lease=self.policy.lease_of(urgent=True),
                lease=self.policy.lease_of(urgent=False),
            )
        for row in rows:
            self._queue(self._flight(row, now))
        return len(rows)

    def _flight(self, row: Claimed, now: datetime) -> _Flight:
        channel = row.channels[min(row.channel_index, len(row.channels) - 1)]
        if not row.urgent:
            return _Flight(row, channel, name_of(channel), now + self.policy.queue_for)
        stay = self.policy.stay(_try_of(row), now)
        return _Flight(row, channel, name_of(channel), now + stay / 2, now + stay)

    def _start(self, now: datetime) -> None:
        live = Counter(flight.name for flight in self._started if not flight.overdue)
        hung = Counter(flight.name for flight in self._started if flight.overdue)
        for name, waiting in list(self._waiting.items()):
            while waiting:
                flight = waiting[0]
                most = self.policy.at_once_per_channel
                # What hangs with its first channel takes no place from what has got on to a later one.
                total = self.policy.at_once * (flight.row.channel_index + 1)
                if hung[name] * 2 >= most:
                    result: Result | None = Failed(f"{hung[name]} tries hang")
                elif live[name] < self._share(flight, most) and live.total() < self._share(flight, total):
                    result = self._limited(flight, now)
                elif now >= flight.wait_until:
                    result = Limited(now)
                else:
                    break
                heapq.heappop(waiting)
                if result is None:
                    live[name] += 1
                    self._launch(flight, now)
                else:
                    self._unsettled.append((flight, result))
            if not waiting:
                del self._waiting[name]

    @staticmethod
    def _share(flight: _Flight, places: int) -> int:
        """Return how many of the places a message may fill: half of them are for urgent ones."""
        return places if flight.row.urgent else max(1, places // 2)

    def _limited(self, flight: _Flight, now: datetime) -> Limited | None:
        most = self.policy.per_minute.get(scheme_of(flight.channel))
        until = None if most is None else self._rate.take(flight.name, most, now)
        return None if until is None else Limited(until)

    def _launch(self, flight: _Flight, now: datetime) -> None:
        row = flight.row
        flight.started_at = now
        flight.leave_at = flight.leave_at or now + self.policy.limit_of(urgent=row.urgent)
        self._started.append(flight)
        link = (
            self.link_of(row.incident_id, row.person_id, now)
            if self.link_of is not None and row.incident_id is not None and row.person_id is not None
            else None
        )
        message = Outgoing(
            row.notification_id,
            row.stage,
            row.title,
            messages.with_link(row.body, link),
            row.urgent,
            row.incident_id,
            link,
        )
        threading.Thread(
            target=self._try,
            args=(flight, message, flight.leave_at - now, now),
            name=f"try-{row.notification_id}",
            daemon=True,
        ).start()

    def _try(self, flight: _Flight, message: Outgoing, limit: timedelta, now: datetime) -> None:
        result: Result
        try:
            result = Delivered(_text(self.deliver(flight.channel, message, limit, now)))
        except Unavailable as exc:
            result = Failed(_text(str(exc)))
        except Gone as exc:
            result = Ended(_text(str(exc)))
        except BadInput as exc:
            result = Rejected(_text(str(exc)))
        except Exception as exc:  # noqa: BLE001 - the edge of a try: a bug in a channel is a failure of it
            _log.exception("message %d by %s", flight.row.notification_id, flight.name)
            result = Failed(f"{type(exc).__name__}")
        self._returned.put((flight, result))
        self.wake.set()


def _try_of(row: Claimed) -> Try:
    return Try(len(row.channels), row.channel_index, row.tries, row.urgent, row.created_at)


def _text(said: str) -> str:
    """Return what a stranger said as the database can keep it."""
    return said.replace("\0", "").encode("utf-8", "replace").decode()[:500]


def _write(conn: Conn, flight: _Flight, result: Result, now: datetime, jitter: float, policy: Policy) -> None:
    row = flight.row
    if isinstance(result, Ended) and row.person_id is not None:
        _retire(conn, row.person_id, flight, now)
    else:
        _note_health(conn, flight.name, result, now, policy)
    outcome = after_try(_try_of(row), result, now, jitter=jitter, policy=policy)
    if isinstance(outcome, Sent):
        outbox.mark_sent(conn, row.notification_id, now, sent_by=flight.name, receipt=outcome.receipt)
    elif isinstance(outcome, GiveUp):
        _log.error("message %d is given up: %s: %s", row.notification_id, flight.name, outcome.error)
        outbox.mark_given_up(conn, row, now, outcome.error)
    else:
        if outcome.error is not None:
            _log.warning("message %d by %s: %s", row.notification_id, flight.name, outcome.error)
        outbox.mark_failed(
            conn, row, next_try_at=outcome.at, channel_index=outcome.channel_index, error=outcome.error
        )


def _retire(conn: Conn, person_id: int, flight: _Flight, now: datetime) -> None:
    """Forget a channel that its other end has ended, and say so: its person counts on being reached."""
    left = outbox.retire_channel(conn, person_id, flight.channel)
    if left is not None:
        message = service_messages.channel_ended(left.name, scheme_of(flight.channel), left.channels)
        overseers.tell(conn, f"channel-ended:{person_id}:{digest_of(flight.channel)}", message, now)


def _note_health(conn: Conn, name: str, result: Result, now: datetime, policy: Policy) -> None:
    """Count a channel's failures in a row; report it once, and once more when it is well again."""
    if isinstance(result, Delivered):
        since = outbox.channel_ok(conn, name, now)
        if since is not None:
            overseers.tell(
                conn,
                f"channel:{name}:ok:{since:%Y%m%dT%H%M%S}",
                service_messages.channel_restored(name, since),
                now,
            )
    elif isinstance(result, Failed | Rejected):
        state = outbox.channel_failed(conn, name, now, result.error)
        if (
            state.failures >= policy.report_after
            and state.reported_at is None
            and outbox.report_channel(conn, name, now)
        ):
            _log.error("channel %s failed %d times in a row: %s", name, state.failures, result.error)
            message = service_messages.channel_failing(
                name, state.failures, state.failing_since, result.error
            )
            overseers.tell(conn, f"channel:{name}:{state.failing_since:%Y%m%dT%H%M%S}", message, now)
