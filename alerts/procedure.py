"""What must be told to others once a resident is missing (W5): who told whom, and by when.

We tell the home's own people; families and the police are told by a person, who notes it here.
Source: class table W5 (family within 10 min, police and bureau within 30), after missing-person practice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts import log
from model.alerts import AlertClass
from model.errors import Missing, Refused
from model.people import Actor
from store import alarms, alert_log
from store.sql import Conn


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


def note(conn: Conn, incident_id: int, told: Told, actor: Actor, now: datetime) -> None:
    """Note that somebody was told; what is noted already stays as it was noted first.

    Raises Missing (no such incident), Refused (nobody is declared missing in it).
    """
    home = alarms.incident_home(conn, incident_id)
    if home is None:
        raise Missing(f"no such incident: {incident_id}")
    alarms.lock_home(conn, home[0])
    alert = next(
        (one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_class is AlertClass.W5),
        None,
    )
    if alert is None:
        raise Refused(f"nobody is declared missing in incident {incident_id}")
    if action_of(told) not in alert_log.told(conn, incident_id):
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=actor,
            action=action_of(told),
            alert_id=alert.alert_id,
        )
