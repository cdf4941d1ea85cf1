"""What people answer: the life cycle applied, logged, and its deadlines set anew, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alerts import drills, engine, escalation, lifecycle, log, procedure, telling
from alerts.classes import Limits
from alerts.decisions import Raise
from alerts.rules.fire import confirmed_subject
from model.alerts import Alert, AlertClass, AlertState, Answer, Outcome
from model.errors import BadInput, Missing, Refused
from model.events import Kind
from model.people import Actor
from store import alarms, devices
from store.sql import Conn

_CONFIRMS = {
    AlertClass.F1: AlertClass.F2,
    AlertClass.F2: AlertClass.F2,
    AlertClass.W2: AlertClass.W5,
    AlertClass.W1: AlertClass.W1,
}
_CAUSE_MAX = 500
BURNING_MAX = 40


def answer(
    conn: Conn,
    *,
    answer: Answer,
    actor: Actor,
    now: datetime,
    incident_id: int | None = None,
    alert_id: int | None = None,
    outcome: Outcome | None = None,
    cause: str | None = None,
    burning: str | None = None,
    limits: Limits | None = None,
) -> list[Alert]:
    """Apply a person's answer to one alert, or to all of an incident's that it is possible for.

    `burning` is what burns, with the confirmation of a fire; the words for 119 and later messages say it.
    Returns the alerts as they are now. Raises Missing (no such alert, or not yours to see), Refused (possible
    for none of them now), BadInput (RESOLVE without outcome, a cause that is too long). The time is ours, so
    no answer can be dated back.
    """
    limits = limits or Limits()
    if cause is not None and len(cause) > _CAUSE_MAX:
        raise BadInput("cause", f"at most {_CAUSE_MAX} characters", cause)
    burning = _told_burning(burning, answer)
    target = incident_id if incident_id is not None else alarms.alert_incident(conn, alert_id or 0)
    home = alarms.incident_home(conn, target) if target is not None else None
    if target is None or home is None:
        raise Missing(f"no such incident: {target}" if alert_id is None else f"no such alert: {alert_id}")
    alarms.lock_home(conn, home[0])
    before = [
        alert for alert in alarms.alerts_of_incident(conn, target) if alert_id in (None, alert.alert_id)
    ]
    # Clocks of two servers differ: an answer is never older than what it answers.
    now = max([now, *(alert.raised_at for alert in before)])
    if answer not in (Answer.ACKNOWLEDGE, Answer.RESOLVE) and any(
        alert.alert_class is AlertClass.C1 for alert in before
    ):
        raise Refused("a canary is acknowledged, nothing else")
    if answer is Answer.CONFIRM and not any(alert.alert_class in _CONFIRMS for alert in before):
        raise Refused("there is no F1, F2, W1 or W2 here to confirm")
    if burning is not None and not any(alert.alert_class in _FIRES for alert in before):
        raise BadInput("burning", "what burns is told of a fire", burning)
    if answer is Answer.REOPEN and alarms.superseded(
        conn, target, [alert.alert_id for alert in before if alert.state is AlertState.RESOLVED]
    ):
        raise Refused(f"incident {target} has a newer one after it: answer that one")
    changed: list[Alert] = []
    refusals: list[Refused] = []
    for alert in before:
        try:
            after = lifecycle.after(alert, answer, now, outcome=outcome, reopen_for=limits.reopen_for)
        except Refused as refused:
            refusals.append(refused)
            continue
        changed.append(after)
        if after == alert and answer not in (Answer.CONFIRM, Answer.NEED_HELP):
            continue
        if answer is Answer.REOPEN:
            alarms.reopen_incident(conn, target)
            if alert.alert_class is AlertClass.W5:
                procedure.wait(conn, target, alert.raised_at)
        alarms.save_answer(conn, after, actor.person_id, cause)
        log.append(
            conn,
            incident_id=target,
            at=now,
            actor=actor,
            action=str(answer),
            alert_id=alert.alert_id,
            details={
                "from": alert.state,
                "to": after.state,
                **({"outcome": outcome} if outcome else {}),
                **({"cause": cause} if cause else {}),
                **({"burning": burning} if burning else {}),
            },
        )
    if not changed:
        raise refusals[0] if refusals else Missing(f"incident {target} has no alerts")
    if burning is not None:
        alarms.say_burning(conn, target, burning)
    _follow(conn, target, changed, answer, actor, now)
    return [alert for alert in alarms.alerts_of_incident(conn, target) if alert_id in (None, alert.alert_id)]


_FIRES = frozenset({AlertClass.F1, AlertClass.F2})


def _told_burning(burning: str | None, answer: Answer) -> str | None:
    """Return what burns on one line, None where nothing is said of it."""
    told = " ".join((burning or "").split())
    if not told:
        return None
    if answer is not Answer.CONFIRM:
        raise BadInput("burning", "what burns is told with a confirmation", told)
    if len(told) > BURNING_MAX or not told.isprintable():
        raise BadInput("burning", f"at most {BURNING_MAX} characters", told)
    return told


def _follow(
    conn: Conn, incident_id: int, changed: list[Alert], answer: Answer, actor: Actor, now: datetime
) -> None:
    if answer is Answer.CONFIRM:
        _confirm(conn, changed, actor, now)
    elif answer is Answer.NEED_HELP:
        escalation.call_help(conn, incident_id, changed[0].alert_id, now)
    alerts = alarms.alerts_of_incident(conn, incident_id)
    states = {alert.state for alert in alerts}
    if states == {AlertState.RESOLVED}:
        alarms.close_incident(conn, incident_id, now)
        drills.record(conn, incident_id, alerts, now)
    # While one of the incident's alerts waits for an answer, its messages are still wanted.
    if states == {AlertState.RESOLVED} or (
        AlertState.RAISED not in states and answer in (Answer.ACKNOWLEDGE, Answer.ON_SCENE)
    ):
        telling.withdraw(conn, incident_id, None, now)
    escalation.after_change(conn, incident_id, now)


def _confirm(conn: Conn, changed: list[Alert], actor: Actor, now: datetime) -> None:
    confirmable = [alert for alert in changed if alert.alert_class in _CONFIRMS]
    if not confirmable:
        raise Refused("what could be confirmed here is resolved")
    # What is confirmed already stays as it is; a person's words about it are kept all the same.
    alert = max(confirmable, key=lambda one: _CONFIRMS[one.alert_class] is one.alert_class)
    becomes = _CONFIRMS[alert.alert_class]
    device = devices.device_by_id(conn, alert.device_id) if alert.device_id is not None else None
    if device is None or becomes is alert.alert_class:
        return
    fire = becomes is AlertClass.F2
    decision = Raise(
        becomes,
        confirmed_subject(device) if fire else alert.subject,
        Kind.SMOKE if fire else Kind.FENCE,
        "confirmed_by_person",
        for_zone=False,
    )
    raised = engine.apply(conn, [decision], device, now, now, actor=actor, drill=alert.drill)
    # Who confirms has seen it: the confirmed alert is theirs already.
    for new in alarms.alerts_of_incident(conn, alert.incident_id):
        if new.alert_id in raised:
            own = replace(
                new,
                state=alert.state,
                acknowledged_at=now,
                on_scene_at=now if alert.state is AlertState.ON_SCENE else None,
            )
            alarms.save_answer(conn, own, actor.person_id, None)
