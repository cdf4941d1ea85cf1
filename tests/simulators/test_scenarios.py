"""Every scenario can be cast, is repeatable, and its truth fits what its devices say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from model.errors import Missing
from simulators import county
from simulators.devices import Message
from simulators.fleet import Fleet
from simulators.scenarios import SCENARIOS
from simulators.script import Cast, Scenario

ON = date(2026, 3, 20)
T0 = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)


def cast(name: str, seed: int) -> tuple[Scenario, county.County]:
    script = SCENARIOS[name]
    built = county.build(seed, script.size, ON)
    return script.write(Cast(built, Random(seed))), built


def messages(name: str, seed: int) -> list[Message]:
    scenario, built = cast(name, seed)
    fleet = Fleet(built, Random(seed))
    return [
        message
        for step in scenario.steps
        for action in step.actions
        for message in fleet.perform(action, T0 + timedelta(seconds=step.after_s))
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_seed_gives_the_same_messages(name: str) -> None:
    assert messages(name, 11) == messages(name, 11)


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - {"power-loss", "silent-device"}))
def test_another_seed_gives_other_messages(name: str) -> None:
    assert messages(name, 11) != messages(name, 12)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_county_of_its_size_can_play_it(name: str, seed: int) -> None:
    scenario, _ = cast(name, seed)
    assert scenario.steps
    assert list(scenario.steps) == sorted(scenario.steps, key=lambda step: step.after_s)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_alert_is_expected_before_or_after_its_scenario(name: str) -> None:
    scenario, _ = cast(name, 3)
    assert all(0 < one.after_s <= scenario.seconds for one in scenario.truth)


def test_the_fire_spreads_over_forty_detectors_and_is_confirmed_in_each_zone() -> None:
    scenario, _ = cast("fire-spread", 5)
    assert Counter(one.alert_class for one in scenario.truth) == {"F1": 40, "F2": 8}
    assert scenario.incidents == 1


def test_the_week_has_six_true_causes_and_forty_false_ones() -> None:
    scenario, _ = cast("night-week", 5)
    assert (scenario.true_causes, scenario.false_causes) == (6, 40)


def test_the_babbler_says_thousands_of_things_a_minute_and_that_is_one_fault() -> None:
    scenario, built = cast("babbler", 5)
    [fault] = [one for one in scenario.truth if one.alert_class == "T1"]
    said = messages("babbler", 5)
    babble = [one for one in said if f"/{fault.device}/" in one.topic]
    assert len(babble) > 5000
    assert scenario.seconds <= 15
    assert fault.device is not None
    home = built.by_address[fault.device].home
    good = [built.by_address[one.device or ""].home for one in scenario.truth if one is not fault]
    assert home in good
    assert set(good) != {home}


def test_speed_moves_causes_together_but_gives_the_service_no_less_time() -> None:
    scenario, _ = cast("fire-spread", 5)
    slow, fast = scenario.expected(T0, 1), scenario.expected(T0, 4)
    assert [(one.after - T0) / 4 for one in slow] == [one.after - T0 for one in fast]
    assert [one.within for one in slow] == [one.within for one in fast]


def test_no_zone_is_handed_out_twice() -> None:
    """A small home has three zones with native detectors; a fourth fire would confirm another."""
    built = county.build(1, county.Size(homes=1), ON)
    hand = Cast(built, Random(1))
    taken = [hand.lone_detector().address for _ in range(3)]
    assert len(set(taken)) == 3
    with pytest.raises(Missing):
        hand.lone_detector()
