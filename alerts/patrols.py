"""Every morning each home's ledger is looked at: the overdue is an alert, what was done since clears it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from alerts import escalation, homewide, ladder, log, thresholds
from alerts.classes import CLASSES, Limits, Rung
from alerts.ladder import Ladder
from alerts.rules import patrol
from model.alerts import AlertClass
from model.clock import SHANGHAI, local_day
from model.events import Kind
from model.people import Role
from store import alarms, locks, patrols
from store.sql import Conn

_MORNING = timedelta(hours=8)
"""Source: class table R1, next morning; the hour is our choice: the night shift has handed over."""
_AT_ONCE = 100
_DAY = timedelta(days=1)
_MAJOR = Ladder((Rung((Role.HEAD, Role.TOWNSHIP, Role.BUREAU), _DAY),), None, _DAY)
_TASKS = frozenset(patrol.Task)


def tick(conn: Conn, now: datetime, limits: Limits) -> int:
    """Look at the homes that wait for this morning's look and return how many; `conn` is idle."""
    today = (now.astimezone(SHANGHAI) - _MORNING).date()
    with conn.transaction():
        waiting = patrols.unchecked(conn, today, _AT_ONCE)
    for home_id in waiting:
        with conn.transaction():
            locks.lock_home(conn, home_id)
            if patrols.checked(conn, home_id, today):
                look(conn, home_id, now, thresholds.of_home(conn, home_id, now, limits))
    return len(waiting)


def look(conn: Conn, home_id: int, now: datetime, limits: Limits) -> list[int]:
    """Raise what is overdue in one home and clear what was done since; return the new alerts."""
    today = local_day(now)
    ledger = patrol.Ledger(
        {
            patrol.Task(task): on
            for task, on in patrols.last_done(conn, home_id, today).items()
            if task in _TASKS
        },
        patrols.night_patrols(conn, home_id, today),
        tuple(patrol.OpenHazard(*row) for row in patrols.open_hazards(conn, home_id)),
        patrols.insured_until(conn, home_id, today),
    )
    found = {f"home:{home_id}:{one.what}": one for one in patrol.overdue(ledger, today, limits)}
    for subject in patrols.open_overdue(conn, home_id):
        if subject not in found:
            _done(conn, subject, now)
    raised: list[int] = []
    for subject, one in found.items():
        alert = homewide.Homewide(
            home_id,
            "patrol",
            subject,
            subject,
            AlertClass.R1,
            Kind.DUE,
            one.reason,
            _MAJOR if one.major else ladder.ladder_of(CLASSES[AlertClass.R1]),
        )
        due_at = datetime.combine(one.due_on, time(), SHANGHAI) + _DAY
        alert_id = homewide.raise_once(conn, alert, {"due_on": one.due_on.isoformat()}, due_at, now)
        if alert_id is not None:
            raised.append(alert_id)
    return raised


def _done(conn: Conn, subject: str, now: datetime) -> None:
    for alert_id, incident_id in alarms.mark_cleared(conn, subject, (AlertClass.R1,), Kind.DUE, now):
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=log.SYSTEM,
            action="done_since",
            alert_id=alert_id,
            details={"subject": subject},
        )
        escalation.after_change(conn, incident_id, now)
