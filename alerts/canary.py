"""A canary (试报) goes each day the whole way of an alarm, from a device's message to a tap on a phone.

It is no alarm and in no figure of alarms. One that does not arrive, or is not answered in time, is a fault
that the overseers are told of: what nobody tries is broken on the night that it is needed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from alerts import answers, effects, homewide, log, watchdog
from alerts.classes import CLASSES
from alerts.decisions import Cleared
from model.alerts import AlertClass, Answer, Outcome
from model.clock import SHANGHAI, local_day
from model.devices import CANARY_LEVEL
from model.errors import Missing, Refused, Unavailable
from model.events import Kind
from store import canaries, devices, incidents, locks
from store.canaries import Stages
from store.sql import Conn

_log = logging.getLogger(__name__)
ANSWER_WITHIN = CLASSES[AlertClass.C1].rungs[0].wait
BEGIN_WITHIN = timedelta(hours=2)
"""A service that was down at the time tries so much later; then the day is missed. Source: our choice."""

Publish = Callable[[str, bytes], None]
"""Publishes to the broker as a device does; raises Unavailable where the broker does not take it."""


def due(at: time, set_at: datetime, last_on: date | None, now: datetime) -> tuple[date, bool] | None:
    """Return the day whose canary is due and whether it is too late for it, None where none is due. Pure."""
    today = local_day(now)
    due_at = datetime.combine(today, at, SHANGHAI)
    if last_on == today or not set_at <= due_at <= now:
        return None
    return today, now - due_at > BEGIN_WITHIN


def missing(canary: Stages) -> str | None:
    """Return the first stage that a canary did not reach in time, None where it went the whole way. Pure."""
    if canary.published_at is None or (canary.at_broker_at is None and canary.stored_at is None):
        return "not_published"
    if canary.stored_at is None:
        return "not_stored"
    if canary.sent_at is None:
        return "not_sent"
    answered = canary.answered_at is not None and canary.answered_at <= canary.due_at
    return None if answered else "not_answered"


@dataclass(frozen=True, slots=True)
class Latency:
    """用时（秒） Seconds from the device's message until each stage, None where it was not reached."""

    broker_s: float | None
    stored_s: float | None
    sent_s: float | None
    answered_s: float | None


def latency(canary: Stages) -> Latency:
    """Return how long a canary took to reach each stage. Pure."""

    def until(at: datetime | None) -> float | None:
        begun = canary.published_at
        return None if at is None or begun is None else round((at - begun).total_seconds(), 3)

    return Latency(*map(until, (canary.at_broker_at, canary.stored_at, canary.sent_at, canary.answered_at)))


def begin_now(conn: Conn, home_id: int, now: datetime) -> int:
    """Begin a canary by hand and return its number. Raises Missing without a plan, Refused while one runs."""
    if not canaries.plans(conn, home_id):
        raise Missing("本机构没有安排演练报警 no canary is planned for this home")
    canary_id = canaries.begin(conn, home_id, None, now, now + ANSWER_WITHIN)
    if canary_id is None:
        raise Refused("这家机构的试报正在进行 a canary of this home is under way")
    return canary_id


def message(canary_id: int, home_code: str, at: datetime) -> tuple[str, bytes]:
    """Return the topic and the alarm that a canary's sender publishes; the same again is one event. Pure."""
    body = {"id": f"canary-{canary_id}", "at": at.astimezone(UTC).isoformat(), "kind": str(Kind.CANARY)}
    return f"yian/v1/{home_code}/{CANARY_LEVEL}/alarm", json.dumps(body).encode()


def tick(conn: Conn, clock: Callable[[], datetime], publish: Publish) -> None:
    """Begin what is due, publish what waits for the broker, end what was answered or has run out of time.

    `conn` is idle and stays so.
    """
    _begin_due(conn, clock())
    with conn.transaction():
        waiting = canaries.unpublished(conn)
    for one in waiting:
        with conn.transaction():
            at = canaries.publishing(conn, one.canary_id, clock())
        try:
            publish(*message(one.canary_id, one.home_code, at))
        except Unavailable as exc:
            _log.warning("canary %d: %s", one.canary_id, exc)
            continue
        with conn.transaction():
            canaries.at_broker(conn, one.canary_id, clock())
    with conn.transaction():
        running = canaries.under_way(conn)
    for canary_id, home_id in running:
        with conn.transaction():
            _judge(conn, canary_id, home_id, clock())


def _begin_due(conn: Conn, now: datetime) -> None:
    with conn.transaction():
        plans = canaries.plans(conn)
    for plan in plans:
        found = due(plan.at, plan.set_at, plan.last_on, now)
        if found is None:
            continue
        for_on, missed = found
        with conn.transaction():
            begun = canaries.begin(conn, plan.home_id, for_on, now, now + ANSWER_WITHIN, missed=missed)
            if missed and begun is not None:
                locks.lock_home(conn, None)
                _fault(conn, plan.home_id, plan.device_id, "missed", now)


def _judge(conn: Conn, canary_id: int, home_id: int, now: datetime) -> None:
    locks.lock_home(conn, None)  # a fault is of no home; locks are taken in the order of homes
    locks.lock_home(conn, home_id)
    [canary] = canaries.stages(conn, canary_id=canary_id)
    failed = missing(canary)
    if canary.ended_at is not None or (failed is not None and now < canary.due_at):
        return
    if canary.incident_id is not None:
        incident = incidents.incident_for_update(conn, canary.incident_id)
        if incident is not None and incident.closed_at is None:
            answers.answer(
                conn,
                answer=Answer.RESOLVE,
                actor=log.SYSTEM,
                now=now,
                incident_id=canary.incident_id,
                outcome=Outcome.TEST,
            )
    canaries.end(conn, canary, failed, now)
    if failed is None:
        _well_again(conn, home_id, canary.device_id, now)
    else:
        _fault(conn, home_id, canary.device_id, failed, now)


def _subject(home_id: int) -> str:
    return f"canary:{home_id}"


def _fault(conn: Conn, home_id: int, device_id: int, failed: str, now: datetime) -> None:
    alert = homewide.Homewide(
        None,
        "service",
        _subject(home_id),
        _subject(home_id),
        AlertClass.T1,
        Kind.FAULT,
        f"canary_{failed}",
        watchdog.OVERSEERS,
        device_id,
    )
    homewide.raise_once(conn, alert, {"home": home_id}, now, now)


def _well_again(conn: Conn, home_id: int, device_id: int, now: datetime) -> None:
    """Note beside a standing fault that a canary has gone the whole way since; people still answer it."""
    device = devices.device_by_id(conn, device_id)
    if device is not None:
        effects.apply(conn, [Cleared((AlertClass.T1,), _subject(home_id), Kind.FAULT)], device, now, now)
