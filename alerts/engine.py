"""From what a device said to alerts, incidents, timers and messages: load, decide, save, in one transaction.

The caller holds the transaction; `store` and `ingest` commit it, so an acknowledged alarm is a raised alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from alerts import (
    escalation,
    ladder,
    lifecycle,
    log,
    nuisance,
    order,
    procedure,
    rules,
    suppression,
    thresholds,
)
from alerts.classes import CLASSES, Limits, more_urgent
from alerts.decisions import (
    Active,
    Cleared,
    Decision,
    Raise,
    Record,
    Said,
    Situation,
    Unwatch,
    Watch,
    subject_of,
)
from alerts.incidents import scope_of
from alerts.rules import fault
from model.alerts import LIFE_SAFETY, TOLD_AT_ONCE, AlertClass
from model.devices import Device, DeviceKind
from model.events import (
    FIRE_KINDS,
    LIFE_SAFETY_KINDS,
    MOMENTARY_KINDS,
    Event,
    Kind,
    State,
    credible,
    happened_at,
)
from model.people import Actor
from store import alarms, states, suppressions, timers
from store.sql import Conn


class Result(StrEnum):
    """What became of an event."""

    STORED = "stored"
    REPEAT = "repeat"
    DUPLICATE = "duplicate"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of an event, and the alerts that it raised."""

    result: Result
    raised: tuple[int, ...] = ()


def on_event(
    conn: Conn, event: Event, device: Device, arrived_at: datetime, key: str, limits: Limits
) -> Handled:
    """Store one event that says a state or calls for help, and do what the rules say follows.

    The caller holds the lock of the device's home. A repeated state is not a new event; a redelivery is none.
    """
    at = happened_at(event.said_at, arrived_at)
    if not event.live:
        # History is evidence: it neither raises an alarm nor hides what is so now.
        new = states.insert_event(conn, event, device, happened_at=at, arrived_at=arrived_at, key=key)
        return Handled(Result.HISTORY if new() else Result.DUPLICATE)
    limits = thresholds.of_device(conn, device, arrived_at, limits)
    met = states.ask_met(
        conn,
        event,
        device.device_id,
        key,
        zone_id=device.zone_id if event.kind in FIRE_KINDS | {Kind.TEST} else None,
        at=at,
        after=at - limits.coincidence_within,
    )()
    now_so = met.states.get(event.kind)
    # A clock that cannot be believed puts nothing in order: after one slip to 9999 all would be history.
    told_at = event.said_at if credible(event.said_at, arrived_at) else None
    active = event.state is State.ACTIVE
    momentary = event.kind in MOMENTARY_KINDS
    older = (
        now_so is not None and told_at is not None and now_so.said_at is not None and told_at < now_so.said_at
    )
    told = states.mark_of(event.said_at, key)
    if now_so is not None and told in now_so.heard:
        return Handled(Result.REPEAT)
    overtaken = False
    if older and active and not momentary and now_so is not None and told_at is not None:
        before, after = states.around(conn, device.device_id, event.kind, told_at)
        if order.begins_anew(
            active=now_so.active,
            doubted=now_so.doubted,
            before=before,
            after=after,
            changed_at=now_so.changed_at,
            arrived_at=arrived_at,
        ):
            older = False
        elif before is State.ACTIVE:
            states.count_repeats(conn, device.device_id, event.kind, told_at, [told])
            return Handled(Result.REPEAT)
        else:
            # The alarm was raised by what was said after it: it only began earlier.
            overtaken = after is State.ACTIVE
    if not momentary and not older:
        if now_so is not None and now_so.active == active and not (active and now_so.doubted):
            states.count_repeats(conn, device.device_id, event.kind, told_at, [told])
            return Handled(Result.REPEAT)
        if now_so is None and not active:
            states.set_state(
                conn,
                device.device_id,
                event.kind,
                active=False,
                since=at,
                changed_at=arrived_at,
                said_at=told_at,
            )
            return Handled(Result.REPEAT)
    if met.stored:
        return Handled(Result.DUPLICATE)
    states.insert_event(
        conn,
        event,
        device,
        happened_at=at,
        arrived_at=arrived_at,
        key=key,
        active=None if momentary or older else active,
        told_at=told_at,
    )
    if overtaken:
        return Handled(Result.HISTORY)
    if not device.registered and event.kind not in LIFE_SAFETY_KINDS | {Kind.CANARY}:
        return Handled(Result.STORED)
    said = Said(event, device, at, arrived_at)
    if older and not active:
        if now_so is not None and now_so.active and arrived_at > now_so.changed_at:
            states.doubt(conn, device.device_id, event.kind)
        return Handled(Result.HISTORY)
    situation = Situation(
        since={kind: state.since for kind, state in met.states.items() if state.active},
        zone_fires=tuple(Active(device_id, since) for device_id, since in met.zone_fires),
    )
    cleared_at = now_so.since if older and now_so is not None and not now_so.active else None
    decisions = rules.decide(said, situation, limits)
    raised = apply(conn, decisions, device, at, arrived_at, cleared_at=cleared_at, limits=limits)
    return Handled(Result.STORED, raised)


