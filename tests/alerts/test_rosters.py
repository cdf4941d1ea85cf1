"""Before it is needed: gaps of the roster are exact, and a dry run tells what the real run then does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import dry_run, rosters
from alerts.rosters import Duty
from model.alerts import AlertClass
from model.clock import SHANGHAI
from model.events import Kind
from model.people import Role
from tests.alerts.small_home import build

START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=7)


def hours(from_h: int, to_h: int, role: Role = Role.CARER) -> Duty:
    return Duty(role, START + timedelta(hours=from_h), START + timedelta(hours=to_h))


_DUTIES = st.lists(
    st.tuples(st.integers(-20, 200), st.integers(1, 60)).map(lambda pair: hours(pair[0], sum(pair))),
    max_size=12,
)


@given(_DUTIES)
def test_every_hour_is_either_covered_or_in_exactly_one_gap(duties: list[Duty]) -> None:
    found = rosters.gaps(duties, Role.CARER, START, END)
    for hour in range(7 * 24):
        at = START + timedelta(hours=hour)
        covered = any(duty.starts_at <= at < duty.ends_at for duty in duties)
        in_gaps = sum(gap.starts_at <= at < gap.ends_at for gap in found)
        assert covered + in_gaps == 1 or (covered and in_gaps == 0)
        assert in_gaps == (0 if covered else 1)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("others", "expected_h"),
    [
        ((), 8),
        ((hours(8, 16),), 16),
        ((hours(-8, 0), hours(8, 16)), 24),
        ((hours(-12, 1), hours(7, 9)), 21),
        ((hours(9, 17), hours(-9, -1)), 8),
        ((hours(-16, -8), hours(-8, 0)), 24),
    ],
)
def test_turns_that_touch_are_one_time_without_a_break(others: tuple[Duty, ...], expected_h: int) -> None:
    turn = hours(0, 8)
    found = rosters.in_a_row((turn.starts_at, turn.ends_at), [(one.starts_at, one.ends_at) for one in others])
    assert found == timedelta(hours=expected_h)


def test_another_roles_turn_covers_nothing() -> None:
    [gap] = rosters.gaps([hours(0, 168, Role.HEAD)], Role.CARER, START, END)
    assert (gap.starts_at, gap.ends_at) == (START, END)


def test_a_gap_is_said_as_a_person_says_it() -> None:
    night = [hours(0, 134), hours(142, 168)]  # Saturday 14:00 to 22:00 UTC is 22:00 to 06:00 in China
    [gap] = rosters.gaps(night, Role.CARER, START, END)
    assert rosters.in_words(gap, SHANGHAI) == (
        "护理员 03-07 周六 22:00–06:00 无人值班 · no carer on duty Saturday 22:00–06:00"
    )


@pytest.mark.ground("plain")
@pytest.mark.parametrize("without", [frozenset[Role](), frozenset({Role.CARER}), frozenset({Role.TOWNSHIP})])
def test_a_dry_run_tells_what_the_real_run_then_does(database: str, without: frozenset[Role]) -> None:
    with build(database, without=without, silent=frozenset({Role.HEAD})) as home:
        with home.conn.transaction():
            run = dry_run.dry_run(home.conn, home.devices["d1"], AlertClass.F1, home.now)
        home.say("d1", Kind.SMOKE)
        start = home.now
        for _ in range(400):
            home.tick(timedelta(seconds=1))
        told = {
            (row["role"], row["created_at"])
            for row in home.rows(
                "SELECT p.role, min(n.created_at) AS created_at FROM notifications n"
                " JOIN people p USING (person_id) WHERE n.home_id = %(home_id)s GROUP BY p.role"
            )
        }
        assert told == {(one.role, rung.told_at) for rung in run.rungs for one in rung.people}
        assert run.at == start
        assert {rung.step for rung in run.rungs if rung.dead} == ({0} if Role.CARER in without else set()) | (
            {2} if Role.TOWNSHIP in without else set()
        )


@pytest.mark.ground("plain")
def test_a_dry_run_shows_no_secret_of_a_channel_and_writes_nothing(database: str) -> None:
    with build(database) as home:
        with home.conn.transaction():
            run = dry_run.dry_run(home.conn, home.devices["d1"], AlertClass.F1, home.now)
        assert {channel for rung in run.rungs for one in rung.people for channel in one.channels} == {"json"}
        assert home.told() == []
