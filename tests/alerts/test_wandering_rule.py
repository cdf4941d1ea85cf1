"""Lingering at an exit at night is told; a pattern of walking is noted; walking straight is neither."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.classes import Limits
from alerts.rules import wandering
from alerts.rules.wandering import Exit, Fix, Pattern
from model.clock import SHANGHAI

NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=SHANGHAI)
LIMITS = Limits()
DOOR = Exit(0, 0)
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
    assert wandering.lingers(walk([*whole]), [DOOR], NIGHT, LIMITS) == wandering.lingers(
        walk([*moved]), [Exit(round(dx), round(dy))], NIGHT, LIMITS
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
