"""Acts on what is too much to heed: a chattering device is shelved in sight, a forgotten alert told again."""

from __future__ import annotations

from datetime import datetime

from alerts import log, quiet, suppression, telling
from alerts.rules import nuisance as rules
from alerts.stages import Stage, Why
from model.alerts import AlertClass
from model.devices import Device
from model.events import Kind
from model.people import Role
from store import alarms, incidents, locks, nuisance, receivers
from store.sql import Conn

_AT_ONCE = 100


def on_repeat(conn: Conn, incident_id: int, alert_id: int, device: Device, kind: Kind, now: datetime) -> bool:
    """Shelve an open alert that its device keeps raising anew, for an hour and in sight; say whether it was.

    The caller holds the lock of the home.
    """
    alert = next(
        (one for one in alarms.alerts_of_incident(conn, incident_id) if one.alert_id == alert_id), None
    )
    if alert is None or alert.muted is not None or device.home_id is None:
        return False
    times = nuisance.begun(conn, device.device_id, kind, now - rules.CHATTER_WITHIN)
    if not rules.chatters(alert.alert_class, times):
        return False
    suppression.shelve(
        conn,
        alert_id=alert_id,
        actor=log.SYSTEM,
        reason=f"反复报警 · chattering: {times} × / min",
        lasting=rules.CHATTER_FOR,
        now=now,
    )
    return True


def tick(conn: Conn, now: datetime) -> int:
    """Tell again of alerts that were taken on and then forgotten; return how many. `conn` is idle."""
    with conn.transaction():
        found = nuisance.standing(conn, now - rules.STALE_AFTER, _AT_ONCE)
    return sum(_remind(conn, one, now) for one in found)


def _remind(conn: Conn, one: nuisance.Standing, now: datetime) -> bool:
    with conn.transaction():
        locks.lock_home(conn, one.home_id)
        incident = incidents.incident_for_update(conn, one.incident_id)
        alert = next(
            (row for row in alarms.alerts_of_incident(conn, one.incident_id) if row.alert_id == one.alert_id),
            None,
        )
        if incident is None or alert is None or not rules.is_stale(alert, one.reminded_at, now):
            return False
        days = (now - alert.raised_at).days
        called = receivers.of_roles(conn, incident.home_id, _whom(alert.alert_class), now)
        people = quiet.settle(called, incident.incident_class)
        told = telling.tell(
            conn,
            incident,
            receivers.ask_message_facts(conn, alert.alert_id),
            people,
            str(Stage(alert.alert_class, Why.STALE, days)),
            now,
        )
        log.append(
            conn,
            incident_id=one.incident_id,
            at=now,
            actor=log.SYSTEM,
            action="stale",
            alert_id=one.alert_id,
            details={"days": days, "told": told},
        )
        return True


def _whom(alert_class: AlertClass) -> list[Role]:
    """Return who sees to a forgotten alert: the head, and who has the repair."""
    return [Role.HEAD, Role.MAINTENANCE] if alert_class.startswith("T") else [Role.HEAD, Role.SHIFT_LEADER]
