"""Alert classes: urgency, first receivers, deadlines and the ladder of each. Pure data.

Figures are defaults (domain rules, class table); an incident keeps the ladder that it was raised with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from model.alerts import AlertClass
from model.people import Role


@dataclass(frozen=True, slots=True)
class Rung:
    """Roles told at the same moment, and how long they have before the next rung is told."""

    roles: tuple[Role, ...]
    wait: timedelta


@dataclass(frozen=True, slots=True)
class ClassRule:
    """What a class demands. `on_scene_within` counts from the raising; None where nobody must go at once."""

    alert_class: AlertClass
    urgency: int
    family: str
    rungs: tuple[Rung, ...]
    on_scene_within: timedelta | None = None
    repeat_every: timedelta | None = None


_MINUTE = timedelta(minutes=1)
_DAY = timedelta(hours=24)
_SHIFT = timedelta(hours=8)
_DUTY = (Role.CARER,)
_CLIMB = (
    Rung((Role.SHIFT_LEADER, Role.HEAD), _MINUTE),
    Rung((Role.TOWNSHIP,), _MINUTE),
    Rung((Role.BUREAU,), 5 * _MINUTE),
)
_REPAIR = (Rung((Role.MAINTENANCE,), _DAY), Rung((Role.HEAD,), _DAY), Rung((Role.BUREAU,), _DAY))

CLASSES: dict[AlertClass, ClassRule] = {
    rule.alert_class: rule
    for rule in (
        # Source: 60 s to answer and 3 min on scene, 微型消防站 公消〔2015〕301号「3分钟到场」, 1-3-5.
        ClassRule(
            AlertClass.F2,
            0,
            "fire",
            (
                Rung((Role.CARER, Role.SHIFT_LEADER, Role.HEAD, Role.BUREAU), _MINUTE),
                Rung((Role.TOWNSHIP,), _MINUTE),
            ),
            on_scene_within=3 * _MINUTE,
            repeat_every=2 * _MINUTE,
        ),
        ClassRule(
            AlertClass.F1,
            1,
            "fire",
            (Rung(_DUTY, _MINUTE), *_CLIMB),
            on_scene_within=3 * _MINUTE,
            repeat_every=5 * _MINUTE,
        ),
        # Source: our choice, after missing-person practice: family in 10 min, police and bureau in 30.
        ClassRule(
            AlertClass.W5,
            2,
            "wristband",
            (Rung((Role.CARER, Role.SHIFT_LEADER, Role.HEAD, Role.BUREAU), _MINUTE),),
            repeat_every=10 * _MINUTE,
        ),
        # Source: a platform calls back within 1 minute of a help call (Panyu, Nancun home, 2017).
        ClassRule(
            AlertClass.W1,
            3,
            "wristband",
            (Rung(_DUTY, _MINUTE), *_CLIMB),
            on_scene_within=3 * _MINUTE,
            repeat_every=5 * _MINUTE,
        ),
        ClassRule(
            AlertClass.W2,
            4,
            "wristband",
            (Rung(_DUTY, _MINUTE), *_CLIMB),
            on_scene_within=10 * _MINUTE,
            repeat_every=5 * _MINUTE,
        ),
        ClassRule(
            AlertClass.W3, 5, "wristband", (Rung(_DUTY, 5 * _MINUTE), Rung((Role.SHIFT_LEADER,), _SHIFT))
        ),
        ClassRule(
            AlertClass.T4,
            6,
            "fault",
            (Rung((Role.HEAD,), _DAY), Rung((Role.BUREAU,), _DAY)),
            repeat_every=_DAY,
        ),
        ClassRule(AlertClass.T1, 7, "fault", _REPAIR),
        ClassRule(AlertClass.T3, 8, "fault", _REPAIR),
        ClassRule(AlertClass.T2, 9, "fault", _REPAIR),
        ClassRule(AlertClass.W6, 10, "wristband", (Rung(_DUTY, _SHIFT), Rung((Role.SHIFT_LEADER,), _SHIFT))),
        ClassRule(AlertClass.W4, 11, "wristband", ()),
        ClassRule(
            AlertClass.R1,
            12,
            "patrol",
            (Rung((Role.HEAD,), _DAY), Rung((Role.TOWNSHIP,), _DAY), Rung((Role.BUREAU,), _DAY)),
        ),
        ClassRule(AlertClass.F3, 13, "test", ()),
        # Told to one person, whatever their role. Source: our choice; ten minutes to look at a phone by day.
        ClassRule(AlertClass.C1, 14, "canary", (Rung(tuple(Role), 10 * _MINUTE),)),
    )
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of the rules; all are settings with these defaults.

    ack_within, scene_within: of F1, F2 and W1, where shorter than the class's own. Source: class table.
    coincidence_within: Source: two-stage alarm with coincidence, 8 min (Polon 4000, variant 8).
    test_for: Source: our choice; a test flag that is stuck longer must not hide a fire.
    late_after: Source: our choice, ten minutes; a late alarm is marked, never dropped.
    mute_for: Source: our choice; a sounder that is silenced longer is a fault of protection.
    offline_grace: Source: our choice within the 100 s of GB 25506; a link that flaps is no fault.
    reopen_for: Source: our choice; a slip of the thumb is noticed within ten minutes.
    owner_for: Source: our choice; who answered half an hour ago is no owner of what begins anew.
    detector_battery_pct, wristband_battery_pct: Source: our choice and the class table (W6: 20 %).
    patrol_every .. inspection_every, night_patrols: Source: see alerts.rules.patrol, which names the clauses.
    linger_for, linger_within_m: Source: our choice; lingering at exit doors is the sign of risk (USF, UWB).
    night_from_h, night_until_h: Source: our choice, hours in Shanghai; when few are there to see a door.
    pattern_for, pattern_laps: Source: our choice after Martino-Saltzman (lapping, pacing) and theta_WD.
    """

    ack_within: timedelta = timedelta(minutes=1)
    scene_within: timedelta = timedelta(minutes=3)
    coincidence_within: timedelta = timedelta(minutes=8)
    test_for: timedelta = timedelta(minutes=10)
    late_after: timedelta = timedelta(minutes=10)
    mute_for: timedelta = timedelta(hours=1)
    offline_grace: timedelta = timedelta(seconds=30)
    detector_battery_pct: float = 10.0
    wristband_battery_pct: float = 20.0
    reopen_for: timedelta = timedelta(minutes=10)
    owner_for: timedelta = timedelta(minutes=30)
    patrol_every: timedelta = timedelta(days=1)
    self_check_every: timedelta = timedelta(days=31)
    drill_every: timedelta = timedelta(days=184)
    equipment_test_every: timedelta = timedelta(days=366)
    inspection_every: timedelta = timedelta(days=366)
    night_patrols: float = 2
    linger_for: timedelta = timedelta(seconds=60)
    linger_within_m: float = 5.0
    night_from_h: float = 21
    night_until_h: float = 6
    pattern_for: timedelta = timedelta(minutes=30)
    pattern_laps: float = 4


def more_urgent(one: AlertClass, other: AlertClass) -> bool:
    """Say whether `one` must be answered before `other`."""
    return CLASSES[one].urgency < CLASSES[other].urgency
