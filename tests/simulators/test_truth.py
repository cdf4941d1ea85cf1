"""Scoring: one expectation, one alert, and the best matching there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from model.alerts import AlertClass
from simulators.truth import Expected, Found, fits, score

T0 = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)


def expected(
    device: str, after_s: float = 0, within_s: float = 5, of: AlertClass = AlertClass.F1
) -> Expected:
    return Expected(of, T0 + timedelta(seconds=after_s), timedelta(seconds=within_s), device)


def found(number: int, device: str, at_s: float, of: AlertClass = AlertClass.F1) -> Found:
    return Found(number, of, T0 + timedelta(seconds=at_s), device, "home")


wants = st.lists(st.builds(expected, st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 5)), max_size=5)
finds = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 14)), max_size=5).map(
    lambda given: [found(number, device, at_s) for number, (device, at_s) in enumerate(given)]
)


def test_an_alert_in_time_is_matched() -> None:
    result = score([expected("d1")], [found(1, "d1", 4.9)])
    assert len(result.matched) == 1
    assert not result.missed
    assert not result.unexpected


def test_an_alert_that_is_late_is_missed_and_unexpected() -> None:
    result = score([expected("d1")], [found(1, "d1", 5.1)])
    assert len(result.missed) == len(result.unexpected) == 1


def test_a_second_alert_for_one_cause_is_unexpected() -> None:
    result = score([expected("d1")], [found(1, "d1", 1), found(2, "d1", 2)])
    assert len(result.matched) == len(result.unexpected) == 1


def test_another_class_or_device_does_not_count() -> None:
    assert not fits(expected("d1"), found(1, "d2", 1))
    assert not fits(expected("d1"), found(1, "d1", 1, AlertClass.F2))


def test_a_zone_is_matched_by_the_path_of_its_place() -> None:
    zone = ("主楼", "一层", "东区")
    wanted = Expected(AlertClass.F2, T0, timedelta(seconds=5), home="h", zone=zone)
    there = Found(1, AlertClass.F2, T0, None, "h", zone)
    assert fits(wanted, there)
    assert not fits(wanted, Found(1, AlertClass.F2, T0, None, "h", (*zone[:2], "西区")))
    assert not fits(wanted, Found(1, AlertClass.F2, T0, None, "other", zone))


# Nothing is counted twice and nothing is lost.
@given(wants, finds)
def test_everything_is_matched_or_left_over_once(wanted: list[Expected], there: list[Found]) -> None:
    result = score(wanted, there)
    assert len(result.matched) + len(result.missed) == len(wanted)
    assert len(result.matched) + len(result.unexpected) == len(there)
    assert all(fits(one, other) for one, other in result.matched)


# No other assignment would match more.
@given(wants, finds)
def test_the_matching_is_the_best_there_is(wanted: list[Expected], there: list[Found]) -> None:
    padded: list[Found | None] = [*there, *[None] * len(wanted)]
    best = max(
        sum(other is not None and fits(one, other) for one, other in zip(wanted, order, strict=False))
        for order in permutations(padded[: len(there)] + [None] * max(0, len(wanted) - len(there)))
    )
    assert len(score(wanted, there).matched) == best
