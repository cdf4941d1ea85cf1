"""Figures over the registers that people keep: homes, inspections, hazards, patrols, training. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from compliance.counting import Counting, homes_where, open_homes, within
from compliance.figures import Figure, Unit, unknown
from model.compliance import HazardRow, HomeRow, InspectionRow

NIGHT_PATROLS = 2
"""Source: star-rating form item 47: 夜间防火巡查不少于两次."""
OPEN = "open"


def registry(c: Counting) -> list[Figure]:
    """Homes on the register (备案), new, cancelled, and those of last year. S11."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    filed = [
        home
        for home in c.counted.homes
        if (home.registration_no if home.registered_on is None else home.registered_on <= end)
    ]
    dated = [home for home in filed if home.registered_on is not None]

    def of(key: str, label: str, keep: Callable[[HomeRow], bool], rows: Sequence[HomeRow]) -> Figure:
        if not filed:
            return unknown(key, label, Unit.HOMES, c.as_of, c.evidence("homes", "homes"), "没有备案登记数据")
        return c.rows(key, label, homes_where(rows, keep), Unit.HOMES, "homes", "homes")

    return [
        of("filed_new", "新增备案养老机构", lambda home: within(home.registered_on, start, end), dated),
        of(
            "filed_total",
            "期末备案养老机构",
            lambda home: home.closed_on is None or home.closed_on > end,
            filed,
        ),
        of("filed_cancelled", "本期注销备案", lambda home: within(home.closed_on, start, end), filed),
        of(
            "filed_last",
            "上期末备案养老机构",
            lambda home: (
                home.registered_on < start and (home.closed_on is None or home.closed_on >= start)
                if home.registered_on
                else False
            ),
            dated,
        ),
        of("filed_undated", "备案日期不详", lambda home: home.registered_on is None, filed),
        c.rows(
            "homes_open",
            "期末开办养老机构",
            homes_where(open_homes(c), lambda _: True),
            Unit.HOMES,
            "homes",
            "homes",
        ),
    ]


