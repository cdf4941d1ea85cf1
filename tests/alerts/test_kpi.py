"""The quality figures by their definitions, and read from what really happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import kpi, quality
from alerts.kpi import AlertFact, DutyFact
from model.alerts import AlertClass, Answer, Outcome
from model.events import Kind, State
from tests.alerts.small_home import build

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = START + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def fact(
    number: int,
    minute: float,
    *,
    ack: float | None = None,
    scene: float | None = None,
    done: float | None = None,
    outcome: Outcome | None = None,
    device: int = 1,
) -> AlertFact:
    raised_at = START + minute * MINUTE

    def at(seconds: float | None) -> datetime | None:
        return None if seconds is None else raised_at + timedelta(seconds=seconds)

    return AlertFact(
        number, 1, device, AlertClass.F1, raised_at, at(ack), at(scene), at(done), outcome if done else None
    )


def test_a_flood_is_more_than_ten_in_ten_minutes_per_person_on_duty() -> None:
    facts = [fact(number, 5) for number in range(12)]
    alone = kpi.load(facts, [DutyFact(1, START, DAY)], START, DAY)
    two = kpi.load(facts, [DutyFact(1, START, DAY)] * 2, START, DAY)
    nobody = kpi.load(facts, [], START, DAY)
    assert (alone.peak, alone.floods) == (12, 1)
    assert (two.peak, two.floods) == (6, 0)
    assert (nobody.peak, nobody.floods) == (12, 1)
    assert alone.average == round(12 / 144, 4)


@pytest.mark.parametrize(
    ("seconds", "chatters"), [((0, 30, 60), True), ((0, 30, 61), False), ((0, 1), False), ((), False)]
)
def test_three_beginnings_in_a_minute_chatter(seconds: tuple[int, ...], *, chatters: bool) -> None:
    assert kpi.chatters([START + timedelta(seconds=s) for s in seconds]) is chatters


def test_stale_is_open_for_more_than_a_day() -> None:
    assert not kpi.is_stale(fact(1, 0), DAY)
    assert kpi.is_stale(fact(1, 0), DAY + MINUTE)
    assert not kpi.is_stale(fact(1, 0, done=60, outcome=Outcome.TRUE), DAY + MINUTE)


def test_the_false_rate_counts_true_and_false_only_and_flags_six_a_day() -> None:
    facts = [fact(number, number, done=60, outcome=Outcome.FALSE) for number in range(6)]
    facts += [
        fact(10, 20, done=60, outcome=Outcome.TRUE),
        fact(11, 30, done=60, outcome=Outcome.TEST),
        fact(12, 40),
    ]
    [rate] = kpi.false_rates(facts)
    assert (rate.false, rate.true, rate.rate, rate.too_many) == (6, 1, round(6 / 7, 4), True)


def test_a_deadline_that_runs_is_not_missed_yet_and_one_that_passed_is() -> None:
    facts = [fact(1, 0, ack=59), fact(2, 0, ack=61), fact(3, 0), fact(4, 1.5)]
    missed = kpi.missed_acknowledge(facts, START + 2 * MINUTE)
    assert (missed.due, missed.missed, missed.alert_ids) == (3, 2, (2, 3))


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_measured_values_in_order(seconds: list[float]) -> None:
    found = kpi.spread(seconds)
    values = [found.p50_s, found.p90_s, found.p95_s, found.max_s]
    assert values == sorted(values, key=lambda value: value or 0)
    assert set(values) <= {round(one, 1) for one in seconds}


@pytest.mark.ground("plain")
def test_the_figures_of_what_happened_in_a_home(database: str) -> None:
    with build(database) as home:
        start = home.now
        for _ in range(3):
            home.say("d1", Kind.SMOKE)
            home.now += timedelta(seconds=10)
            home.say("d1", Kind.SMOKE, State.CLEAR)
            home.now += timedelta(seconds=10)
        home.answer(Answer.ACKNOWLEDGE, incident_id=home.open_incident())
        home.now += MINUTE
        home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, incident_id=home.open_incident())
        with home.conn.transaction():
            found = quality.read(home.conn, home.home_id, start, home.now)
        assert found.alerts == 1
        assert found.chattering == (home.devices["d1"].device_id,)
        assert found.to_acknowledge["F1"].max_s == 60.0
        assert found.missed_acknowledge.missed == 0
        assert [rate.rate for rate in found.false_rates] == [1.0]
        assert found.top10_share == 1.0
