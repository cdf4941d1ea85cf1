"""Time as an event: deadlines that have passed, devices that fell silent; each in its own transaction.

Every timer is a row; a scheduler only calls `tick`, so a tick that is missed loses nothing: the next one
finds what is due.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import psycopg

from alerts import (
    effects,
    escalation,
    newcomers,
    nuisance,
    patrols,
    procedure,
    suppression,
    walking,
    watchdog,
)
from alerts.classes import Limits
from alerts.rules import fault
from model.events import Kind
from store import devices, liveness, locks, states, timers
from store.sql import Conn

_AT_ONCE = 500
_TRY_AGAIN_AFTER = timedelta(seconds=30)
"""A timer that failed is tried again after this, then twice this and so on. Source: our choice."""
_log = logging.getLogger(__name__)
_EARS_OPEN_WITHIN = timedelta(seconds=30)


def tick(conn: Conn, now: datetime) -> int:
    """Act on all that is due at `now` and return how much that was; `conn` is idle and stays so."""
    acted = 0
    due = _read(conn, now)
    for timer in due:
        acted += _act(conn, timer, now)
    # Timers by which other roles call the clock are due at once and are no promise to anybody.
    late = watchdog.lateness([timer.due_at for timer in due if timer.kind == escalation.TIMER], now)
    if late is not None:
        with conn.transaction():
            watchdog.report_late(conn, late, now)
    acted += _silence(conn, now) + patrols.tick(conn, now, Limits()) + nuisance.tick(conn, now)
    return acted + newcomers.tick(conn, now)


def _act(conn: Conn, timer: timers.Timer, now: datetime) -> bool:
    """Act on one timer; one that cannot be acted on is put off and reported, and lets the others pass."""
    try:
        with conn.transaction():
            locks.lock_home(conn, timer.home_id)
            if not timers.still_due(conn, timer, now):
                return False
            _on_timer(conn, timer, now)
            return True
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise  # the database is away: nothing can be acted on, and the next tick finds all of it
    except Exception as exc:  # noqa: BLE001 - our bug in one home must not stop the deadlines of all others
        _log.exception("timer %s %s", timer.kind, timer.subject)
        with conn.transaction():
            timers.put_off(conn, timer, now + _TRY_AGAIN_AFTER * min(timer.failures + 1, 20))
            watchdog.report_failing(conn, timer, exc, now)
        return True


def _read(conn: Conn, now: datetime) -> list[timers.Timer]:
    with conn.transaction():
        return timers.due_timers(conn, now, _AT_ONCE)


def _on_timer(conn: Conn, timer: timers.Timer, now: datetime) -> None:
    if timer.kind == escalation.TIMER:
        escalation.on_due(conn, timer, now)
        return
    if timer.kind == suppression.TIMER:
        suppression.on_timer(conn, timer, now)
        return
    if timer.kind == procedure.TIMER:
        procedure.on_due(conn, timer, now)
        return
    timers.drop_timer(conn, timer.kind, timer.subject)
    device = devices.device_by_id(conn, timer.device_id) if timer.device_id is not None else None
    if device is None:
        return
    known = states.of_device(conn, device.device_id)
    if timer.kind == "back":
        if (
            Kind.OFFLINE in known
            and known[Kind.OFFLINE].active
            and liveness.is_online(conn, device.device_id)
        ):
            states.set_state(
                conn, device.device_id, Kind.OFFLINE, active=False, since=now, changed_at=now, said_at=None
            )
        effects.apply(conn, fault.on_link_back(device), device, now, now)
    elif timer.kind == walking.WALK:
        walking.judge(conn, device, now)
    elif timer.kind == "mute" and Kind.MUTE in known and known[Kind.MUTE].active:
        effects.apply(conn, fault.on_mute_limit(device), device, now, now)
    elif timer.kind == "offline" and Kind.OFFLINE in known and known[Kind.OFFLINE].active:
        hidden = liveness.parent_down(conn, device.device_id, now)
        liveness.went_offline(conn, device.device_id, now, inhibited=hidden)
        effects.apply(conn, fault.on_silence(device, hidden), device, now, now)


def _silence(conn: Conn, now: datetime) -> int:
    with conn.transaction():
        heard = liveness.last_beat(conn, "ingest")
        if heard is None or now - heard > _EARS_OPEN_WITHIN:
            # While our own ears are closed nobody's silence can be judged.
            return 0
        silent = liveness.silent(conn, now, _AT_ONCE)
        behind = liveness.still_silent_behind(conn, now, _AT_ONCE)
    for device_id, home_id in silent:
        with conn.transaction():
            locks.lock_home(conn, home_id)
            device = devices.device_by_id(conn, device_id)
            if device is None or not liveness.still_silent(conn, device_id, now):
                continue
            hidden = liveness.parent_down(conn, device_id, now)
            liveness.went_offline(conn, device_id, now, inhibited=hidden)
            effects.apply(conn, fault.on_silence(device, hidden), device, now, now)
    for device_id, home_id in behind:
        with conn.transaction():
            locks.lock_home(conn, home_id)
            device = devices.device_by_id(conn, device_id)
            if device is not None and liveness.uninhibit(conn, device_id):
                effects.apply(conn, fault.on_silence(device, parent_down=False), device, now, now)
    return len(silent) + len(behind)
