"""What people answer: the life cycle applied, logged, and its deadlines set anew, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts import drills, effects, escalation, lifecycle, log, procedure, telling
from alerts.classes import Limits
from alerts.decisions import Raise
from alerts.rules.fire import confirmed_subject
from model.alerts import Alert, AlertClass, AlertState, Answer, Outcome
from model.errors import BadInput, Missing, Refused
from model.events import Kind
from model.people import Actor
from store import alarms, devices, incidents, locks
from store.sql import Conn

_CONFIRMS = {
    AlertClass.F1: AlertClass.F2,
    AlertClass.F2: AlertClass.F2,
    AlertClass.W2: AlertClass.W5,
    AlertClass.W1: AlertClass.W1,
}
_FIRES = frozenset({AlertClass.F1, AlertClass.F2})
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
        raise BadInput("cause", f"最多 {_CAUSE_MAX} 字 at most {_CAUSE_MAX} characters", cause)
    burning = _told_burning(burning, answer)
    target = incident_id if incident_id is not None else alarms.alert_incident(conn, alert_id or 0)
    home = incidents.incident_home(conn, target) if target is not None else None
    if target is None or home is None:
        raise Missing(
            f"没有这起事件 no such incident: {target}"
            if alert_id is None
            else f"没有这条告警 no such alert: {alert_id}"
        )
    locks.lock_home(conn, home[0])
    before = [
        alert for alert in alarms.alerts_of_incident(conn, target) if alert_id in (None, alert.alert_id)
    ]
    # Clocks of two servers differ: an answer is never older than what it answers.
    said = _Said(answer, actor, max([now, *(alert.raised_at for alert in before)]), outcome, cause, burning)
    _refuse_what_fits_none(said, before)
    if answer is Answer.REOPEN and incidents.superseded(
        conn, target, [alert.alert_id for alert in before if alert.state is AlertState.RESOLVED]
    ):
        raise Refused(f"事件 {target} 之后又有新报警，请应答新的 a newer one is after it: answer that one")
    changed = [_save(conn, alert, after, said) for alert, after in _possible(target, before, said, limits)]
    if burning is not None:
        incidents.say_burning(conn, target, burning)
    _follow(conn, target, changed, answer, actor, said.at)
    return [alert for alert in alarms.alerts_of_incident(conn, target) if alert_id in (None, alert.alert_id)]


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer of a person, as it was given."""

    answer: Answer
    actor: Actor
    at: datetime
    outcome: Outcome | None
    cause: str | None
    burning: str | None


def _refuse_what_fits_none(said: _Said, alerts: Sequence[Alert]) -> None:
    classes = {alert.alert_class for alert in alerts}
    if AlertClass.C1 in classes and said.answer not in (Answer.ACKNOWLEDGE, Answer.RESOLVE):
        raise Refused("试报只需应答「收到」 a canary is acknowledged, nothing else")
    if said.answer is Answer.CONFIRM and classes.isdisjoint(_CONFIRMS):
        raise Refused("没有可确认的火警、求助或越界 there is no F1, F2, W1 or W2 here to confirm")
    if said.burning is not None and classes.isdisjoint(_FIRES):
        raise BadInput("burning", "只有火警才写燃烧物 what burns is told of a fire", said.burning)


def _possible(
    incident_id: int, alerts: Sequence[Alert], said: _Said, limits: Limits
) -> list[tuple[Alert, Alert]]:
    """Return each alert for which the answer is possible now, with what it becomes; raises where none is."""
    found: list[tuple[Alert, Alert]] = []
    refusals: list[Refused] = []
    for alert in alerts:
        try:
            after = lifecycle.after(
                alert,
                said.answer,
                said.at,
                outcome=said.outcome,
                reopen_for=limits.reopen_for,
                there=lifecycle.attended(alert, alerts, limits.owner_for),
            )
        except Refused as refused:
            refusals.append(refused)
        else:
            found.append((alert, after))
    if not found:
        raise (
            refusals[0]
            if refusals
            else Missing(f"事件 {incident_id} 没有告警 incident {incident_id} has no alerts")
        )
    return found


def _save(conn: Conn, alert: Alert, after: Alert, said: _Said) -> Alert:
    """Store and log what an alert becomes, and return it; what changes nothing is not logged."""
    if after == alert and said.answer not in (Answer.CONFIRM, Answer.NEED_HELP):
        return after
    if said.answer is Answer.REOPEN:
        incidents.reopen_incident(conn, alert.incident_id)
        if alert.alert_class is AlertClass.W5:
            procedure.wait(conn, alert.incident_id, alert.raised_at)
    joins = said.answer is not Answer.ON_SCENE and after.on_scene_at != alert.on_scene_at
    # Who answers for those on the scene need not be there.
    there = incidents.last_arrived(conn, alert.incident_id) if joins else said.actor.person_id
    alarms.save_answer(conn, after, said.actor.person_id, said.cause, on_scene_by=there)
    log.append(
        conn,
        incident_id=alert.incident_id,
        at=said.at,
        actor=said.actor,
        action=str(said.answer),
        alert_id=alert.alert_id,
        details={
            "from": alert.state,
            "to": after.state,
            **({"outcome": said.outcome} if said.outcome else {}),
            **({"cause": said.cause} if said.cause else {}),
            **({"burning": said.burning} if said.burning else {}),
        },
    )
    return after


def _told_burning(burning: str | None, answer: Answer) -> str | None:
    """Return what burns on one line, None where nothing is said of it."""
    told = " ".join((burning or "").split())
    if not told:
        return None
    if answer is not Answer.CONFIRM:
        raise BadInput("burning", "确认火情时才写燃烧物 what burns is told with a confirmation", told)
    if len(told) > BURNING_MAX or not told.isprintable():
        raise BadInput("burning", f"最多 {BURNING_MAX} 字 at most {BURNING_MAX} characters", told)
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
        incidents.close_incident(conn, incident_id, now)
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
        raise Refused("可确认的报警已处置 what could be confirmed here is resolved")
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
    raised = effects.apply(conn, [decision], device, now, now, actor=actor, drill=alert.drill)
    # Who confirms has seen it: the confirmed alert is theirs already.
    for new in alarms.alerts_of_incident(conn, alert.incident_id):
        if new.alert_id in raised:
            own = replace(
                new,
                state=alert.state,
                acknowledged_at=now,
                on_scene_at=now if alert.state is AlertState.ON_SCENE else None,
            )
            alarms.save_answer(conn, own, actor.person_id, None, on_scene_by=actor.person_id)
