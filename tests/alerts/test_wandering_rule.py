"""Lingering at an exit at night is told; a pattern of walking is noted; walking straight is neither."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.classes import Limits
from alerts.decisions import Cleared, Decision, Raise
from alerts.rules import wandering
from alerts.rules.wandering import Exit, Fix, Pattern, Standing
from model.alerts import AlertClass
from model.clock import SHANGHAI
from model.devices import Device, DeviceKind

NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=SHANGHAI)
LIMITS = Limits()
DOOR = Exit(0, 0)
BAND = Device(
    2,
    "yian",
    "b1",
    "b1",
    DeviceKind.WRISTBAND,
    1,
    5,
    7,
    None,
    None,
    timedelta(minutes=15),
    sleeps=False,
    registered=True,
)
metres = st.floats(-100, 100)


def walk(points: list[tuple[float, float]], every_s: float = 5) -> list[Fix]:
    start = NIGHT - timedelta(seconds=every_s * (len(points) - 1))
    return [Fix(start + timedelta(seconds=every_s * i), x, y) for i, (x, y) in enumerate(points)]


def test_a_minute_at_the_door_is_lingering_and_less_is_not() -> None:
    assert wandering.lingers(walk([(1, 1)] * 13), [DOOR], NIGHT, LIMITS)
    assert not wandering.lingers(walk([(1, 1)] * 12), [DOOR], NIGHT, LIMITS)


def test_who_walked_off_lingers_no_more_and_a_silent_band_is_nowhere() -> None:
    assert not wandering.lingers(walk([*[(1.0, 1.0)] * 30, (20, 0)]), [DOOR], NIGHT, LIMITS)
    assert not wandering.lingers(walk([(1, 1)] * 30), [DOOR], NIGHT + timedelta(minutes=2), LIMITS)


@given(st.lists(st.tuples(metres, metres), max_size=30), metres, metres)
def test_where_the_plan_has_its_origin_changes_nothing(
    points: list[tuple[float, float]], dx: float, dy: float
) -> None:
    whole = [(round(x), round(y)) for x, y in points]
    moved = [(x + round(dx), y + round(dy)) for x, y in whole]
    there = wandering.lingers(walk([*whole]), [DOOR], NIGHT, LIMITS) is not None
    assert there == (
        wandering.lingers(walk([*moved]), [Exit(round(dx), round(dy))], NIGHT, LIMITS) is not None
    )


@given(st.lists(metres, min_size=0, max_size=50), metres)
def test_walking_straight_on_is_never_a_pattern(xs: list[float], y: float) -> None:
    assert wandering.pattern(walk([(x, y) for x in sorted(xs)]), NIGHT, LIMITS) is None


@pytest.mark.parametrize("way", [1, -1])
def test_laps_are_lapping_in_either_direction(way: int) -> None:
    laps = [(10 * cos(way * i * pi / 8), 10 * sin(way * i * pi / 8)) for i in range(16 * 5)]
    assert wandering.pattern(walk(laps), NIGHT, LIMITS) is Pattern.LAPPING
    assert wandering.pattern(walk(laps[: 16 * 3]), NIGHT, LIMITS) is None


def test_to_and_fro_is_pacing() -> None:
    corridor = [(float(x), 0.0) for x in range(0, 20, 4)]
    back_and_forth = [*corridor, *corridor[-2:0:-1]] * 6
    assert wandering.pattern(walk(back_and_forth), NIGHT, LIMITS) is Pattern.PACING


@pytest.mark.parametrize(
    ("hour", "night"), [(20, False), (21, True), (0, True), (5, True), (6, False), (12, False)]
)
def test_the_night_goes_over_midnight(hour: int, night: bool) -> None:
    assert wandering.is_night(NIGHT.replace(hour=hour), LIMITS) is night


@pytest.mark.parametrize(
    ("start", "end", "hour", "watched"),
    [(8, 18, 9, True), (8, 18, 2, False), (0, 24, 2, True), (22, 4, 2, True), (None, None, 2, True)],
)
def test_a_door_with_hours_of_its_own_is_watched_then_else_at_night(
    start: float | None, end: float | None, hour: int, watched: bool
) -> None:
    door = Exit(0, 0, watched_from_h=start, watched_until_h=end)
    assert wandering.is_watched(door, NIGHT.replace(hour=hour), LIMITS) is watched


def test_a_weak_gateway_next_door_does_not_take_a_band_from_the_loud_one() -> None:
    loud, weak = Exit(None, None, watched_by=7), Exit(None, None, watched_by=8)
    heard = [
        Fix(NIGHT - timedelta(seconds=s), None, None, heard_by=by, rssi_dbm=rssi)
        for s in range(0, 70, 10)
        for by, rssi in ((7, -55), (8, -70))
    ]
    fixes = wandering.loudest(heard)
    assert {fix.heard_by for fix in fixes} == {7}
    assert wandering.lingers(fixes, [weak, loud], NIGHT, LIMITS) is loud


def test_the_same_metres_on_another_floor_are_not_at_the_door() -> None:
    door = Exit(0, 0, floor_id=1)
    assert not wandering.at_exit(Fix(NIGHT, 1, 1, floor_id=2), door, LIMITS)
    assert wandering.at_exit(Fix(NIGHT, 1, 1, floor_id=1), door, LIMITS)


@pytest.mark.parametrize(
    ("apart_s", "outside", "out"), [(0, True, True), (31, True, False), (0, False, False)]
)
def test_who_was_at_a_door_as_it_opened_went_with_it(apart_s: int, outside: bool, out: bool) -> None:
    door = Exit(0, 0, leads_outside=outside, opened_at=NIGHT - timedelta(seconds=apart_s))
    assert wandering.went_out([Fix(NIGHT, 1, 1)], door, Standing(), LIMITS) is out


steps = st.lists(st.tuples(st.sampled_from([0.0, 3.0, 9.0, 40.0]), st.sampled_from([0.0, 4.0])), max_size=40)


@given(steps, st.lists(st.sampled_from(["tick", "open", "resolve"]), max_size=40))
def test_in_any_order_nothing_is_raised_while_it_stands_nor_twice_for_the_same_steps(
    points: list[tuple[float, float]], acts: list[str]
) -> None:
    """The rule beside a model of the alerts: what stands is never raised again, what is over is cleared once."""
    fixes = walk(points)
    door = Exit(0, 0)
    standing: dict[AlertClass, Standing] = {}
    raised_after: dict[AlertClass, datetime] = {}
    for index, act in enumerate(acts):
        now = NIGHT - timedelta(seconds=5 * max(0, len(acts) - 1 - index))
        seen = [fix for fix in fixes if fix.at <= now]
        if act == "open":
            door = Exit(0, 0, opened_at=now)
        if act == "resolve":
            standing = {each: Standing(closed_at=now) for each in standing}
            raised_after = dict.fromkeys(standing, now)
        decisions: list[Decision] = wandering.on_fixes(BAND, seen, [door], now, LIMITS, standing)
        for decision in decisions:
            if isinstance(decision, Raise):
                known = standing.get(decision.alert_class, Standing())
                assert not known.is_open or known.cleared
                closed_at = raised_after.get(decision.alert_class)
                assert closed_at is None or any(fix.at > closed_at for fix in seen)
                standing[decision.alert_class] = Standing(is_open=True, closed_at=known.closed_at)
            else:
                assert isinstance(decision, Cleared)
                [over] = decision.classes
                assert standing[over].is_open
                assert not standing[over].cleared
                standing[over] = Standing(is_open=True, cleared=True, closed_at=standing[over].closed_at)
        # Asked once more about the same, it has nothing to add.
        assert wandering.on_fixes(BAND, seen, [door], now, LIMITS, standing) == []


def test_who_stands_still_does_not_pace_however_much_the_position_trembles() -> None:
    trembling = [(10.0 + 2 * (i % 2), 4.0) for i in range(200)]
    assert wandering.pattern(walk(trembling), NIGHT, LIMITS) is None
