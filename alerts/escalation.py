"""The shell of the ladder: who is told of an incident, and the one timer that it waits on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts import climb, ladder, log, quiet, stages, telling
from alerts.ladder import Ladder
from alerts.stages import Stage, Why
from model.alerts import TOLD_AT_ONCE, Alert, AlertClass, AlertState
from store import alarms, alert_log, canaries, incidents, raising, receivers, timers
from store.incidents import IncidentRow
from store.receivers import Receiver
from store.sql import Conn

TIMER = "escalate"
LATE_TICK = timedelta(seconds=30)
"""A deadline that is acted on later than this is itself written into the log. Source: our choice."""
_HELP_AGAIN_AFTER = timedelta(minutes=2)
"""Two calls for more hands within this time are one. Source: our choice; two taps are one call."""


def _subject(incident_id: int) -> str:
    return f"incident:{incident_id}"


def start(
    conn: Conn, incident: IncidentRow, alert_id: int, now: datetime, alerts: Sequence[Alert] | None = None
) -> None:
    """Tell the first rung of a new incident or stage, and set the deadline of its answer.

    `alerts` are those of the incident, where the caller knows them.
    """
    steps = ladder.from_json(incident.ladder)
    if not steps.rungs:
        return
    step, _ = _climb(conn, incident, alert_id, steps, 0, now)
    known = alarms.alerts_of_incident(conn, incident.incident_id) if alerts is None else alerts
    _wait(conn, incident, steps, _waiting(known), step, now)


def resume(conn: Conn, incident_id: int, alert_id: int, now: datetime) -> None:
    """Make sure that a deadline runs after another alert has joined.

    While people are being called, nobody is told twice. Where the incident was in hand, a new round begins.
    """
    timer = timers.ask_timer(conn, TIMER, _subject(incident_id))
    waits = alarms.ask_calls(conn, incident_id, alert_id, TOLD_AT_ONCE)
    _resume(conn, incident_id, alert_id, now, called=timer() is not None, waits=waits())


def join(conn: Conn, raised: raising.Raised, now: datetime) -> None:
    """Do the same for an alert that was raised just now into an incident that is no less urgent."""
    _resume(conn, raised.incident_id, raised.alert_id, now, called=raised.called, waits=raised.waits)


def _resume(conn: Conn, incident_id: int, alert_id: int, now: datetime, *, called: bool, waits: bool) -> None:
    if not called:
        call_again(conn, incident_id, alert_id, now)
    elif not waits:  # else the deadline is that of the one that has waited for longer
        after_change(conn, incident_id, now)


def call_again(conn: Conn, incident_id: int, alert_id: int, now: datetime) -> None:
    """Begin a new round: what was in hand long ago has begun anew."""
    incidents.next_round(conn, incident_id)
    incident = incidents.incident_for_update(conn, incident_id)
    if incident is not None:
        start(conn, incident, alert_id, now)


def after_change(conn: Conn, incident_id: int, now: datetime) -> None:
    """Set the deadline anew after an answer or an all-clear, or drop it when nothing is waited for.

    It counts from when people were told, so no answer and no flapping device puts it off.
    """
    asked = incidents.ask_incident(conn, incident_id)
    timer = timers.ask_timer(conn, TIMER, _subject(incident_id))
    alerts = alarms.ask_alerts(conn, incident_id)
    incident = asked()
    if incident is None:
        return
    step, told_at = timer() or (0, None)
    _wait(conn, incident, ladder.from_json(incident.ladder), _waiting(alerts()), step, told_at or now)


def on_due(conn: Conn, timer: timers.Timer, now: datetime) -> None:
    """Act on a deadline that has passed: the next rung is told. The caller holds the home's lock."""
    incident = None if timer.incident_id is None else incidents.incident_for_update(conn, timer.incident_id)
    if incident is None or incident.closed_at is not None:
        timers.drop_timer(conn, timer.kind, timer.subject)
        return
    steps = ladder.from_json(incident.ladder)
    waiting = _waiting(alarms.alerts_of_incident(conn, incident.incident_id))
    nxt = ladder.on_due(steps, waiting, timer.step, now)
    open_alerts = [alert for alert in waiting if alert.state is not AlertState.RESOLVED]
    if nxt.due_at is None or not open_alerts:
        timers.drop_timer(conn, timer.kind, timer.subject)
        return
    first = min(open_alerts, key=lambda alert: alert.alert_id)
    step, told = _climb(conn, incident, first.alert_id, steps, nxt.step, now)
    late = now - timer.due_at
    log.append(
        conn,
        incident_id=incident.incident_id,
        at=now,
        actor=log.SYSTEM,
        action="escalate",
        details={
            "step": step,
            "roles": [str(role) for role in steps.rungs[min(step, len(steps.rungs) - 1)].roles],
            "told": told,
            "late_s": round(late.total_seconds(), 1) if late > LATE_TICK else 0,
        },
    )
    _wait(conn, incident, steps, waiting, step, now)


