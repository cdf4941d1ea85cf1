"""Thresholds: the most specific that is in effect wins, and none is laxer than the clause it comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.classes import CLASSES, Limits
from alerts.ladder import ladder_of
from alerts.rules import limits
from alerts.rules.limits import BOUNDS, SCOPES, Change, Where
from model.alerts import AlertClass
from model.errors import BadInput
from model.events import Kind
from store import settings
from tests.alerts.small_home import SmallHome, build

AT = datetime(2026, 3, 1, tzinfo=UTC)
HERE = Where(1, 2, 3)
changes = st.lists(
    st.builds(
        Change,
        st.sampled_from(sorted(BOUNDS)),
        st.sampled_from(SCOPES),
        st.none() | st.integers(1, 4),
        st.none() | st.floats(-1e6, 1e9),
        st.integers(-5, 5).map(lambda days: AT + timedelta(days=days)),
    )
)


def seconds(value: timedelta | float) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


@given(changes)
def test_whatever_is_set_no_threshold_leaves_its_bounds(made: list[Change]) -> None:
    found = limits.resolve(made, HERE, AT, Limits())
    for name, bound in BOUNDS.items():
        assert bound.least <= seconds(getattr(found, name)) <= bound.most


@given(changes)
def test_what_is_for_elsewhere_or_for_later_changes_nothing_here(made: list[Change]) -> None:
    here = [
        one
        for one in made
        if one.effective_at <= AT
        and (one.scope == "county" or (one.target is not None and one.target == HERE.of(one.scope)))
    ]
    assert limits.resolve(made, HERE, AT, Limits()) == limits.resolve(here, HERE, AT, Limits())


@given(changes, st.floats(1, 50))
def test_a_devices_own_setting_wins_over_all_others(made: list[Change], metres: float) -> None:
    own = Change("linger_within_m", "device", 3, metres, AT)
    assert limits.resolve([*made, own], HERE, AT, Limits()).linger_within_m == metres


def test_taking_a_setting_back_leaves_what_is_above_it() -> None:
    county = Change("late_after", "county", None, 120, AT)
    home = Change("late_after", "home", 1, 60, AT)
    back = Change("late_after", "home", 1, None, AT)
    assert limits.resolve([county, home], HERE, AT, Limits()).late_after == timedelta(seconds=60)
    assert limits.resolve([county, home, back], HERE, AT, Limits()).late_after == timedelta(seconds=120)


def test_every_threshold_has_bounds_and_its_default_lies_within() -> None:
    assert {field.name for field in dataclasses.fields(Limits)} == set(BOUNDS)
    for name in BOUNDS:
        limits.check(name, seconds(getattr(Limits(), name)))


@pytest.mark.parametrize(("name", "value"), [("ack_within", 61), ("scene_within", 181), ("nothing", 1)])
def test_what_is_laxer_than_its_clause_is_refused(name: str, value: float) -> None:
    with pytest.raises(BadInput):
        limits.check(name, value)


@given(changes, st.sampled_from(AlertClass))
def test_no_setting_makes_a_ladder_slower_than_its_class(made: list[Change], alert_class: AlertClass) -> None:
    rule = CLASSES[alert_class]
    ladder = ladder_of(rule, limits.resolve(made, HERE, AT, Limits()))
    assert [rung.roles for rung in ladder.rungs] == [rung.roles for rung in rule.rungs]
    assert all(one.wait <= other.wait for one, other in zip(ladder.rungs, rule.rungs, strict=True))
    if rule.on_scene_within is not None:
        assert ladder.on_scene_within is not None
        assert ladder.on_scene_within <= rule.on_scene_within


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _set(home: SmallHome, name: str, value: float) -> None:
    with home.conn.transaction():
        settings.insert(
            home.conn,
            name=name,
            scope="home",
            home_id=home.home_id,
            value=value,
            effective_at=home.now,
            made_by="院长",
            reason="夜间人手少",
            now=home.now,
        )


@pytest.mark.ground("plain")
def test_a_homes_own_deadline_runs_from_the_next_alarm_on(home: SmallHome) -> None:
    _set(home, "ack_within", 20)
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(seconds=21))
    assert {role for role, _ in home.told()} == {"carer", "shift_leader", "head"}


@pytest.mark.ground("plain")
def test_a_change_is_never_rewritten(home: SmallHome) -> None:
    _set(home, "late_after", 60)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), home.conn.transaction():
        home.conn.execute("UPDATE setting_changes SET value = 30")
