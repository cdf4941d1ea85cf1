"""Which threshold applies where and when: the most specific change that is in effect wins. Pure.

A device's setting goes before its zone's, then its home's, then the county's, then the default. What is about
fire and calls for help can be made stricter, never laxer than the clause that it comes from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.classes import Limits
from model.errors import BadInput

SCOPES = ("county", "home", "zone", "device")
"""From the least to the most specific."""


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that somebody changed for one scope from `effective_at` on; None takes it back."""

    name: str
    scope: str
    target: int | None
    value: float | None
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class Where:
    """What a threshold is asked for; None where there is none."""

    home_id: int | None = None
    zone_id: int | None = None
    device_id: int | None = None

    def of(self, scope: str) -> int | None:
        """Return the number that a change of this scope must name to apply here."""
        return {"home": self.home_id, "zone": self.zone_id, "device": self.device_id}.get(scope)


@dataclass(frozen=True, slots=True)
class Bound:
    """Between which values a setting may lie (seconds for a duration), and why."""

    least: float
    most: float
    why: str


_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0

BOUNDS: dict[str, Bound] = {
    "ack_within": Bound(10, _MINUTE, "60 s to answer: 1-3-5, class table F1 and W1"),
    "scene_within": Bound(30, 3 * _MINUTE, "3 min to the scene: 公消〔2015〕301号"),
    "coincidence_within": Bound(
        3 * _MINUTE, _HOUR, "a second device counts at least until somebody is there"
    ),
    "test_for": Bound(0, 10 * _MINUTE, "a test flag must not hide a fire for longer"),
    "late_after": Bound(10, _HOUR, "GB 26875.1: a fire alarm is there within 10 s"),
    "mute_for": Bound(_MINUTE, _HOUR, "消防法 第60条: installations are not switched off"),
    "offline_grace": Bound(0, 100, "GB 25506: a fault is shown within 100 s"),
    "detector_battery_pct": Bound(5, 50, "below 5 % a detector may die before its daily report"),
    "wristband_battery_pct": Bound(5, 80, "below 5 % a band may die within the shift"),
    "reopen_for": Bound(0, _HOUR, "a slip of the thumb"),
    "owner_for": Bound(_MINUTE, 2 * _HOUR, "who answered long ago is no owner"),
    "patrol_every": Bound(_HOUR, _DAY, "消防法 第17条(三): daily"),
    "self_check_every": Bound(_DAY, 31 * _DAY, "公安部令第61号 第26条: monthly"),
    "drill_every": Bound(_DAY, 184 * _DAY, "two drills a year"),
    "equipment_test_every": Bound(_DAY, 366 * _DAY, "消防法 第16条(三): yearly"),
    "inspection_every": Bound(_DAY, 366 * _DAY, "养老机构管理办法 第38条: at least once a year"),
    "night_patrols": Bound(2, 24, "at least two in a night"),
    "linger_for": Bound(10, _HOUR, "shorter is walking past a door"),
    "linger_within_m": Bound(1, 50, "what a position can tell"),
    "night_from_h": Bound(0, 24, "hour of the day in Shanghai"),
    "night_until_h": Bound(0, 24, "hour of the day in Shanghai"),
    "pattern_for": Bound(5 * _MINUTE, 12 * _HOUR, "a pattern needs time to show"),
    "pattern_laps": Bound(2, 100, "one turn is no pattern"),
}


def check(name: str, value: float | None) -> None:
    """Refuse a value that a setting may not have, or a setting that there is not. Raises BadInput."""
    if name not in BOUNDS:
        raise BadInput("NAME", f"其中之一 one of {', '.join(sorted(BOUNDS))}", name)
    bound = BOUNDS[name]
    if value is not None and not bound.least <= value <= bound.most:
        raise BadInput(
            name,
            f"{bound.least:g} 至 {bound.most:g} from {bound.least:g} to {bound.most:g} ({bound.why})",
            value,
        )


def resolve(changes: Iterable[Change], where: Where, at: datetime, defaults: Limits) -> Limits:
    """Return the thresholds that apply there and then; a value outside its bounds is held at the bound."""
    latest: dict[tuple[str, str], Change] = {}
    for one in changes:
        applies = one.scope == "county" or (one.target is not None and one.target == where.of(one.scope))
        key = (one.name, one.scope)
        if applies and one.effective_at <= at and one.name in BOUNDS:
            before = latest.get(key)
            if before is None or before.effective_at <= one.effective_at:
                latest[key] = one
    found: dict[str, Any] = {}
    for scope in SCOPES:
        for (name, of), one in latest.items():
            if of == scope and one.value is not None:
                found[name] = _held(defaults, name, one.value)
    return dataclasses.replace(defaults, **found) if found else defaults


def _held(defaults: Limits, name: str, value: float) -> float | timedelta:
    number = min(max(value, BOUNDS[name].least), BOUNDS[name].most)
    return timedelta(seconds=number) if isinstance(getattr(defaults, name), timedelta) else number
