"""A device whose clock is set back: what it says next is put in order by its arrival, so no alarm is history."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.alerts import Answer, Outcome
from model.events import Kind, State
from tests.alerts.small_home import SmallHome, build

pytestmark = pytest.mark.ground("plain")
SECOND = timedelta(seconds=1)
_CODES = itertools.count()


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _close(home: SmallHome) -> None:
    home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, incident_id=home.open_incident())


@pytest.mark.parametrize("back_s", [15, 25, 240, 5 * 365 * 86400])
def test_a_fire_after_the_clock_was_set_back_is_raised(home: SmallHome, back_s: int) -> None:
    home.say("d1", Kind.SMOKE)
    home.now += 10 * SECOND
    home.say("d1", Kind.SMOKE, State.CLEAR)
    _close(home)
    home.now += 10 * SECOND
    assert len(home.say("d1", Kind.SMOKE, ago=back_s * SECOND).raised) == 1
    [alert] = home.rows(
        "SELECT cleared_by_device_at FROM alerts WHERE home_id = %(home_id)s AND state = 'raised'"
    )
    assert alert["cleared_by_device_at"] is None


def test_a_fire_after_an_all_clear_of_a_clock_that_was_set_back_is_raised(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.now += 10 * SECOND
    home.say("d1", Kind.SMOKE, State.CLEAR, ago=30 * SECOND)
    _close(home)
    home.now += 10 * SECOND
    assert len(home.say("d1", Kind.SMOKE, ago=30 * SECOND).raised) == 1


def test_an_all_clear_that_is_dated_before_the_alarm_does_not_show_a_fire_as_over(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.now += 10 * SECOND
    home.say("d1", Kind.SMOKE, State.CLEAR, ago=30 * SECOND)
    [alert] = home.rows("SELECT cleared_by_device_at FROM alerts WHERE home_id = %(home_id)s")
    assert alert["cleared_by_device_at"] is None


_STEPS = st.lists(
    st.tuples(
        st.integers(-280, 280),
        st.one_of(
            st.sampled_from(["alarm clear close", "alarm clear close", "alarm", "clear", "close"]),
            st.integers(0, 1000),
        ),
    ),
    min_size=3,
    max_size=10,
)


@settings(
    max_examples=40,
    # Shrinking replays against a database: a failure is shown as it was found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_STEPS)
def test_whatever_the_clock_does_every_new_fire_is_open_and_no_redelivery_raises(
    database: str, steps: list[tuple[int, str | int]]
) -> None:
    with build(database, f"c{next(_CODES)}") as home:
        behind, burning = timedelta(0), False
        for set_back_s, what in steps:
            behind += set_back_s * SECOND
            if isinstance(what, int):
                if home.sent:
                    assert home.receive(*home.sent[what % len(home.sent)]).raised == ()
                continue
            for one in what.split():
                home.now += 7 * SECOND
                burning = _do(home, one, behind, burning=burning)


def _do(home: SmallHome, what: str, behind: timedelta, *, burning: bool) -> bool:
    """Do one thing and say whether it burns after it; a fire that begins must be open then, and once only."""
    if what == "close":
        if home.rows("SELECT 1 FROM incidents WHERE home_id = %(home_id)s AND closed_at IS NULL"):
            _close(home)
        return burning
    home.say("d1", Kind.SMOKE, State.CLEAR if what == "clear" else State.ACTIVE, ago=behind)
    if what == "alarm" and not burning:
        stands = home.rows("SELECT 1 FROM alerts WHERE home_id = %(home_id)s AND state <> 'resolved'")
        assert len(stands) == 1, "a fire that began raised nothing"
    return what == "alarm"
