"""What people record in the year: inspections, hazards, projects, training and patrols. Pure."""

from __future__ import annotations

from simulators.year.duty import add_duty
from simulators.year.made import Home, Year

_OFFICES = ("应急", "公安", "消防", "住建", "市监", "供电")


def add_registers(year: Year) -> None:
    """Add every register that is kept by hand."""
    for home in year.homes:
        _hazards(year, home)
        _checks(year, home)
        if home.filed and year.watched_until(home):
            _projects(year, home)
            add_duty(year, home)
    _training(year)


def _hazards(year: Year, home: Home) -> None:
    r = year.random
    if not home.filed:
        how = _hazard(
            year,
            home,
            "unlicensed",
            "major",
            r.randrange(0, 60),
            200,
            r.choice(("retrofitted", "closed_down", "rectified", None)),
        )[0]
        ends = {
            "retrofitted": "retrofitted",
            "closed_down": "closed",
            "rectified": "rectified",
            None: "pending",
        }
        year.note(
            home,
            no_sprinkler_unlisted=not home.sprinkler,
            unlicensed_targeted=1,
            **{f"unlicensed_{ends[how]}": 1},
        )
        return
    if not year.watched_until(home):
        return
    for _ in range(r.randrange(0, 5)):
        how = "rectified" if r.random() < 0.8 else None
        grade = r.choice(("general", "general", "major"))
        _hazard(year, home, "other", grade, r.randrange(-30, 100), 30, how)
    if home.kind == "民办" and not home.sprinkler and year.is_open(home):
        if r.random() < 0.9:
            wanted = "retrofitted" if r.random() < 0.6 else None
            how, in_time = _hazard(year, home, "no_sprinkler", "general", r.randrange(0, 60), 100, wanted)
            year.note(home, no_sprinkler=1, no_sprinkler_done=how is not None, no_sprinkler_in_time=in_time)
        else:
            year.note(home, no_sprinkler_unlisted=1)


def _hazard(
    year: Year, home: Home, kind: str, grade: str, day: int, given: int, how: str | None
) -> tuple[str | None, bool]:
    """Add a hazard; say how it was closed, if it was, and whether in time. None is closed before the year."""
    took = given + year.random.choice((-20, 0, 10))
    took = max(took, -day)
    if day + took >= year.days:
        how = None
    year.add(
        "hazards", home_id=home.number, found_on=year.on(day), grade=grade, kind=kind, description="检查发现",
        deadline_on=year.on(day + given), closed_on=year.on(day + took) if how else None, closed_how=how,
    )  # fmt: skip
    in_time = how is not None and took <= given
    year.note(
        home,
        hazards_found=day >= 0,
        hazards_closed=day >= 0 and how is not None,
        hazards_major=grade == "major",
        hazards_major_open=grade == "major" and how is None,
        hazards_due=how is not None or day + given < year.days - 1,
        hazards_due_closed=in_time,
    )
    return how, in_time


def _check(
    year: Year, home: Home, kind: str, day: int, offices: tuple[str, ...] = (), *, night: bool = False
) -> None:
    year.add(
        "inspections", home_id=home.number, done_on=year.on(day), kind=kind, departments=list(offices),
        at_night=night,
    )  # fmt: skip


def _checks(year: Year, home: Home) -> None:
    r, days = year.random, year.open_days(home)
    months = year.on(days - 1).month if days else 0
    year.note(
        home,
        patrol_due=days,
        night_patrol_due=2 * days,
        self_check_due=months,
        drill_due=(months + 5) // 6,
        equipment_test_due=days > 0,
    )
    if not days:
        return
    joint = r.choices((0, 1, 2), (1, 2, 2))[0]
    bureau = r.random() < 0.9
    for _ in range(joint):
        _check(year, home, "joint", r.randrange(days), tuple(r.sample(_OFFICES, 3)))
    if bureau:
        _check(year, home, "bureau", r.randrange(days))
    year.note(
        home,
        joint_inspections=joint,
        joint_homes=joint > 0,
        official=joint > 0 or bureau,
        inspected=(joint > 0 or bureau) and year.is_open(home),
    )
    if not home.filed:
        return
    for day in range(days):
        by_day, by_night = r.choices((0, 1, 2), (1, 30, 3))[0], r.choices((1, 2, 3), (1, 30, 2))[0]
        for _ in range(by_day):
            _check(year, home, "patrol", day)
        for _ in range(by_night):
            _check(year, home, "patrol", day, night=True)
        year.note(home, patrol_done=min(by_day, 1), night_patrol_done=min(by_night, 2))
    for month in range(1, months + 1):
        first = year.day_of(year.first_on.replace(month=month))
        if r.random() < 0.9:
            _check(year, home, "self", first)
            year.note(home, self_check_done=1)
        if month in (1, 7) and r.random() < 0.8:
            _check(year, home, "drill", first)
            year.note(home, drill_done=1)
    if r.random() < 0.8:
        _check(year, home, "equipment_test", r.randrange(days))
        year.note(home, equipment_test_done=1)


def _projects(year: Year, home: Home) -> None:
    r = year.random
    if r.random() > 0.3:
        return
    done = year.day_of(year.first_on.replace(month=r.randrange(3, 8), day=r.choice((12, 21))))
    accepted = r.random() < 0.7
    yuan = r.randrange(50_000, 2_000_000)
    year.add(
        "projects", home_id=home.number, kind=r.choice(("fire_system", "sprinkler")), name="消防改造",
        investment_yuan=yuan, started_on=year.on(done - 60), completed_on=year.on(done),
        accepted_on=year.on(done + 20) if accepted else None,
    )  # fmt: skip
    year.note(home, projects_done=1, invested=yuan)
    day = year.on(done)
    money = f"{yuan / 10_000:.4f}".rstrip("0").rstrip(".")
    passed = "并通过消防备案" if accepted else ""
    told = f"{home.name}{day.month}月{day.day}日已完成消防设施改造{passed}，投资{money}万元"
    for notes in year.notes(home):
        notes.projects.append(told)


def _training(year: Year) -> None:
    places = [None, year.chosen, *year.random.choices(year.watched, k=year.random.randrange(3, 18))]
    for home in places:
        attendees = year.random.randrange(10, 90)
        held = year.on(year.random.randrange(year.days))
        where = None if home is None else home.number
        year.add("trainings", home_id=where, held_on=held, topic="消防", attendees=attendees)
        year.note(home, training_sessions=1, training_attendees=attendees)
    year.add("trainings", home_id=None, held_on=year.on(-1), topic="上一年的", attendees=500)
    year.add("targets", year=year.year, name="training_attendees", value=200)
