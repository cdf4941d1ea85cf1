"""Figures over inspections: what the offices looked at, and what a home did of what is due. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from compliance.counting import Counting, open_homes
from compliance.figures import Figure, Unit
from model.compliance import InspectionRow

NIGHT_PATROLS = 2
"""Source: star-rating form item 47: 夜间防火巡查不少于两次."""


def enforcement(c: Counting) -> list[Figure]:
    """Joint inspections (S5), inspected homes (S15)."""
    inspections = c.counted.inspections
    joint = [one for one in inspections if one.kind == "joint"]
    official = [one for one in inspections if one.kind in ("joint", "bureau")]
    seen = {one.home_id for one in official}
    opened = {home.home_id for home in open_homes(c)}
    proof = c.evidence("inspections", "inspections", [one.inspection_id for one in official])
    return [
        c.rows(
            "joint_inspections",
            "开展联合执法检查",
            [one.inspection_id for one in joint],
            Unit.TIMES,
            "inspections",
            "inspections",
        ),
        c.rows(
            "joint_homes",
            "联合执法检查覆盖养老机构",
            sorted({one.home_id for one in joint}),
            Unit.HOMES,
            "inspections",
            "homes",
        ),
        c.share(
            "inspected_rate",
            "排查覆盖率",
            len(seen & opened) if official else None,
            len(opened),
            proof,
            1.0,
            "没有检查记录",
        ),
    ]


def patrols(c: Counting) -> list[Figure]:
    """Patrols, self-checks, drills and tests: done beside due (6); more than due in one slot counts once."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    rows = c.counted.inspections
    open_days = [
        (home.home_id, max(start, home.opened_on or start), min(end, home.closed_on or end))
        for home in c.counted.homes
    ]
    made: list[Figure] = []
    for key, label, kind, slot, per_slot in (
        ("patrol_rate", "白天巡查完成率", "patrol", _by_day, 1),
        ("night_patrol_rate", "夜间巡查完成率", "night_patrol", _by_day, NIGHT_PATROLS),
        ("self_check_rate", "月度自查完成率", "self", _by_month, 1),
        ("drill_rate", "半年演练完成率", "drill", _by_half, 1),
        ("equipment_test_rate", "消防设施年度检测率", "equipment_test", _by_year, 1),
    ):
        done_rows = [one for one in rows if one.kind == kind]
        proof = c.evidence("inspections", "inspections", [one.inspection_id for one in done_rows])
        if not done_rows:
            made.append(c.share(key, label, None, None, proof, 1.0, "没有记录"))
            continue
        due = sum(len(_slots(first, last, slot)) * per_slot for _, first, last in open_days if first <= last)
        made.append(c.share(key, label, _done(done_rows, slot, per_slot), due, proof, 1.0, "没有记录"))
    return made


def _by_day(day: date) -> tuple[int, ...]:
    return (day.toordinal(),)


def _by_month(day: date) -> tuple[int, ...]:
    return (day.year, day.month)


def _by_half(day: date) -> tuple[int, ...]:
    return (day.year, (day.month - 1) // 6)


def _by_year(day: date) -> tuple[int, ...]:
    return (day.year,)


def _slots(first: date, last: date, slot: Callable[[date], tuple[int, ...]]) -> set[tuple[int, ...]]:
    return {slot(first + timedelta(days=day)) for day in range((last - first).days + 1)}


def _done(rows: Iterable[InspectionRow], slot: Callable[[date], tuple[int, ...]], per_slot: int) -> int:
    counts: dict[tuple[int, ...], int] = {}
    for row in rows:
        key = (row.home_id, *slot(row.done_on))
        counts[key] = counts.get(key, 0) + 1
    return sum(min(number, per_slot) for number in counts.values())
