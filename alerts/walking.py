"""The shell of the wandering rules: where bands were and which doors opened, judged under the home's lock.

A door that opens is judged at once. For a band that tells where it is ingest only sets a timer, and the clock
judges it within a second, so no position takes time from an alarm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts import effects, thresholds
from alerts.classes import Limits
from alerts.decisions import Raise
from alerts.rules import wandering
from alerts.rules.wandering import Exit, Fix, Standing
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from model.events import Kind, Value
from store import devices, exits
from store.exits import ExitRow, FixRow
from store.sql import Conn

WALK = "walk"
_AT_A_DOOR = timedelta(minutes=2)
"""Of all bands of a home only this much is read when a door opens. Source: our choice."""
_CLASSES = (AlertClass.W2, AlertClass.W3, AlertClass.W4)


def tells_where(device: Device, values: Mapping[str, Value]) -> bool:
    """Say whether a report tells where in a home a band is. Pure."""
    on_plan = values.get("x_m") is not None and values.get("y_m") is not None
    near = isinstance(values.get("gateway"), str)
    return device.kind is DeviceKind.WRISTBAND and device.registered and (on_plan or near)


def judge(conn: Conn, device: Device, now: datetime) -> None:
    """Judge the band that told where it is, or all that may have been at the door that opened."""
    if device.home_id is None:
        return
    limits = thresholds.of_device(conn, device, now, Limits())
    since = now - limits.pattern_for
    rows = exits.of_home(conn, device.home_id, since)
    if device.kind is DeviceKind.WRISTBAND:
        _band(conn, device, exits.fixes(conn, [device.device_id], since), rows, now, limits)
        return
    doors = [_exit(row) for row in rows if row.watched_by == device.device_id]
    walked: defaultdict[int, list[FixRow]] = defaultdict(list)
    for fix in exits.fixes(conn, exits.bands(conn, device.home_id), now - _AT_A_DOOR) if doors else ():
        walked[fix.device_id].append(fix)
    for device_id, fixes in walked.items():
        if not any(wandering.went_out(_fixes(fixes), door, Standing(), limits) for door in doors):
            continue
        band = devices.device_by_id(conn, device_id)
        if band is not None:
            own = thresholds.of_device(conn, band, now, Limits())
            _band(conn, band, exits.fixes(conn, [device_id], since), rows, now, own)


def _band(
    conn: Conn,
    band: Device,
    fixes: Sequence[FixRow],
    rows: Sequence[ExitRow],
    now: datetime,
    limits: Limits,
) -> None:
    standing = {
        AlertClass(row.alert_class): Standing(row.is_open, row.cleared, row.closed_at)
        for row in exits.standing(conn, band.device_id, _CLASSES)
    }
    by_id = {row.exit_id: row for row in rows}
    doors = [_exit(row) for row in rows]
    for decision in wandering.on_fixes(band, _fixes(fixes), doors, now, limits, standing):
        door = by_id.get(decision.exit_id or 0) if isinstance(decision, Raise) else None
        # Whoever is sent runs to the door, not to the bearer's room.
        there = band if door is None else replace(band, place_id=door.place_id)
        began_at = fixes[-1].at
        if isinstance(decision, Raise) and decision.kind is Kind.DOOR and door is not None:
            began_at = door.opened_at or began_at
        effects.apply(conn, [decision], there, began_at, now, limits=limits)


def _fixes(rows: Sequence[FixRow]) -> list[Fix]:
    return [Fix(row.at, row.x_m, row.y_m, row.floor_id, row.heard_by, row.rssi_dbm) for row in rows]


def _exit(row: ExitRow) -> Exit:
    return Exit(
        row.x_m,
        row.y_m,
        row.floor_id,
        row.exit_id,
        row.leads_outside,
        row.watched_by,
        row.watched_from_h,
        row.watched_until_h,
        row.opened_at,
    )
