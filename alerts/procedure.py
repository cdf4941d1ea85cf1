"""What must be told to others once a resident is missing (W5): who told whom, and by when.

We tell the home's own people; families and the police are told by a person, who notes it here. Whatever is
not noted by its deadline is told to everybody whom the incident calls.
Source: class table W5 (family within 10 min, police and bureau within 30), after missing-person practice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts import escalation, log, stages
from model.alerts import Alert, AlertClass, AlertState
from model.errors import Missing, Refused
from model.people import Actor
from store import alarms, alert_log, incidents, locks, timers
from store.sql import Conn
from store.timers import Timer


class Told(StrEnum):
    """Who is told."""

    FAMILY = "family"  # 家属
    POLICE = "police"  # 110
    BUREAU = "bureau"  # 民政局


WITHIN: dict[Told, timedelta] = {
    Told.FAMILY: timedelta(minutes=10),
    Told.POLICE: timedelta(minutes=30),
    Told.BUREAU: timedelta(minutes=30),
}
TIMER = "untold"
_ACTION = "told_"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: until when it is due, and who said when that it is done."""

    told: Told
    due_at: datetime
    done_at: datetime | None
    by: str | None


def action_of(told: Told) -> str:
    """Return what the log calls it."""
    return f"{_ACTION}{told}"


def steps(declared_at: datetime, log_rows: Iterable[tuple[str, datetime, str]]) -> tuple[Step, ...]:
    """Return the steps from when the resident was declared missing, by (action, time, actor) rows. Pure."""
    done: dict[str, tuple[datetime, str]] = {}
    for action, at, actor in log_rows:
        done.setdefault(action, (at, actor))
    return tuple(
        Step(told, declared_at + within, *(done.get(action_of(told)) or (None, None)))
        for told, within in WITHIN.items()
    )


def wait(conn: Conn, incident_id: int, declared_at: datetime) -> None:
    """Begin to watch the deadlines of a resident who has just been declared missing."""
    _set(conn, incident_id, declared_at + min(WITHIN.values()))


def on_due(conn: Conn, timer: Timer, now: datetime) -> None:
    """Tell everybody what is not noted as told by its deadline; the caller holds the home's lock."""
    timers.drop_timer(conn, timer.kind, timer.subject)
    incident = None if timer.incident_id is None else incidents.incident_for_update(conn, timer.incident_id)
    alert = None if incident is None else _declared(conn, incident.incident_id)
    if incident is None or alert is None or alert.state is AlertState.RESOLVED:
        return
    noted = alert_log.told(conn, incident.incident_id)
    left = [
        step
        for step in steps(alert.raised_at, ((action, at, "") for action, at in noted.items()))
        if step.done_at is None
    ]
    untold = [step.told for step in left if step.due_at <= now]
    if untold:
        log.append(
            conn,
            incident_id=incident.incident_id,
            at=now,
            actor=log.SYSTEM,
            action="untold",
            alert_id=alert.alert_id,
            details={"untold": [str(told) for told in untold]},
        )
        stage = stages.untold(incident.incident_class, untold)
        escalation.tell_all(conn, incident, alert.alert_id, stage, now)
    if waiting := [step.due_at for step in left if step.due_at > now]:
        _set(conn, incident.incident_id, min(waiting))


def _set(conn: Conn, incident_id: int, due_at: datetime) -> None:
    timers.set_timer(
        conn, kind=TIMER, subject=f"{TIMER}:{incident_id}", incident_id=incident_id, due_at=due_at
    )


def _declared(conn: Conn, incident_id: int) -> Alert | None:
    """Return the alert by which somebody was declared missing in an incident, the open one of several."""
    found = [one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_class is AlertClass.W5]
    return next((one for one in found if one.state is not AlertState.RESOLVED), found[0] if found else None)


def note(conn: Conn, incident_id: int, told: Told, actor: Actor, now: datetime) -> None:
    """Note that somebody was told; what is noted already stays as it was noted first.

    Raises Missing (no such incident), Refused (nobody is declared missing in it).
    """
    home = incidents.incident_home(conn, incident_id)
    if home is None:
        raise Missing(f"没有这起事件 no such incident: {incident_id}")
    locks.lock_home(conn, home[0])
    alert = _declared(conn, incident_id)
    if alert is None:
        raise Refused(f"事件 {incident_id} 没有确认走失 nobody is declared missing in it")
    if action_of(told) not in alert_log.told(conn, incident_id):
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=actor,
            action=action_of(told),
            alert_id=alert.alert_id,
        )
