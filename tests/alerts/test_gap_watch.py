"""A head is told of gaps ahead once per change, and not nightly of the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import gap_watch, roster_changes
from alerts.roster_changes import Leave
from alerts.rosters import LOOK_AHEAD, TELL_AHEAD, Duty, Gap, all_gaps, news, within_week
from model.clock import SHANGHAI
from model.people import Actor, Role
from tests.alerts.small_home import NOW, SmallHome, build

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
ROLES = (Role.CARER, Role.SHIFT_LEADER)


def night(day: int) -> Gap:
    start = NINE.replace(hour=22) + day * DAY
    return Gap(Role.CARER, start, start + 8 * HOUR)


def told_by_day(gaps: list[Gap], days: int) -> list[list[Gap]]:
    """Return what is new on each of these mornings, if the roster never changes."""
    told: list[Gap] = []
    looked_at: datetime | None = None
    fresh: list[list[Gap]] = []
    for day in range(days):
        now = NINE + day * DAY
        found = [
            Gap(one.role, max(one.starts_at, now), min(one.ends_at, now + LOOK_AHEAD))
            for one in gaps
            if one.ends_at > now and one.starts_at < now + LOOK_AHEAD
        ]
        fresh.append(news(told, looked_at, found, now))
        told, looked_at = within_week(found, now), now
    return fresh


def test_a_home_without_a_night_roster_is_told_once() -> None:
    first, *others = told_by_day([night(day) for day in range(40)], 20)
    assert first == [night(day) for day in range(7)]
    assert others == [[]] * 19


def test_a_roster_that_ends_is_told_once_though_the_gap_grows_each_day() -> None:
    end = Gap(Role.CARER, NINE + 10 * DAY, NINE + 200 * DAY)
    fresh = told_by_day([end], 20)
    assert [len(one) for one in fresh] == [0] * 4 + [1] + [0] * 15


def test_a_single_gap_is_told_when_it_comes_within_the_week_and_while_it_lasts_no_more() -> None:
    assert [len(one) for one in told_by_day([night(9)], 12)] == [0, 0, 0, 1] + [0] * 8


def test_a_night_that_falls_out_beside_one_that_was_told_is_news() -> None:
    told = [night(2)]
    found = [night(2), night(3)]
    assert news(told, NINE, found, NINE + DAY) == [night(3)]
    longer = Gap(Role.CARER, night(2).starts_at - HOUR, night(2).ends_at)
    assert news(told, NINE, [longer], NINE + DAY) == [longer]
    assert news(told, NINE, [], NINE + DAY) == []


_TURNS = st.lists(
    st.tuples(st.sampled_from(ROLES), st.integers(-30, 23 * 24), st.integers(1, 36)), max_size=14
).map(
    lambda turns: [
        Duty(role, NINE.replace(hour=0) + start * HOUR, NINE.replace(hour=0) + (start + length) * HOUR)
        for role, start, length in turns
    ]
)


@given(_TURNS)
def test_gaps_and_covered_time_tile_each_roles_time_exactly(turns: list[Duty]) -> None:
    """Invariant: over midnight and in a zone of one offset, no minute is in two gaps, in none, or in both."""
    from_at, to_at = NINE, NINE + LOOK_AHEAD
    found = all_gaps(turns, ROLES, from_at, to_at)
    for role in ROLES:
        gaps = [gap for gap in found if gap.role is role]
        edges = sorted(
            {from_at, to_at}
            | {
                edge
                for one in (*turns, *gaps)
                for edge in (one.starts_at, one.ends_at)
                if from_at < edge < to_at
            }
        )
        total = timedelta(0)
        for start, end in pairwise(edges):
            covered = any(one.role is role and one.starts_at <= start and end <= one.ends_at for one in turns)
            in_gaps = sum(gap.starts_at <= start and end <= gap.ends_at for gap in gaps)
            assert in_gaps == (not covered), (role, start)
            total += end - start
        assert total == LOOK_AHEAD
        assert sum(((gap.ends_at - gap.starts_at) for gap in gaps), timedelta(0)) <= total
    assert [gap.starts_at for gap in found] == sorted(gap.starts_at for gap in found)


@given(_TURNS, st.integers(1, 4))
def test_on_every_morning_each_gap_of_the_week_was_told_or_repeats_one_that_was(
    turns: list[Duty], step: int
) -> None:
    """Invariant: nothing that begins within the week is kept from the head, on whichever morning it is."""
    told: list[Gap] = []
    ever: list[Gap] = []
    looked_at: datetime | None = None
    for day in range(0, 12, step):
        now = NINE + day * DAY
        found = all_gaps(turns, ROLES, now, now + LOOK_AHEAD)
        fresh = news(told, looked_at, found, now)
        ever += fresh
        told, looked_at = within_week(found, now), now
        for gap in told:
            # Told in part at least, or one like it was on some day before.
            assert any(
                one.role is gap.role
                and (
                    (one.starts_at < gap.ends_at and gap.starts_at < one.ends_at)
                    or (gap.starts_at - one.starts_at) % DAY == timedelta(0)
                )
                for one in ever
            ), gap
    assert all(one.starts_at < NINE + 11 * DAY + TELL_AHEAD for one in ever)


def gap_messages(home: SmallHome) -> list[tuple[int, str, str]]:
    return [
        (row["person_id"], row["title"], row["body"])
        for row in home.rows(
            "SELECT person_id, title, body FROM notifications WHERE stage LIKE 'gaps:%%' ORDER BY created_at"
        )
    ]


@pytest.mark.ground("plain")
def test_the_head_is_told_once_of_what_is_new_and_again_when_more_opens(database: str) -> None:
    with build(database) as home:
        assert gap_watch.tick(home.conn, home.now) == 0
        assert gap_messages(home) == []
        away = Leave(home.home_id, home.people["carer"], NOW + 5 * DAY + 20 * HOUR, NOW + 6 * DAY + 4 * HOUR)
        with home.conn.transaction():
            roster_changes.leave(home.conn, away, actor=Actor(None, "陈", "cli"), now=home.now, known=True)
        for _ in range(3):
            home.now += DAY / 2
            gap_watch.tick(home.conn, home.now)
        [(person, title, body)] = gap_messages(home)
        assert person == home.people["head"]
        assert title == "【值班空档】小院 未来 7 天 1 处无人值班"
        assert "护理员 03-07 周六 22:00–06:00 无人值班" in body
        more = Leave(home.home_id, home.people["leader"], NOW + 4 * DAY, NOW + 4 * DAY + HOUR)
        with home.conn.transaction():
            roster_changes.leave(home.conn, more, actor=Actor(None, "陈", "cli"), now=home.now, known=True)
        home.now += DAY
        assert gap_watch.tick(home.conn, home.now) == 1
        assert gap_watch.tick(home.conn, home.now) == 0
        assert [title for _, title, _ in gap_messages(home)][1:] == [
            "【值班空档】小院 未来 7 天 2 处无人值班"
        ]