def call_help(conn: Conn, incident_id: int, alert_id: int, now: datetime) -> None:
    """Tell every rung at once: someone on the spot needs more hands."""
    incident = incidents.incident_for_update(conn, incident_id)
    if incident is None:
        return
    call = max(0, (now - incident.opened_at) // _HELP_AGAIN_AFTER)
    tell_all(conn, incident, alert_id, Stage(incident.incident_class, Why.HELP, call), now)


def tell_all(conn: Conn, incident: IncidentRow, alert_id: int, stage: Stage, now: datetime) -> None:
    """Tell everybody of every rung, each person once for the same stage."""
    about = receivers.ask_message_facts(conn, alert_id)
    people = _everyone(conn, incident, ladder.from_json(incident.ladder), now)
    telling.tell(conn, incident, about, people, str(stage), now)


def stage_of(incident: IncidentRow, step: int) -> str:
    """Return the stage of a rung, by which a person is told once in a round."""
    return str(stages.climbed(incident.incident_class, step, incident.round))


def _waiting(alerts: Sequence[Alert]) -> list[Alert]:
    """Return the alerts whose deadlines count: a fault that is over, or shelved, waits for no repair."""
    return [
        alert
        for alert in alerts
        if alert.alert_class in TOLD_AT_ONCE or (alert.cleared_by_device_at is None and alert.muted is None)
    ]


def _climb(
    conn: Conn, incident: IncidentRow, alert_id: int, steps: Ladder, step: int, now: datetime
) -> tuple[int, int]:
    """Tell whom the climb to `step` calls; return the step that was reached and how many were told there.

    A dead rung is written into the log, and its people are told on the board.
    """
    about = receivers.ask_message_facts(conn, alert_id)
    found = climb.climb(steps, _everyone(conn, incident, steps, now), step, now)
    told = 0
    for call in found.calls:
        if call.dead is not None and call.rung is not None:
            _note_dead(conn, incident, alert_id, steps, call.rung, call.dead, now)
        count = telling.tell(conn, incident, about, call.people, stage_of(incident, call.step), now)
        told = count if call.dead is None else told
    return found.step, told


def _note_dead(
    conn: Conn,
    incident: IncidentRow,
    alert_id: int,
    steps: Ladder,
    rung: int,
    why: str,
    now: datetime,
) -> None:
    """Write down that a rung is dead, unless the log has that already: only a change is news."""
    roles = [str(role) for role in steps.rungs[rung].roles]
    if alert_log.dead_rung(conn, incident.incident_id, roles) == why:
        return
    details: dict[str, Any] = {"step": rung, "roles": roles, "why": why}
    log.append(
        conn,
        incident_id=incident.incident_id,
        at=now,
        actor=log.SYSTEM,
        action="dead_rung",
        alert_id=alert_id,
        details=details,
    )


def _everyone(conn: Conn, incident: IncidentRow, steps: Ladder, now: datetime) -> list[Receiver]:
    if incident.incident_class is AlertClass.C1:
        return canaries.receivers(conn, incident.incident_id)
    return who(conn, incident.home_id, incident.incident_class, steps, now)


def who(
    conn: Conn, home_id: int | None, alert_class: AlertClass, steps: Ladder, now: datetime
) -> list[Receiver]:
    """Return everybody whom a ladder calls of a home at `now`, their quiet as it counts for the class."""
    people = receivers.of_roles(conn, home_id, climb.roles_of(steps), now)
    return quiet.settle(people, alert_class)


def _wait(
    conn: Conn, incident: IncidentRow, steps: Ladder, waiting: Sequence[Alert], step: int, told_at: datetime
) -> None:
    """Set the one timer of the incident to its next deadline, or drop it where none runs."""
    due_at = ladder.waits(steps, waiting, step, told_at)
    if due_at is None:
        timers.drop_timer(conn, TIMER, _subject(incident.incident_id))
        return
    timers.set_timer(
        conn,
        kind=TIMER,
        subject=_subject(incident.incident_id),
        incident_id=incident.incident_id,
        due_at=due_at,
        step=step,
        told_at=told_at,
    )