def on_battery(
    conn: Conn, device: Device, battery_pct: float, at: datetime, limits: Limits
) -> tuple[int, ...]:
    """Judge a percentage that came without the device's own low-battery flag; 3 points of hysteresis."""
    limits = thresholds.of_device(conn, device, at, limits)
    low = fault.battery_is_low(device, battery_pct, limits)
    if low is None or not device.registered:
        return ()
    known = states.of_device(conn, device.device_id).get(Kind.BATTERY_LOW)
    if low == (known is not None and known.active):
        return ()
    if not low and fault.battery_is_low(device, battery_pct - 3, limits):
        return ()
    event = Event(
        device.source,
        device.address,
        Kind.BATTERY_LOW,
        State.ACTIVE if low else State.CLEAR,
        at,
        f"battery:{battery_pct:g}",
        {"battery_pct": battery_pct},
    )
    return on_event(conn, event, device, at, event.key or "", limits).raised


def apply(
    conn: Conn,
    decisions: Sequence[Decision],
    device: Device,
    at: datetime,
    now: datetime,
    *,
    cleared_at: datetime | None = None,
    actor: Actor | None = None,
    drill: bool = False,
    limits: Limits | None = None,
) -> tuple[int, ...]:
    """Write decisions down and return the ids of alerts that are new."""
    raised: list[int] = []
    limits = limits or thresholds.of_device(conn, device, now, Limits())
    who = actor or Actor(None, device.name, "device")
    for decision in decisions:
        match decision:
            case Raise():
                alert_id = _raise(conn, decision, device, at, now, cleared_at, who, limits, drill=drill)
                if alert_id is not None:
                    raised.append(alert_id)
            case Record():
                _record(conn, decision, device, at, now, who)
            case Cleared():
                _cleared(conn, decision, now, who)
            case Watch():
                timers.set_timer(
                    conn,
                    kind=decision.kind,
                    subject=decision.subject,
                    due_at=decision.due_at,
                    device_id=device.device_id,
                )
            case Unwatch():
                timers.drop_timer(conn, decision.kind, decision.subject)
    return tuple(raised)


