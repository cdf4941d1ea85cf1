"""Lingering at an exit at night (W3), going out by one (W2), walking in circles or to and fro (W4). Pure.

From positions: on a floor's plan in metres, or the gateway or beacon that a band is near. W2 is a door that
opened while a band was at it: two signs that are independent of each other. W3 goes to the carer on duty,
five minutes later to the shift leader. W4 is a note for the care plan, read at the next handover: nobody is
called, since who gets lost seldom circled before (BMC Geriatrics 11:28).
Source: lingering at exit doors and following others out are the signs of risk (UWB study, USF); travel
patterns direct, pacing, lapping, random (Martino-Saltzman); a loop is complete at a turn of 360 degrees
(theta_WD).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import atan2, hypot, pi

from alerts.classes import Limits
from alerts.decisions import Cleared, Decision, Raise, subject_of
from model.alerts import AlertClass
from model.clock import SHANGHAI
from model.devices import Device
from model.events import Kind


class Pattern(StrEnum):
    """How somebody walks."""

    LAPPING = "lapping"
    PACING = "pacing"


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a band was: in metres on the plan of a floor, or near the gateway or beacon that heard it."""

    at: datetime
    x_m: float | None
    y_m: float | None
    floor_id: int | None = None
    heard_by: int | None = None
    rssi_dbm: float | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """A door, in metres on the plan of its floor; without hours of its own it is watched at night.

    `opened_at` is when its sensor last said that it is open.
    """

    x_m: float | None
    y_m: float | None
    floor_id: int | None = None
    exit_id: int | None = None
    leads_outside: bool = True
    watched_by: int | None = None
    watched_from_h: float | None = None
    watched_until_h: float | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a class: what is open is not raised again, what was closed is not counted again."""

    is_open: bool = False
    cleared: bool = False
    closed_at: datetime | None = None


_NOTHING = Standing()
_STEP_M = 3.0
"""A shorter move is noise of the position, not a step. Source: our choice; UWB and beacons tell 1 to 3 m."""
_REVERSAL = 0.75 * pi
"""A turn of more than 135 degrees is turning back. Source: our choice."""
_NEAR_DBM = -75.0
"""A band that is heard weaker is not near. Source: our choice, some 3 to 5 m from a gateway in the open."""
_AT_ONCE = timedelta(seconds=5)
"""Gateways that hear a band within this time hear it at one place, the loudest. Source: our choice."""
_WITH_THE_DOOR = timedelta(seconds=30)
"""Who was at a door within this time of its opening went with it. Source: our choice."""


def on_fixes(
    device: Device,
    fixes: Sequence[Fix],
    exits: Sequence[Exit],
    now: datetime,
    limits: Limits,
    standing: Mapping[AlertClass, Standing] | None = None,
) -> list[Decision]:
    """Decide on the latest positions of one band, oldest first; what stands already is not raised again."""
    known = standing or {}
    fixes = loudest(fixes)
    subject = subject_of(device)
    decisions: list[Decision] = []
    for door in exits:
        if went_out(_since(fixes, known, AlertClass.W2), door, known.get(AlertClass.W2, _NOTHING), limits):
            decisions.append(Raise(AlertClass.W2, subject, Kind.DOOR, "exit_crossed", exit_id=door.exit_id))
            break
    watched = [door for door in exits if is_watched(door, now, limits)]
    linger_at = lingers(_since(fixes, known, AlertClass.W3), watched, now, limits)
    if linger_at is not None:
        decisions.append(Raise(AlertClass.W3, subject, Kind.REPORT, "lingering", exit_id=linger_at.exit_id))
    elif fixes and not any(at_exit(fixes[-1], door, limits) for door in exits):
        decisions.append(Cleared((AlertClass.W3,), subject, Kind.REPORT))
    found = pattern(_since(fixes, known, AlertClass.W4), now, limits)
    if found is not None:
        decisions.append(Raise(AlertClass.W4, subject, Kind.REPORT, str(found)))
    return [one for one in decisions if _is_news(one, known)]


def _is_news(decision: Decision, standing: Mapping[AlertClass, Standing]) -> bool:
    if isinstance(decision, Raise):
        known = standing.get(decision.alert_class, _NOTHING)
        return not known.is_open or known.cleared
    if isinstance(decision, Cleared):
        known = standing.get(decision.classes[0], _NOTHING)
        return known.is_open and not known.cleared
    return True


def _since(
    fixes: Sequence[Fix], standing: Mapping[AlertClass, Standing], alert_class: AlertClass
) -> list[Fix]:
    """Leave out what somebody has seen to already."""
    closed_at = standing.get(alert_class, _NOTHING).closed_at
    return [fix for fix in fixes if closed_at is None or fix.at > closed_at]


def is_watched(door: Exit, now: datetime, limits: Limits) -> bool:
    """Say whether a door is watched now: in its own hours, else at night."""
    if door.watched_from_h is None or door.watched_until_h is None:
        return is_night(now, limits)
    return _within_hours(now, door.watched_from_h, door.watched_until_h)


def is_night(now: datetime, limits: Limits) -> bool:
    """Say whether it is night in Shanghai; the night may go over midnight."""
    return _within_hours(now, limits.night_from_h, limits.night_until_h)


def _within_hours(now: datetime, start: float, end: float) -> bool:
    local = now.astimezone(SHANGHAI)
    hour = local.hour + local.minute / 60
    return start <= hour < end if start <= end else hour >= start or hour < end


def loudest(fixes: Iterable[Fix]) -> list[Fix]:
    """Return positions in order; of gateways that hear a band at the same moment only the loudest counts."""
    kept: list[Fix] = []
    for fix in sorted(fixes, key=lambda one: one.at):
        last = kept[-1] if kept else None
        if (
            last is not None
            and None not in (fix.heard_by, last.heard_by)
            and fix.heard_by != last.heard_by
            and fix.at - last.at <= _AT_ONCE
        ):
            if _loud(fix) > _loud(last):
                kept[-1] = fix
            continue
        kept.append(fix)
    return kept


def _loud(fix: Fix) -> float:
    return _NEAR_DBM if fix.rssi_dbm is None else fix.rssi_dbm


def at_exit(fix: Fix, door: Exit, limits: Limits) -> bool:
    """Say whether a band was at a door: heard near by what watches it, or within `linger_within_m` of it."""
    if fix.heard_by is not None and _loud(fix) < _NEAR_DBM:
        return False
    if fix.heard_by is not None and fix.heard_by == door.watched_by:
        return True
    if fix.x_m is None or fix.y_m is None or door.x_m is None or door.y_m is None:
        return False
    near = hypot(fix.x_m - door.x_m, fix.y_m - door.y_m) <= limits.linger_within_m
    return near and fix.floor_id == door.floor_id


def went_out(fixes: Sequence[Fix], door: Exit, standing: Standing, limits: Limits) -> bool:
    """Say whether a band was at a door that leads outside as it opened, in its watched hours."""
    opened_at = door.opened_at
    if opened_at is None or not door.leads_outside or not is_watched(door, opened_at, limits):
        return False
    if standing.closed_at is not None and opened_at <= standing.closed_at:
        return False
    return any(at_exit(fix, door, limits) and abs(fix.at - opened_at) <= _WITH_THE_DOOR for fix in fixes)


def lingers(fixes: Sequence[Fix], exits: Sequence[Exit], now: datetime, limits: Limits) -> Exit | None:
    """Return the door near which the band has stayed until its last position, for long enough.

    A band that is not heard any more stays nowhere: its last position must be younger than `linger_for`.
    """
    if not fixes or now - fixes[-1].at > limits.linger_for:
        return None
    for door in exits:
        since: datetime | None = None
        for fix in reversed(fixes):
            if not at_exit(fix, door, limits):
                break
            since = fix.at
        if since is not None and fixes[-1].at - since >= limits.linger_for:
            return door
    return None


def pattern(fixes: Sequence[Fix], now: datetime, limits: Limits) -> Pattern | None:
    """Return how somebody walked in the last while, None where it is no pattern.

    Turning back does not count as turning round, so pacing is never taken for lapping.
    """
    turns = _turns([fix for fix in fixes if now - limits.pattern_for <= fix.at <= now])
    if sum(abs(turn) > _REVERSAL for turn in turns) >= 2 * limits.pattern_laps:
        return Pattern.PACING
    if abs(sum(turn for turn in turns if abs(turn) <= _REVERSAL)) >= limits.pattern_laps * 2 * pi:
        return Pattern.LAPPING
    return None


def _turns(fixes: Sequence[Fix]) -> list[float]:
    """Return the change of heading at each step that is longer than the noise, in radians, -pi to pi.

    Another floor begins anew: what is above a room is no step from it.
    """
    kept: list[tuple[float, float]] = []
    floor_id: int | None = None
    for fix in fixes:
        if fix.x_m is None or fix.y_m is None:
            continue
        if fix.floor_id != floor_id:
            kept, floor_id = [], fix.floor_id
        if not kept or hypot(fix.x_m - kept[-1][0], fix.y_m - kept[-1][1]) >= _STEP_M:
            kept.append((fix.x_m, fix.y_m))
    headings = [atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(kept)]
    return [(b - a + pi) % (2 * pi) - pi for a, b in pairwise(headings)]
