"""What people must do by a date, and have not: patrols, checks, drills, tests, hazards (R1). Pure.

Class R1, judged every morning; the head is told first, a day later the township, then the bureau. A major
hazard (重大隐患) goes to all three at once. Only what a home has begun to record is judged, hazards always: a
ledger that nobody keeps says nothing about patrols, and the report prints it as missing.
Source: 消防法 第16条(三) (installations tested once a year), 第17条(三) (daily fire patrol with record);
公安部令第61号 第25条 (night patrols in homes for the old), 第26条 (monthly check); 养老机构管理办法 第38条
(the bureau inspects at least once a year); star-rating form items 20 (two drills a year), 21 (monthly
self-check), 47 (two patrols a night); 安全生产法 第41条 (hazards are followed until they are closed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from alerts.classes import Limits

_ONE_DAY = timedelta(days=1)


class Task(StrEnum):
    """What is done again and again; the names are those of the records (inspections.kind)."""

    PATROL = "patrol"  # 白天巡查
    NIGHT_PATROL = "night_patrol"  # 夜间巡查
    SELF_CHECK = "self"  # 月度自查
    DRILL = "drill"  # 演练
    EQUIPMENT_TEST = "equipment_test"  # 消防设施检测
    INSPECTION = "bureau"  # 民政检查


@dataclass(frozen=True, slots=True)
class OpenHazard:
    """A hazard that is not closed, with the last day it may be open."""

    hazard_id: int
    major: bool
    deadline_on: date


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a home's records say in the morning: last days of each task, last night's patrols, open hazards.

    A task that was never recorded is absent from `last_on`, and `insured_until` is None without any policy.
    `night_patrols` counts those of the night that
    ended this morning: records of yesterday evening and of today, before dawn.
    """

    last_on: Mapping[Task, date]
    night_patrols: int = 0
    hazards: tuple[OpenHazard, ...] = ()
    insured_until: date | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that was due on `due_on` and is not done; `what` is its subject within the home."""

    what: str
    reason: str
    due_on: date
    major: bool = False


def every(limits: Limits) -> dict[Task, timedelta]:
    """Return the longest time between two records of a task; a month has 31 days and a year 366."""
    return {
        Task.PATROL: limits.patrol_every,
        Task.SELF_CHECK: limits.self_check_every,
        Task.DRILL: limits.drill_every,
        Task.EQUIPMENT_TEST: limits.equipment_test_every,
        Task.INSPECTION: limits.inspection_every,
    }


def overdue(ledger: Ledger, today: date, limits: Limits) -> list[Overdue]:
    """Return what is overdue on the morning of `today`; what is due today is in time until its end."""
    found = [
        Overdue(task, f"overdue_{task}", ledger.last_on[task] + longest)
        for task, longest in every(limits).items()
        if task in ledger.last_on and ledger.last_on[task] + longest < today
    ]
    if Task.NIGHT_PATROL in ledger.last_on and ledger.night_patrols < limits.night_patrols:
        found.append(Overdue(Task.NIGHT_PATROL, f"overdue_{Task.NIGHT_PATROL}", today - _ONE_DAY))
    if ledger.insured_until is not None and ledger.insured_until < today:
        found.append(Overdue("insurance", "overdue_insurance", ledger.insured_until))
    found += [
        Overdue(
            f"hazard:{one.hazard_id}",
            "overdue_major_hazard" if one.major else "overdue_hazard",
            one.deadline_on,
            one.major,
        )
        for one in ledger.hazards
        if one.deadline_on < today
    ]
    return found
