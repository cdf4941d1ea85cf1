"""Lingering at an exit at night (W3) and walking in circles or to and fro (W4), from positions. Pure.

W3 goes to the carer on duty, five minutes later to the shift leader. W4 is a note for the care plan, read at
the next handover: nobody is called, since who gets lost seldom circled before (BMC Geriatrics 11:28).
Source: lingering at exit doors is the sign of risk (UWB study, USF); travel patterns direct, pacing, lapping,
random (Martino-Saltzman); a loop is complete at a turn of 360 degrees (theta_WD).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from math import atan2, hypot, pi

from alerts.classes import Limits
from alerts.decisions import Decision, Raise, subject_of
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
    """Where a band was, in metres on the plan of its home."""

    at: datetime
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Exit:
    """A door that leads out, in metres on the same plan."""

    x_m: float
    y_m: float


_STEP_M = 1.0
"""A shorter move is noise of the position. Source: our choice; UWB and beacons tell 1 to 3 m."""
_REVERSAL = 0.75 * pi
"""A turn of more than 135 degrees is turning back. Source: our choice."""


def on_fixes(
    device: Device, fixes: Sequence[Fix], exits: Sequence[Exit], now: datetime, limits: Limits
) -> list[Decision]:
    """Decide on the latest positions of one band, the oldest first."""
    decisions: list[Decision] = []
    if is_night(now, limits) and lingers(fixes, exits, now, limits):
        decisions.append(Raise(AlertClass.W3, subject_of(device), Kind.REPORT, "lingering"))
    found = pattern(fixes, now, limits)
    if found is not None:
        decisions.append(Raise(AlertClass.W4, subject_of(device), Kind.REPORT, str(found)))
    return decisions


def is_night(now: datetime, limits: Limits) -> bool:
    """Say whether it is night in Shanghai; the night may go over midnight."""
    local = now.astimezone(SHANGHAI)
    hour = local.hour + local.minute / 60
    start, end = limits.night_from_h, limits.night_until_h
    return start <= hour < end if start <= end else hour >= start or hour < end


def lingers(fixes: Sequence[Fix], exits: Sequence[Exit], now: datetime, limits: Limits) -> bool:
    """Say whether the band has stayed near one exit until its last position, for long enough.

    A band that is not heard any more stays nowhere: its last position must be younger than `linger_for`.
    """
    if not fixes or now - fixes[-1].at > limits.linger_for:
        return False
    for door in exits:
        since: datetime | None = None
        for fix in reversed(fixes):
            if hypot(fix.x_m - door.x_m, fix.y_m - door.y_m) > limits.linger_within_m:
                break
            since = fix.at
        if since is not None and fixes[-1].at - since >= limits.linger_for:
            return True
    return False


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
    """Return the change of heading at each step that is longer than the noise, in radians, -pi to pi."""
    kept: list[Fix] = []
    for fix in fixes:
        if not kept or hypot(fix.x_m - kept[-1].x_m, fix.y_m - kept[-1].y_m) >= _STEP_M:
            kept.append(fix)
    headings = [atan2(b.y_m - a.y_m, b.x_m - a.x_m) for a, b in pairwise(kept)]
    return [(b - a + pi) % (2 * pi) - pi for a, b in pairwise(headings)]
