"""Quiet on purpose, with care: a reason, a longest length, an automatic return; never for what is about life.

Source: ISA-18.2 shelving and out-of-service. A muted alert is raised, logged and shown with its reason; only
messages and deadlines of classes outside TOLD_AT_ONCE wait until the return.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts import escalation, log
from alerts.decisions import Raise
from model.alerts import TOLD_AT_ONCE, Alert, AlertClass, AlertState
from model.errors import BadInput, Missing, Refused
from model.events import LIFE_SAFETY_KINDS
from model.people import Actor
from store import alarms, incidents, locks, suppressions, timers
from store.sql import Conn
from store.suppressions import Suppression

TIMER = "return"
SHELF_MAX = timedelta(hours=24)
"""Source: our choice after ISA-18.2 (shelving is time-limited); a repair has 24 h in the class table."""
WINDOW_MAX = timedelta(days=7)
"""Source: our choice; work that lasts longer is planned anew."""


def waits(held: Suppression | None, alert_class: AlertClass) -> bool:
    """Say whether what is raised under a shelf or window is told at its end; never what is about life."""
    return held is not None and alert_class not in TOLD_AT_ONCE


def proves(held: Suppression, decision: Raise) -> bool:
    """Say whether a device's own signal in a test window proves that it transmits. Pure.

    Not what follows from the signals of several (two devices in a zone), nor a fault. Whoever must be told of
    a signal about life is told all the same.
    """
    own = decision.kind in LIFE_SAFETY_KINDS and decision.reason == str(decision.kind)
    return held.kind == "test" and own


def mute(
    conn: Conn, incident_id: int, alert_id: int, held: Suppression, alert_class: AlertClass, now: datetime
) -> bool:
    """Note on a new alert the shelf or window that it falls into; say whether its messages wait.

    A life-safety alert carries the note and is told as ever.
    """
    suppressions.mute(conn, alert_id, held.suppression_id, held.reason)
    later = waits(held, alert_class)
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=log.SYSTEM,
        action="muted",
        alert_id=alert_id,
        details={
            "kind": held.kind,
            "reason": held.reason,
            "until": held.ends_at.isoformat(),
            "told": not later,
        },
    )
    return later


def shelve(
    conn: Conn, *, alert_id: int, actor: Actor, reason: str, lasting: timedelta, now: datetime
) -> Alert:
    """Shelve one open alert of a device for a while and return it.

    Raises Missing (no such alert), Refused (life-safety, or resolved), BadInput (no reason, too long).
    """
    _check(reason, lasting, SHELF_MAX)
    incident_id = alarms.alert_incident(conn, alert_id)
    home = incidents.incident_home(conn, incident_id) if incident_id is not None else None
    if incident_id is None or home is None or home[0] is None:
        raise Missing(f"机构里没有这条告警 no such alert in a home: {alert_id}")
    locks.lock_home(conn, home[0])
    alert = next(one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_id == alert_id)
    if alert.alert_class in TOLD_AT_ONCE:
        raise Refused(
            f"事关生命的报警和试报不能搁置 {alert.alert_class} is about life, or tries what is:"
            " it cannot be shelved"
        )
    if alert.state is AlertState.RESOLVED:
        raise Refused(f"报警 {alert_id} 已处置 is resolved")
    suppression_id = suppressions.insert(
        conn,
        kind="shelf",
        home_id=home[0],
        device_id=alert.device_id,
        alert_class=alert.alert_class,
        reason=reason,
        starts_at=now,
        ends_at=now + lasting,
        made_by=actor.person_id,
        now=now,
    )
    suppressions.mute(conn, alert_id, suppression_id, reason)
    _return_at(conn, suppression_id, alert.device_id, now + lasting)
    log.append(
        conn,
        incident_id=incident_id,
        at=now,
        actor=actor,
        action="shelve",
        alert_id=alert_id,
        details={"reason": reason, "until": (now + lasting).isoformat()},
    )
    escalation.after_change(conn, incident_id, now)
    return next(one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_id == alert_id)


def open_window(
    conn: Conn,
    *,
    home_id: int,
    actor: Actor,
    reason: str,
    starts_at: datetime,
    lasting: timedelta,
    now: datetime,
    kind: str = "maintenance",
    place_id: int | None = None,
    device_id: int | None = None,
) -> int:
    """Plan a window of maintenance or tests for a device, a place or the whole home; return its id.

    Raises BadInput where it has no reason, is too long, or has ended already.
    """
    _check(reason, lasting, WINDOW_MAX)
    if kind not in ("maintenance", "test"):
        raise BadInput("kind", "维护 maintenance 或测试 test", kind)
    if starts_at + lasting <= now:
        raise BadInput("starts_at", "还没有结束的时段 a window that has not ended yet", starts_at)
    locks.lock_home(conn, home_id)
    suppression_id = suppressions.insert(
        conn,
        kind=kind,
        home_id=home_id,
        place_id=place_id,
        device_id=device_id,
        reason=reason,
        starts_at=starts_at,
        ends_at=starts_at + lasting,
        made_by=actor.person_id,
        now=now,
    )
    _return_at(conn, suppression_id, device_id, starts_at + lasting)
    return suppression_id


def end(conn: Conn, suppression_id: int, now: datetime, actor: Actor = log.SYSTEM) -> int:
    """End a shelf or window, by hand or by its timer; what still stands counts and is told now.

    Returns how many alerts came back; 0 where it had ended already.
    """
    held = suppressions.by_id(conn, suppression_id)
    timers.drop_timer(conn, TIMER, _subject(suppression_id))
    if held is None:
        return 0
    locks.lock_home(conn, held.home_id)
    suppressions.returned(conn, suppression_id, now)
    back = suppressions.return_alerts(conn, suppression_id)
    for alert_id, incident_id in back:
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=actor,
            action="returned",
            alert_id=alert_id,
            details={"reason": held.reason},
        )
        if any(one.state is AlertState.RAISED for one in alarms.alerts_of_incident(conn, incident_id)):
            escalation.resume(conn, incident_id, alert_id, now)
        else:
            escalation.after_change(conn, incident_id, now)
    return len(back)


def on_timer(conn: Conn, timer: timers.Timer, now: datetime) -> None:
    """End what the timer was set for."""
    end(conn, int(timer.subject.removeprefix("suppression:")), now)


def _subject(suppression_id: int) -> str:
    return f"suppression:{suppression_id}"


def _return_at(conn: Conn, suppression_id: int, device_id: int | None, at: datetime) -> None:
    timers.set_timer(conn, kind=TIMER, subject=_subject(suppression_id), device_id=device_id, due_at=at)


def _check(reason: str, lasting: timedelta, longest: timedelta) -> None:
    if not reason.strip():
        raise BadInput("reason", "为什么静音 why it is quiet", reason)
    if not timedelta(0) < lasting <= longest:
        raise BadInput(
            "lasting",
            f"时长大于零，最多 {longest // timedelta(hours=1)} 小时 more than nothing and at most {longest}",
            lasting,
        )
