"""What the alerts role does by the clock: deadlines each second, and the work of night, month and morning."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import Connection

from alerts import canary, clock, evidence, gap_watch, overseers
from alerts.service_messages import HeartbeatFacts
from compliance import monthly_filing
from model.clock import SHANGHAI, local_day, utc_now
from model.errors import Unavailable
from store import (
    answered,
    dead_letters,
    device_history,
    heartbeat,
    ledger,
    liveness,
    online_days,
    readings,
    rollups,
)
from store import outbox as outbox_rows

_log = logging.getLogger(__name__)
LATE_DAYS = 3
"""Source: our choice; terminals that cache records resend them within days."""
_LEADER_LOCK = 7149_0002


class AlertClock:
    """Ticks while this replica leads; leading is an advisory lock that ends with its connection."""

    def __init__(
        self,
        connect: Callable[[], Connection[Any]],
        replica: str,
        publish: canary.Publish | None = None,
        letters_kept: timedelta = dead_letters.KEPT,
    ) -> None:
        self._connect = connect
        self._replica = replica
        self._publish = publish
        self._letters_kept = letters_kept
        self._conn: Connection[Any] | None = None
        self._leads = False

    def tick(self) -> None:
        """Act on what is due, if we lead; a database that is away is tried again at the next tick."""
        try:
            conn = self._leading()
            if conn is None:
                return
            now = utc_now()
            clock.tick(conn, now)
            with conn.transaction():
                liveness.beat(conn, "alerts", self._replica, now, {})
        except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as exc:
            _log.warning("alert clock: the database does not answer: %s", exc)
            self.close()

    def nightly(self) -> None:
        """Roll up what is due, the last days again for late reports; then drop what is past its time."""
        with self._connect() as conn:
            now = utc_now()
            # Before all else: each home's days are a transaction of their own.
            online_days.rollup(conn, now)
            rollups.rollup_due(conn, now)
            for back in range(1, LATE_DAYS + 1):
                rollups.rollup_day(conn, (now.astimezone(SHANGHAI) - timedelta(days=back)).date())
            readings.drop_before(conn, now - readings.KEPT)
            device_history.drop_before(conn, now - device_history.KEPT)
            liveness.forget_services(conn, now - timedelta(days=1))
            answered.forget(conn, now - answered.KEPT)
            gone = dead_letters.let_go(conn, now - self._letters_kept)
        if gone:
            _log.info("%s dead letters let go, counted by day and reason", gone)
        self._seal(now)

    def hourly(self) -> None:
        """Count by device what no day holds yet, so that a question need not."""
        if self._leads:
            with self._connect() as conn:
                rollups.rollup_tail(conn, utc_now())

    def monthly(self) -> None:
        """File the month that has closed, and corrections of those before where late data moved a figure."""
        with self._connect() as conn:
            for first_on, home, version in monthly_filing.file_due(conn, utc_now()):
                _log.info("filed %s of %s, version %s", first_on, home or "the county", version.version)

    def tests(self) -> None:
        """Write into the proof-test ledger what arrived, so that it learns within a minute."""
        with self._connect() as conn:
            ledger.learn(conn, utc_now())

    def morning(self) -> None:
        """Tell the overseers that the service watches, so that its silence would be noticed."""
        self._seal(utc_now())
        with self._connect() as conn:
            now = utc_now()
            sealed = evidence.newest(conn)
            facts = HeartbeatFacts(
                on=local_day(now),
                failing_channels=outbox_rows.failing_channels(conn),
                log_rows=sealed.rows if sealed else 0,
                log_head=sealed.hash.hex()[: evidence.HEAD_SHORT] if sealed else "",
                **asdict(heartbeat.counts(conn)),
            )
            overseers.tell_heartbeat(conn, facts, now)

    def gaps(self) -> None:
        """Tell heads of the times ahead in which nobody is on duty, if we lead."""
        if self._leads:
            with self._connect() as conn:
                gap_watch.tick(conn, utc_now())

    def canaries(self) -> None:
        """Let the daily canaries go their way, if we lead and there is a broker."""
        if self._leads and self._publish is not None:
            with self._connect() as conn:
                canary.tick(conn, utc_now, self._publish)

    def _seal(self, now: datetime) -> None:
        try:
            with self._connect() as conn:
                sealed = evidence.seal(conn, now)
        except psycopg.errors.LockNotAvailable:
            _log.warning("evidence not sealed: the log was being written for too long; the next run does it")
            return
        if sealed is not None:
            _log.info("evidence sealed: %s rows, head %s", sealed.rows, sealed.hash.hex())

    def close(self) -> None:
        """Give up leading."""
        self._leads = False
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _leading(self) -> Connection[Any] | None:
        if self._conn is None:
            self._conn = self._connect()
        if not self._leads:
            row = self._conn.execute("SELECT pg_try_advisory_lock(%s)", [_LEADER_LOCK]).fetchone()
            self._conn.commit()
            self._leads = bool(row and row[0])
        return self._conn if self._leads else None
