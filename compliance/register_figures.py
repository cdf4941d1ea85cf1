"""Figures over the registers of homes: registration, retrofits, training and duty. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compliance.counting import Counting, homes_where, open_homes, within
from compliance.figures import Figure, Unit, unknown
from model.compliance import HomeRow


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
