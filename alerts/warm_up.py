"""What a fresh connection asks before its first alarm does."""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts import escalation, ladder, thresholds
from alerts.classes import CLASSES, Limits
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from model.events import Event, Kind, State
from store import alert_log, locks, states, suppressions
from store.sql import Conn

_NOTHING = Device(
    0, "", "", "", DeviceKind.UNKNOWN, None, None, None, None, None, timedelta(days=1), False, False
)


def ask_of_nothing(conn: Conn, now: datetime) -> None:
    """Ask what a fire alarm asks, of a device and an incident that there are not."""
    locks.lock_homes(conn, [])
    thresholds.of_device(conn, _NOTHING, now, Limits())
    smoke = Event("", "", Kind.SMOKE, State.ACTIVE, now)
    states.ask_met(conn, smoke, 0, "", zone_id=0, at=now, after=now)()
    suppressions.ask_over(conn, 0, AlertClass.F1, now)()
    alert_log.last_log(conn, 0)
    escalation.who(conn, None, AlertClass.F1, ladder.ladder_of(CLASSES[AlertClass.F1], Limits()), now)
    escalation.after_change(conn, 0, now)
