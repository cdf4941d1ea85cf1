"""The shell of the thresholds: what a connection has read of them is remembered for ten seconds."""

from __future__ import annotations

from datetime import datetime
from time import monotonic
from weakref import WeakKeyDictionary

from alerts.classes import Limits
from alerts.rules import limits as rules
from model.devices import Device
from store import settings
from store.sql import Conn

_FRESH_FOR_S = 10.0
_read: WeakKeyDictionary[Conn, tuple[float, tuple[rules.Change, ...]]] = WeakKeyDictionary()


def of_device(conn: Conn, device: Device, now: datetime, defaults: Limits) -> Limits:
    """Return the thresholds of a device; a change is seen within ten seconds."""
    where = rules.Where(device.home_id, device.zone_id, device.device_id)
    return rules.resolve(_changes(conn), where, now, defaults)


def of_home(conn: Conn, home_id: int | None, now: datetime, defaults: Limits) -> Limits:
    """Return the thresholds of a home; a change is seen within ten seconds."""
    return rules.resolve(_changes(conn), rules.Where(home_id), now, defaults)


def change_of(row: settings.Change) -> rules.Change:
    """Return a stored change as the rule knows it."""
    target = {"home": row.home_id, "zone": row.place_id, "device": row.device_id}.get(row.scope)
    return rules.Change(row.name, row.scope, target, row.value, row.effective_at)


def _changes(conn: Conn) -> tuple[rules.Change, ...]:
    # By our own clock, not by `now`: a batch of late readings would ask again for each of them.
    known = _read.get(conn)
    if known is not None and monotonic() - known[0] < _FRESH_FOR_S:
        return known[1]
    found = tuple(change_of(row) for row in settings.changes(conn))
    _read[conn] = (monotonic(), found)
    return found