def _raise(
    conn: Conn,
    decision: Raise,
    device: Device,
    at: datetime,
    now: datetime,
    cleared_at: datetime | None,
    actor: Actor,
    limits: Limits,
    *,
    drill: bool,
) -> int | None:
    rule = CLASSES[decision.alert_class]
    new = alarms.NewAlert(
        home_id=device.home_id,
        device_id=None if decision.for_zone else device.device_id,
        place_id=device.zone_id if decision.for_zone and device.zone_id else device.place_id,
        resident_id=device.resident_id,
        subject=decision.subject,
        alert_class=decision.alert_class,
        kind=decision.kind,
        happened_at=at,
        raised_at=now,
        late=decision.late,
        unregistered=not device.registered and device.kind is not DeviceKind.CANARY,
        drill=drill,
        reason=decision.reason,
        cleared_at=cleared_at or decision.cleared_at,
        exit_id=decision.exit_id,
    )
    written = alarms.raise_alert(
        conn,
        new,
        family=rule.family,
        scope=scope_of(rule.family, device),
        ladder=ladder.ladder_of(rule, limits).to_json(),
        always=TOLD_AT_ONCE,
    )
    over = suppressions.ask_over(conn, device.device_id, decision.alert_class, now)
    raised, held = written(), over()
    alert_id, incident_id = raised.alert_id, raised.incident_id
    details = {"class": decision.alert_class, "reason": decision.reason, "subject": decision.subject}
    if held is not None and suppression.proves(held, decision) and not drill:
        proof = Record(subject_of(device), decision.kind, "seen_in_test_window")
        _record(conn, proof, device, at, now, actor)
    if not raised.inserted:
        _again(conn, incident_id, alert_id, decision, now, actor, limits)
        nuisance.on_repeat(conn, incident_id, alert_id, device, decision.kind, now)
        return None
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=actor,
        action="raise",
        alert_id=alert_id,
        details=details,
        after=raised.log_head,
    )
    if held is not None and suppression.mute(conn, incident_id, alert_id, held, decision.alert_class, now):
        return alert_id
    if decision.alert_class is AlertClass.W5:
        procedure.wait(conn, incident_id, now)
    if raised.opened:
        escalation.start(conn, raised.incident, alert_id, now, [raised.alert(new)])
    else:
        _join(conn, raised, decision.alert_class, now, limits)
    return alert_id


def _join(conn: Conn, raised: alarms.Raised, alert_class: AlertClass, now: datetime, limits: Limits) -> None:
    incident = raised.incident
    if not more_urgent(alert_class, incident.incident_class):
        escalation.join(conn, raised, now)
        return
    steps = ladder.raised(ladder.from_json(incident.ladder), ladder.ladder_of(CLASSES[alert_class], limits))
    alarms.raise_stage(conn, incident.incident_id, alert_class, steps.to_json())
    staged = replace(incident, incident_class=alert_class, ladder=steps.to_json(), stage=incident.stage + 1)
    escalation.start(conn, staged, raised.alert_id, now)


def _again(
    conn: Conn,
    incident_id: int,
    alert_id: int,
    decision: Raise,
    now: datetime,
    actor: Actor,
    limits: Limits,
) -> None:
    """What is open already is said again: one alert, but an answer of long ago is no answer to it."""
    if decision.alert_class not in LIFE_SAFETY:
        escalation.after_change(conn, incident_id, now)
        return
    alert = next(one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_id == alert_id)
    anew = lifecycle.again(alert, now, limits.owner_for)
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=actor,
        action="again",
        alert_id=alert_id,
        details={
            "class": decision.alert_class,
            "reason": decision.reason,
            "subject": decision.subject,
            "called_again": anew is not None,
        },
    )
    if anew is not None:
        alarms.save_answer(conn, anew, None, None)
        escalation.call_again(conn, incident_id, alert_id, now)


def _record(conn: Conn, decision: Record, device: Device, at: datetime, now: datetime, actor: Actor) -> None:
    incident_id = alarms.closed_incident(
        conn,
        home_id=device.home_id,
        family="test",
        scope=decision.subject,
        alert_class=AlertClass.F3,
        opened_at=now,
    )
    alert_id = alarms.insert_test(
        conn, incident_id, device, decision.kind, at, now, reason=decision.reason, subject=decision.subject
    )
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=actor,
        action="test",
        alert_id=alert_id,
        details={"class": "F3", "reason": decision.reason, "subject": decision.subject},
    )


def _cleared(conn: Conn, decision: Cleared, now: datetime, actor: Actor) -> None:
    for alert_id, incident_id in alarms.mark_cleared(
        conn, decision.subject, decision.classes, decision.kind, now
    ):
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=actor,
            action="cleared_by_device",
            alert_id=alert_id,
            details={"kind": decision.kind},
        )
        escalation.after_change(conn, incident_id, now)
