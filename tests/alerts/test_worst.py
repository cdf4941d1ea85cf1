"""Homes side by side: the worst first, whatever their order was; a small picture loses no alarm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import kpi, worst
from alerts.kpi import AlertFact
from alerts.unprotected import Unprotected
from alerts.worst import HomeFigures
from model.alerts import AlertClass

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = START + timedelta(days=7)


def fact(
    number: int, minutes: float, *, ack_s: float | None = 20, what: AlertClass = AlertClass.F1
) -> AlertFact:
    raised_at = START + timedelta(minutes=minutes)
    answered_at = None if ack_s is None else raised_at + timedelta(seconds=ack_s)
    return AlertFact(number, 1, 1, what, raised_at, answered_at, answered_at, None, None)


def home(home_id: int, facts: list[AlertFact], bare: float = 0, lived: float = 100) -> HomeFigures:
    return HomeFigures(
        home_id,
        f"h{home_id}",
        Unprotected(lived, bare, bare, 0, 0, 0, START),
        kpi.figures(facts, {}, [], START, WEEK),
        worst.answered(facts, START),
        worst.trend(facts, START, WEEK),
    )


def test_a_missed_call_weighs_more_than_hours_and_hours_more_than_numbers() -> None:
    quiet = home(1, [])
    noisy = home(2, [fact(n, 10_000 + n) for n in range(9)])
    bare = home(3, [], bare=40)
    late = home(4, [fact(1, 9000, ack_s=300)])
    empty = home(5, [], lived=0)
    order = [one.home_id for one in worst.worst_first([quiet, noisy, bare, late, empty])]
    assert order == [4, 3, 2, 1, 5]
    assert worst.share_unprotected(empty.unprotected) is None


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.floats(0, 100), st.booleans()), max_size=6), st.randoms()
)
def test_the_order_does_not_depend_on_how_the_homes_came(
    rows: list[tuple[int, float, bool]], random: object
) -> None:
    homes = [
        home(number, [fact(number, minute, ack_s=90 if late else 20)], bare)
        for number, (minute, bare, late) in enumerate(rows)
    ]
    shuffled = list(homes)
    random.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue]
    found = worst.worst_first(shuffled)
    assert found == worst.worst_first(homes)
    assert [one.missed for one in found] == sorted((one.missed for one in homes), reverse=True)


@given(st.lists(st.floats(-2000, 12_000)), st.sampled_from([1, 7, 30]))
def test_a_small_picture_loses_no_alarm_of_the_period(minutes: list[float], days: int) -> None:
    facts = [fact(number, minute) for number, minute in enumerate(minutes)]
    to_at = START + timedelta(days=days)
    counts = worst.trend(facts, START, to_at)
    assert len(counts) == (24 if days == 1 else days)
    assert sum(counts) == sum(START <= one.raised_at < to_at for one in facts)


def test_only_calls_about_life_are_in_how_soon_they_were_answered() -> None:
    facts = [fact(1, 1, ack_s=30), fact(2, 2, ack_s=9000, what=AlertClass.T2), fact(3, 3, ack_s=None)]
    assert worst.answered(facts, START) == kpi.spread([30])


def test_hours_of_several_homes_add_up() -> None:
    assert worst.together(
        [Unprotected(10, 4, 3, 2, 1, 2, WEEK), Unprotected(5, 1, 1, 0, 0.5, 0, START)]
    ) == Unprotected(15, 5, 4, 2, 1.5, 2, START)
    assert worst.together([]).resident_hours == pytest.approx(0)
