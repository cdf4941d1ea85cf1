"""A simulated county against a running service: seeded, played, listened to, and scored."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self

import psycopg

from model.alerts import AlertClass, AlertState, Outcome
from model.broker import BrokerLogin
from model.clock import utc_now
from model.errors import Missing, Refused, Unavailable
from model.events import Kind
from model.people import Role
from model.registers import Registers
from simulators.browser import AlertSeen, Screen, Session
from simulators.county import County
from simulators.fleet import Fleet, Say
from simulators.phones import Phones
from simulators.play import Player
from simulators.publish import Publisher
from simulators.script import Cast, Scenario, Script, at, keys_of
from simulators.staff import Pace, Staff
from simulators.truth import Expected, Score, fits, score
from store import pool, runs
from yian import ledger
from yian.seed import seed_county
from yian.stack import Stack

_POLL_EVERY = timedelta(seconds=0.2)
_SETTLE_WITHIN = timedelta(seconds=12)
_CONFIRMS_WITHIN = timedelta(minutes=8)
_BY_CLASS = {
    AlertClass.F2: Outcome.TRUE,
    AlertClass.T1: Outcome.FAULT,
    AlertClass.T2: Outcome.FAULT,
    AlertClass.T3: Outcome.FAULT,
    AlertClass.T4: Outcome.FAULT,
    AlertClass.W6: Outcome.FAULT,
}


@dataclass(frozen=True, slots=True)
class Result:
    """How a performance came out."""

    score: Score
    balance: ledger.Balance
    counts: runs.Counts
    alerts: list[runs.AlertRow]
    alarm_latency: dict[str, float | None]
    screen_latency: dict[str, float | None]
    messages: int
    alarm_messages: int


class Listener(threading.Thread):
    """Notes when each alert was first heard of at commit, and passes the news on."""

    def __init__(self, database_url: str, on_news: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(name="alert-listener", daemon=True)
        self.heard: dict[int, datetime] = {}
        self._conn = psycopg.connect(database_url, autocommit=True, application_name="yian-measure")
        self._conn.execute("LISTEN yian_alerts")
        self._on_news = on_news
        self._stopping = threading.Event()

    def run(self) -> None:
        """Listen until stopped; a database that goes away ends it, and the score will tell."""
        try:
            while not self._stopping.is_set():
                for notice in self._conn.notifies(timeout=0.25):
                    heard_at = utc_now()
                    news = json.loads(notice.payload)
                    self.heard.setdefault(news["alert_id"], heard_at)
                    self._on_news(news)
        except psycopg.OperationalError:
            self._stopping.set()

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self._stopping.set()
        if self.is_alive():
            self.join()
        self._conn.close()


class Performance:
    """Use as a context manager: entering seeds the county and brings its devices and people to life."""

    def __init__(
        self,
        stack: Stack,
        county: County,
        *,
        password: str,
        broker: BrokerLogin,
        report_every: timedelta,
        pace: Pace | None = None,
        on_news: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        self.county = county
        self.homes = county.home_codes()
        # A generator each: what one of them draws must not depend on how threads take turns.
        self._random = {name: _random(county.seed, name) for name in ("cast", "devices", "staff")}
        self.cast = Cast(county, self._random["cast"])
        self.expected: list[Expected] = []
        self._stack = stack
        self._password = password
        self._broker = broker
        self._report_every = report_every
        self._pace = pace
        self._on_news = on_news
        self._open = ExitStack()
        self._outcomes: dict[tuple[str, str], Outcome] = {}
        self._ends_at = self.began_at = utc_now()
        self._seen: dict[int, datetime] = {}

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _begin(self) -> None:
        phones = self._open.enter_context(Phones())
        self._conn = self._open.enter_context(pool.connect(self._stack.database_url, name="simulation"))
        numbers = seed_county(
            self._conn,
            self.county,
            password=self._password,
            now=utc_now(),
            channels=lambda login: (phones.channel(login),),
        )
        self._conn.commit()
        self._addresses = {number: address for (_, address), number in numbers.devices.items()}
        names = {home.code: home.name for home in self.county.registers.homes}
        self._home_names = {number: names[code] for code, number in numbers.homes.items()}
        self._listener = Listener(self._stack.database_url, self._on_news)
        self._open.callback(self._listener.stop)
        self._listener.start()
        self._watch_the_board(numbers.homes)
        fleet = Fleet(self.county, self._random["devices"])
        self._publisher = Publisher(self._broker, fleet.lines(), name=self.homes[0])
        self._publisher.connect()
        self._open.callback(self._publisher.close)
        self.player = Player(fleet, self._publisher, report_every=self._report_every)
        self._open.callback(self.player.stop)
        self._take_over_the_shift()
        self.began_at = self._ends_at = utc_now()
        self.player.start()

    def _watch_the_board(self, homes: Mapping[str, int]) -> None:
        self._bureau = Session(self._stack.board_url, self.county.bureau, self._password)
        self._open.callback(self._bureau.close)
        self._staff = None
        if self._pace is not None:
            posts = {homes[code]: _posts(self.county.registers, code) for code in self.homes}
            self._staff = Staff(
                self._stack.board_url,
                posts,
                self._password,
                self.outcome_of,
                self._random["staff"],
                self._pace,
            )
            self._open.callback(self._staff.stop)
            self._staff.start()
        screen = Screen(self._bureau, self._on_screen)
        self._open.callback(screen.stop)
        screen.start()
        if not screen.connected.wait(10):
            raise Unavailable("the board's live stream does not begin")

    def _take_over_the_shift(self) -> None:
        """Begin where an earlier run was broken off: what is still so ends now, what is open is answered."""
        self.refresh_cast()
        left = runs.active_states(self._conn, self.homes)
        open_alerts = runs.open_alerts(self._conn, self.homes)
        self._conn.commit()
        steps = tuple(
            at(0.5, Say(address, ((Kind(kind), False),)))
            for address, kind in left
            if address in self.player.fleet.voices
        )
        self.player.schedule(Scenario("take-over", "交接班", steps))
        if self._staff is None:
            return
        for one in open_alerts:
            raised = AlertState.RAISED
            self._staff.see(
                AlertSeen(
                    one.alert_id,
                    one.incident_id,
                    one.home_id,
                    one.device_id,
                    one.alert_class,
                    raised,
                    utc_now(),
                )
            )

    def refresh_cast(self) -> None:
        """Let the next scenarios have every device but those with something open, and no zone that burns."""
        busy = {address for address, _ in runs.active_states(self._conn, self.homes)}
        busy |= {one.address or "" for one in runs.open_alerts(self._conn, self.homes)}
        burning = set(runs.recent_fires(self._conn, self.homes, utc_now() - _CONFIRMS_WITHIN))
        self._conn.commit()
        by_address = self.county.by_address
        zones = {key for one in burning & set(by_address) for key in keys_of(by_address[one], fire=True)}
        self.cast.busy = busy | burning | zones

    def play(self, script: Script, *, after: timedelta = timedelta(), speed: float = 1.0) -> Scenario | None:
        """Cast and play a scenario from `after` on; None where the county has no free device for it."""
        try:
            scenario = script.write(self.cast)
        except Missing:
            return None
        speed = 1.0 if scenario.own_pace else speed
        for one in scenario.truth:
            self._outcomes[one.device or "/".join((one.home or "", *(one.zone or ()))), one.alert_class] = (
                one.outcome
            )
        self.expected += self.player.schedule(scenario, after=after, speed=speed)
        self._ends_at = max(self._ends_at, utc_now() + after + timedelta(seconds=scenario.seconds / speed))
        return scenario

    def last_until(self, after: timedelta) -> None:
        """Go on reporting until `after` the beginning, even if the scenarios are over."""
        self._ends_at = max(self._ends_at, self.began_at + after)

    def where(self, home_id: int | None, device_id: int | None) -> str:
        """Return how people call the place of an alert; a zone's alert has no device."""
        device = self.county.by_address.get(self._addresses.get(device_id or 0, ""))
        room = " / ".join(device.place or ()) if device is not None else ""
        parts = (self._home_names.get(home_id or 0, ""), room, device.name if device is not None else "")
        return " · ".join(part for part in parts if part)

    def outcome_of(self, seen: AlertSeen) -> Outcome:
        """Return what a person who looks will find."""
        address = self._addresses.get(seen.device_id or 0, "")
        alert_class = AlertClass(seen.alert_class)
        return self._outcomes.get((address, alert_class), _BY_CLASS.get(alert_class, Outcome.FALSE))

    def _on_screen(self, seen: AlertSeen) -> None:
        self._seen.setdefault(seen.alert_id, seen.seen_at)
        if self._staff is not None:
            self._staff.see(seen)

    def finish(self, stopping: threading.Event | None = None) -> Result:
        """Wait until all is played, stored and raised, or it is too late for that, and return the result."""
        pause = stopping or threading.Event()
        while (left := self._ends_at - utc_now()) > timedelta() and not pause.is_set():
            self.player.raise_failure()
            pause.wait(min(left.total_seconds(), 1.0))
        frozen_at = utc_now()
        expected = [one for one in self.expected if one.after <= frozen_at]
        latest = max((one.after + one.within for one in expected), default=frozen_at)
        too_late = max(latest, frozen_at) + _SETTLE_WITHIN
        wait = threading.Event()
        while True:
            self.player.raise_failure()
            result = self._result(expected, frozen_at)
            complete = not (
                result.balance.lost
                or result.score.missed
                or result.counts.unsent
                or self._publisher.unacknowledged()
            )
            if complete or utc_now() > too_late:
                return result
            wait.wait(_POLL_EVERY.total_seconds())

    def resolve_all(self) -> None:
        """Let the bureau resolve what is still open as a test: nobody else will ever answer it."""
        open_alerts = runs.open_alerts(self._conn, self.homes)
        self._conn.commit()
        for one in open_alerts:
            with suppress(Refused):
                self._bureau.resolve(one.alert_id, Outcome.TEST, "模拟情景结束")

    def _result(self, expected: list[Expected], frozen_at: datetime) -> Result:
        sent = [one for one in self._publisher.all_sent() if one.published_at <= frozen_at]
        alerts = runs.alerts_since(self._conn, self.homes, self.began_at)
        stored = runs.stored_since(self._conn, self.homes, self.began_at)
        counts = runs.counts_since(self._conn, self.homes, self.began_at)
        self._conn.commit()
        traces = [one.message.trace for one in sent if one.message.trace is not None]
        scored = score(expected, ledger.found_alerts(alerts))
        # What is due just after the end may have been raised by now; it is not asked for, and no surprise.
        not_due = [one for one in self.expected if one.after > frozen_at]
        surprises = [one for one in scored.unexpected if not any(fits(due, one) for due in not_due)]
        return Result(
            score=replace(scored, unexpected=tuple(surprises)),
            balance=ledger.balance(traces, stored),
            counts=counts,
            alerts=alerts,
            alarm_latency=ledger.percentiles(ledger.latencies(sent, alerts, self._listener.heard)),
            screen_latency=ledger.percentiles(ledger.latencies(sent, alerts, self._seen)),
            messages=len(sent),
            alarm_messages=sum(one.message.alarm for one in sent),
        )


def _random(seed: int, name: str) -> Random:
    return Random(f"{seed}-{name}")  # noqa: S311  a simulation must be repeatable, not unguessable


def _posts(county: Registers, home: str) -> tuple[str, str]:
    """Return the logins of a carer and of a repairer of a home."""
    staff = [one for one in county.people if one.home == home]
    carer = next(one.login for one in staff if one.role is Role.CARER)
    repairer = next(one.login for one in staff if one.role is Role.MAINTENANCE)
    return carer, repairer
