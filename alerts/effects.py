"""Decisions -> alerts, incidents, timers, messages and the evidence log, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts import escalation, ladder, lifecycle, log, nuisance, procedure, suppression, thresholds
from alerts.classes import CLASSES, Limits, more_urgent
from alerts.decisions import Cleared, Decision, Raise, Record, Unwatch, Watch, subject_of
from alerts.incidents import scope_of
from model.alerts import LIFE_SAFETY, TOLD_AT_ONCE, AlertClass
from model.devices import Device, DeviceKind
from model.people import Actor
from store import alarms, incidents, raising, suppressions, timers
from store.sql import Conn


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What decisions are about: a device, when it happened there (`at`), and who writes it down when."""

    device: Device
    at: datetime
    now: datetime
    actor: Actor
    limits: Limits
    drill: bool


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
    occasion = _Occasion(
        device,
        at,
        now,
        actor or Actor(None, device.name, "device"),
        limits or thresholds.of_device(conn, device, now, Limits()),
        drill,
    )
    for decision in decisions:
        match decision:
            case Raise():
                alert_id = _raise(conn, decision, occasion, cleared_at)
                if alert_id is not None:
                    raised.append(alert_id)
            case Record():
                _record(conn, decision, occasion)
            case Cleared():
                _cleared(conn, decision, occasion)
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


def _raise(conn: Conn, decision: Raise, occasion: _Occasion, cleared_at: datetime | None) -> int | None:
    rule, device, now = CLASSES[decision.alert_class], occasion.device, occasion.now
    new = _new_alert(decision, occasion, cleared_at)
    written = raising.raise_alert(
        conn,
        new,
        family=rule.family,
        scope=scope_of(rule.family, device),
        ladder=ladder.ladder_of(rule, occasion.limits).to_json(),
        always=TOLD_AT_ONCE,
    )
    over = suppressions.ask_over(conn, device.device_id, decision.alert_class, now)
    raised, held = written(), over()
    alert_id, incident_id = raised.alert_id, raised.incident_id
    if held is not None and suppression.proves(held, decision) and not occasion.drill:
        _record(conn, Record(subject_of(device), decision.kind, "seen_in_test_window"), occasion)
    if not raised.inserted:
        _again(conn, incident_id, alert_id, decision, occasion)
        nuisance.on_repeat(conn, incident_id, alert_id, device, decision.kind, now)
        return None
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=occasion.actor,
        action="raise",
        alert_id=alert_id,
        details={"class": decision.alert_class, "reason": decision.reason, "subject": decision.subject},
        after=raised.log_head,
    )
    if held is not None and suppression.mute(conn, incident_id, alert_id, held, decision.alert_class, now):
        return alert_id
    if decision.alert_class is AlertClass.W5:
        procedure.wait(conn, incident_id, now)
    if raised.opened:
        escalation.start(conn, raised.incident, alert_id, now, [raised.alert(new)])
    else:
        _join(conn, raised, decision.alert_class, now, occasion.limits)
    return alert_id


def _new_alert(decision: Raise, occasion: _Occasion, cleared_at: datetime | None) -> raising.NewAlert:
    device = occasion.device
    return raising.NewAlert(
        home_id=device.home_id,
        device_id=None if decision.for_zone else device.device_id,
        place_id=device.zone_id if decision.for_zone and device.zone_id else device.place_id,
        resident_id=device.resident_id,
        subject=decision.subject,
        alert_class=decision.alert_class,
        kind=decision.kind,
        happened_at=occasion.at,
        raised_at=occasion.now,
        late=decision.late,
        unregistered=not device.registered and device.kind is not DeviceKind.CANARY,
        drill=occasion.drill,
        reason=decision.reason,
        cleared_at=cleared_at or decision.cleared_at,
        exit_id=decision.exit_id,
    )


def _join(conn: Conn, raised: raising.Raised, alert_class: AlertClass, now: datetime, limits: Limits) -> None:
    incident = raised.incident
    if not more_urgent(alert_class, incident.incident_class):
        escalation.join(conn, raised, now)
        return
    steps = ladder.raised(ladder.from_json(incident.ladder), ladder.ladder_of(CLASSES[alert_class], limits))
    incidents.raise_stage(conn, incident.incident_id, alert_class, steps.to_json())
    staged = replace(incident, incident_class=alert_class, ladder=steps.to_json(), stage=incident.stage + 1)
    escalation.start(conn, staged, raised.alert_id, now)


def _again(conn: Conn, incident_id: int, alert_id: int, decision: Raise, occasion: _Occasion) -> None:
    """What is open already is said again: one alert, but an answer of long ago is no answer to it."""
    now = occasion.now
    if decision.alert_class not in LIFE_SAFETY:
        escalation.after_change(conn, incident_id, now)
        return
    alert = next(one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_id == alert_id)
    anew = lifecycle.again(alert, now, occasion.limits.owner_for)
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=occasion.actor,
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
        alarms.save_answer(conn, anew, None, None, on_scene_by=None)
        escalation.call_again(conn, incident_id, alert_id, now)


def _record(conn: Conn, decision: Record, occasion: _Occasion) -> None:
    device, now = occasion.device, occasion.now
    incident_id = incidents.closed_incident(
        conn,
        home_id=device.home_id,
        family="test",
        scope=decision.subject,
        alert_class=AlertClass.F3,
        opened_at=now,
    )
    alert_id = alarms.insert_test(
        conn,
        incident_id,
        device,
        decision.kind,
        occasion.at,
        now,
        reason=decision.reason,
        subject=decision.subject,
    )
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=occasion.actor,
        action="test",
        alert_id=alert_id,
        details={"class": "F3", "reason": decision.reason, "subject": decision.subject},
    )


def _cleared(conn: Conn, decision: Cleared, occasion: _Occasion) -> None:
    now = occasion.now
    for alert_id, incident_id in alarms.mark_cleared(
        conn, decision.subject, decision.classes, decision.kind, now
    ):
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=occasion.actor,
            action="cleared_by_device",
            alert_id=alert_id,
            details={"kind": decision.kind},
        )
        escalation.after_change(conn, incident_id, now)