def facilities(c: Counting) -> list[Figure]:
    """Micro fire stations (S2) and completed retrofit projects (S4)."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    homes, projects = c.counted.homes, c.counted.projects
    fire = [one for one in projects if one.kind in ("fire_system", "sprinkler")]
    paid = [one.investment_yuan for one in fire]
    proof = c.evidence("projects", "projects", [one.project_id for one in fire])
    known = [one for one in paid if one is not None]
    total = sum(known) / 10_000 if fire and len(known) == len(paid) else None
    return [
        c.rows(
            "micro_station_built",
            "建立养老机构微型消防站",
            homes_where(homes, lambda home: within(home.micro_station_on, start, end)),
            Unit.DEVICES,
            "homes",
            "homes",
        ),
        c.rows(
            "micro_station_total",
            "现有养老机构微型消防站",
            homes_where(
                open_homes(c), lambda home: home.micro_station_on is not None and home.micro_station_on <= end
            ),
            Unit.DEVICES,
            "homes",
            "homes",
        ),
        c.rows(
            "projects_done",
            "完成消防设施改造项目",
            [one.project_id for one in fire],
            Unit.ITEMS,
            "projects",
            "projects",
        ),
        c.value(
            "projects_investment",
            "消防设施改造投资",
            total,
            Unit.WAN_YUAN,
            proof,
            places=4,
            why="没有完工的改造项目" if not fire else "有项目没有登记投资额",
        ),
    ]


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


def unlicensed(c: Counting) -> list[Figure]:
    """Unlicensed homes that were targeted, and how each of them ended (S6-S8)."""
    end = c.counted.period.end_on
    targeted = _latest(c.counted.hazards, "unlicensed").values()

    def of(state: str) -> list[HazardRow]:
        return [row for row in targeted if _state(row, end) == state]

    return [
        _hazards(c, "unlicensed_targeted", "集中整治无证养老机构", targeted),
        _hazards(c, "unlicensed_retrofitted", "无证机构完成消防系统改造", of("retrofitted")),
        _hazards(c, "unlicensed_closed", "无证机构关停", of("closed_down")),
        _hazards(c, "unlicensed_rectified", "无证机构以其他方式整改到位", of("rectified")),
        _hazards(c, "unlicensed_pending", "无证机构正在整治", of(OPEN)),
    ]


def sprinklers(c: Counting) -> list[Figure]:
    """Private homes without sprinklers, those that have them by now, and in time (S9)."""
    end = c.counted.period.end_on
    listed = [row for row in _latest(c.counted.hazards, "no_sprinkler").values() if row.home_kind == "民办"]
    done = [row for row in listed if _state(row, end) != OPEN]
    in_time = [row for row in done if _in_time(row)]
    on_list = {row.home_id for row in listed}
    not_listed = homes_where(
        open_homes(c),
        lambda home: home.kind == "民办" and home.sprinkler is False and home.home_id not in on_list,
    )
    return [
        _hazards(c, "no_sprinkler", "没有安装消防喷淋系统的民办养老机构", listed),
        _hazards(c, "no_sprinkler_done", "喷淋已完成安装", done),
        _hazards(c, "no_sprinkler_in_time", "喷淋按时间节点完成", in_time),
        c.rows(
            "no_sprinkler_unlisted",
            "未列入整治清单的无喷淋民办机构",
            not_listed,
            Unit.HOMES,
            "homes",
            "homes",
        ),
        c.share(
            "sprinkler_rate",
            "喷淋节点完成率",
            len(in_time),
            len(listed),
            c.evidence("hazards", "hazards", sorted(row.hazard_id for row in listed)),
            1.0,
            "没有喷淋整治清单",
        ),
    ]


def hazards(c: Counting) -> list[Figure]:
    """Hazards found and rectified, in time, and the major ones (indicator 9)."""
    end, rows = c.counted.period.end_on, c.counted.hazards
    found = [row for row in rows if row.found_on >= c.counted.period.start_on]
    due = [row for row in rows if _is_due(row, end)]
    in_time = [row for row in due if row.closed_on is not None and row.closed_on <= end and _in_time(row)]
    major = [row for row in rows if row.grade == "major"]
    closed = [row for row in found if _state(row, end) != OPEN]
    return [
        _hazards(c, "hazards_found", "排查发现隐患", found, Unit.SPOTS),
        _hazards(c, "hazards_closed", "隐患已整改", closed, Unit.SPOTS),
        c.share(
            "hazards_in_time",
            "隐患整改率",
            len(in_time),
            len(due),
            c.evidence("hazards", "hazards", sorted(row.hazard_id for row in due)),
            1.0,
            "没有到期的隐患整改任务",
        ),
        _hazards(c, "hazards_major", "重大隐患", major, Unit.SPOTS),
        _hazards(
            c,
            "hazards_major_open",
            "未清零重大隐患",
            [row for row in major if _state(row, end) == OPEN],
            Unit.SPOTS,
        ),
    ]


def _hazards(
    c: Counting, key: str, label: str, found: Iterable[HazardRow], unit: Unit = Unit.HOMES
) -> Figure:
    return c.rows(key, label, sorted(row.hazard_id for row in found), unit, "hazards", "hazards")


def _state(row: HazardRow, end: date) -> str:
    """Return how a hazard was closed by the end of the period, or that it was not."""
    return row.closed_how or OPEN if row.closed_on is not None and row.closed_on <= end else OPEN


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


def people(c: Counting) -> list[Figure]:
    """Training (10, S12) and 24-hour duty."""
    rows, duty = c.counted.trainings, c.counted.duty
    proof = c.evidence("trainings", "trainings", [row.training_id for row in rows])
    return [
        c.rows(
            "training_sessions",
            "培训期数",
            [row.training_id for row in rows],
            Unit.SESSIONS,
            "trainings",
            "trainings",
        ),
        c.value(
            "training_attendees",
            "培训人数",
            float(sum(row.attendees for row in rows)),
            Unit.PEOPLE,
            proof,
        ),
        c.share(
            "duty_rate",
            "24小时值班覆盖率",
            duty.covered_s if duty.turns else None,
            duty.due_s,
            c.evidence("duty_sum", "duties"),
            1.0,
            "没有排班数据",
        ),
    ]


def _latest(rows: Iterable[HazardRow], kind: str) -> dict[int, HazardRow]:
    """One hazard per home, since homes are counted: the one found last decides."""
    found: dict[int, HazardRow] = {}
    for row in sorted(rows, key=lambda row: (row.found_on, row.hazard_id)):
        if row.kind == kind:
            found[row.home_id] = row
    return found


def _in_time(row: HazardRow) -> bool:
    return row.closed_on is not None and (row.deadline_on is None or row.closed_on <= row.deadline_on)


def _is_due(row: HazardRow, end: date) -> bool:
    closed = row.closed_on is not None and row.closed_on <= end
    return closed or (row.deadline_on is not None and row.deadline_on < end)


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
