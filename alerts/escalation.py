"""The shell of the ladder: who is told of an incident, and the one timer that it waits on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts import ladder, log, telling
from model.alerts import LIFE_SAFETY, AlertState
from model.people import Role
from store import alarms
from store.alarms import Conn, IncidentRow

TIMER = "escalate"
LATE_TICK = timedelta(seconds=30)
"""A deadline that is acted on later than this is itself written into the log."""


def _subject(incident_id: int) -> str:
    return f"incident:{incident_id}"


def start(conn: Conn, incident_id: int, alert_id: int, now: datetime) -> None:
    """Tell the first rung of a new incident or stage, and set the deadline of its answer."""
    incident = alarms.incident_for_update(conn, incident_id)
    if incident is None:
        return
    steps = ladder.from_json(incident.ladder)
    if not steps.rungs:
        return
    step = 0
    told = _tell(conn, incident, alert_id, steps.rungs[0].roles, str(incident.incident_class), now)
    # A rung where nobody can be told is climbed at once.
    while not told and step + 1 < len(steps.rungs):
        step += 1
        told = _tell(
            conn, incident, alert_id, steps.rungs[step].roles, f"{incident.incident_class}+{step}", now
        )
    _set(conn, incident, step, now + steps.rungs[step].wait)


def resume(conn: Conn, incident_id: int, now: datetime) -> None:
    """Make sure that a deadline runs after another alert has joined; nobody is told twice."""
    if alarms.timer_step(conn, TIMER, _subject(incident_id)) is None:
        after_change(conn, incident_id, now)


def after_change(conn: Conn, incident_id: int, now: datetime) -> None:
    """Set the deadline anew after an answer or an all-clear, or drop it when nothing is waited for."""
    incident = alarms.incident_for_update(conn, incident_id)
    if incident is None:
        return
    steps = ladder.from_json(incident.ladder)
    alerts = alarms.alerts_of_incident(conn, incident_id)
    waiting = [
        alert for alert in alerts if alert.alert_class in LIFE_SAFETY or alert.cleared_by_device_at is None
    ]
    step = alarms.timer_step(conn, TIMER, _subject(incident_id)) or 0
    due_at = ladder.waits(steps, waiting, step, now)
    if due_at is None:
        alarms.drop_timer(conn, TIMER, _subject(incident_id))
    else:
        _set(conn, incident, step, due_at)


def on_due(conn: Conn, timer: alarms.Timer, now: datetime) -> None:
    """Act on a deadline that has passed: the next rung is told. The caller holds the home's lock."""
    if timer.incident_id is None:
        alarms.drop_timer(conn, timer.kind, timer.subject)
        return
    incident = alarms.incident_for_update(conn, timer.incident_id)
    alerts = [
        alert
        for alert in alarms.alerts_of_incident(conn, timer.incident_id)
        if alert.alert_class in LIFE_SAFETY or alert.cleared_by_device_at is None
    ]
    if incident is None or incident.closed_at is not None:
        alarms.drop_timer(conn, timer.kind, timer.subject)
        return
    steps = ladder.from_json(incident.ladder)
    nxt = ladder.on_due(steps, alerts, timer.step, now)
    open_alerts = [alert for alert in alerts if alert.state is not AlertState.RESOLVED]
    if nxt.roles and open_alerts:
        first = min(open_alerts, key=lambda alert: alert.alert_id)
        told = _tell(conn, incident, first.alert_id, nxt.roles, f"{incident.incident_class}+{nxt.step}", now)
        log.append(
            conn,
            incident_id=incident.incident_id,
            at=now,
            actor=log.SYSTEM,
            action="escalate",
            details={
                "step": nxt.step,
                "roles": [str(role) for role in nxt.roles],
                "told": told,
                "late_s": round(max(0.0, (now - timer.due_at).total_seconds()), 1)
                if now - timer.due_at > LATE_TICK
                else 0,
            },
        )
    if nxt.due_at is None:
        alarms.drop_timer(conn, timer.kind, timer.subject)
    else:
        # Nobody on this rung can be told: do not wait for them.
        _set(conn, incident, nxt.step, nxt.due_at)


def call_help(conn: Conn, incident_id: int, alert_id: int, now: datetime) -> None:
    """Tell every rung above at once: someone on the spot needs more hands."""
    incident = alarms.incident_for_update(conn, incident_id)
    if incident is None:
        return
    roles = tuple(role for rung in ladder.from_json(incident.ladder).rungs for role in rung.roles)
    _tell(conn, incident, alert_id, roles, f"{incident.incident_class}+help", now)


def _tell(
    conn: Conn,
    incident: IncidentRow,
    alert_id: int,
    roles: Sequence[Role],
    stage: str,
    now: datetime,
) -> int:
    people = alarms.receivers(conn, incident.home_id, roles, now)
    return telling.tell(conn, incident, alert_id, people, stage, now)


def _set(conn: Conn, incident: IncidentRow, step: int, due_at: datetime) -> None:
    alarms.set_timer(
        conn,
        kind=TIMER,
        subject=_subject(incident.incident_id),
        incident_id=incident.incident_id,
        due_at=due_at,
        step=step,
    )
