"""What follows from a try: properties of the decision, and the table of plain cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.retries import (
    Delivered,
    Failed,
    GiveUp,
    Limited,
    NextChannel,
    Outcome,
    Policy,
    Rate,
    Rejected,
    Result,
    RetryAt,
    Sent,
    Try,
    after_try,
    wait,
)

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
POLICY = Policy()
FAILED = Failed("HTTP 500")


def decide(
    result: Result,
    *,
    channels: int = 2,
    at: int = 0,
    tries: int = 1,
    urgent: bool = True,
    age: timedelta | None = None,
) -> Outcome:
    one = Try(channels, at, tries, urgent, NOW - (age or timedelta(0)))
    return after_try(one, result, NOW, jitter=0.0, policy=POLICY)


def test_an_urgent_message_goes_to_the_next_channel_at_once() -> None:
    assert decide(FAILED) == NextChannel(NOW, 1, "HTTP 500")


def test_any_other_message_goes_to_the_next_channel_after_a_wait() -> None:
    assert decide(FAILED, urgent=False) == NextChannel(NOW + POLICY.first_wait, 1, "HTTP 500")


def test_after_the_last_channel_the_first_follows_after_a_wait() -> None:
    assert decide(FAILED, at=1, tries=2) == RetryAt(NOW + POLICY.urgent_first_wait, 0, "HTTP 500")


def test_a_wrong_address_is_passed_over_and_given_up_where_it_is_the_only_one() -> None:
    assert decide(Rejected("no address"), urgent=False) == NextChannel(NOW, 1, "no address")
    assert decide(Rejected("no address"), channels=1) == GiveUp("no address")


def test_a_busy_channel_is_no_failure() -> None:
    soon = NOW + timedelta(seconds=20)
    assert decide(Limited(soon)) == NextChannel(NOW, 1, None)
    assert decide(Limited(soon), channels=1) == RetryAt(soon, 0, None)
    assert decide(Limited(soon), urgent=False) == RetryAt(soon, 0, None)


def test_it_is_given_up_after_a_day_and_says_why() -> None:
    assert decide(FAILED, age=POLICY.give_up_after) == GiveUp("HTTP 500")


def test_a_receipt_is_kept_however_late_it_comes() -> None:
    assert decide(Delivered("id 7"), age=timedelta(days=9)) == Sent("id 7")


_RESULTS = st.one_of(
    st.just(Delivered("ok")),
    st.just(FAILED),
    st.just(Rejected("no")),
    st.timedeltas(timedelta(-1), timedelta(minutes=2)).map(lambda later: Limited(NOW + later)),
)


@given(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))),
    st.integers(1, 10_000),
    st.booleans(),
    st.timedeltas(timedelta(0), timedelta(days=3)),
    _RESULTS,
    st.floats(0, 1),
)
def test_whatever_happens_a_message_is_sent_or_tried_again_or_visibly_given_up(
    where: tuple[int, int], tries: int, urgent: bool, age: timedelta, result: Result, jitter: float
) -> None:
    # The next try is never in the past, never later than the longest wait or the channel's own limit, and
    # by a channel that exists; only a day's age or a wrong only address gives up, with the reason.
    channels, at = where
    one = Try(channels, at, tries, urgent, NOW - age)
    outcome = after_try(one, result, NOW, jitter=jitter, policy=POLICY)
    match outcome:
        case Sent():
            assert isinstance(result, Delivered)
        case GiveUp(error):
            assert error
            assert age >= POLICY.give_up_after or (isinstance(result, Rejected) and channels == 1)
        case RetryAt(then, index, _) | NextChannel(then, index, _):
            assert 0 <= index < channels
            latest = POLICY.urgent_longest_wait if urgent else POLICY.longest_wait
            if isinstance(result, Limited):
                assert NOW <= then <= max(NOW, result.until)
            else:
                assert NOW <= then <= NOW + latest
            if isinstance(outcome, NextChannel) and urgent:
                assert then == NOW


@given(st.integers(1, 5), st.booleans(), st.floats(0, 1))
def test_waits_never_get_shorter_round_by_round(channels: int, urgent: bool, jitter: float) -> None:
    waits = [
        wait(Try(channels, channels - 1, channels * rounds, urgent, NOW), jitter, POLICY)
        for rounds in range(1, 40)
    ]
    assert waits == sorted(waits)
    assert waits[0] > timedelta(0)


@given(st.integers(2, 6), st.booleans())
def test_every_channel_gets_its_turn(channels: int, reject: bool) -> None:
    # Failing over and over visits all channels in order before the first comes again.
    visited, index = list[int](), 0
    for tries in range(1, channels + 1):
        visited.append(index)
        outcome = decide(Rejected("no") if reject else FAILED, channels=channels, at=index, tries=tries)
        assert isinstance(outcome, NextChannel | RetryAt)
        index = outcome.channel_index
    assert visited == list(range(channels))
    assert index == 0


def test_two_channels_that_hang_leave_room_for_the_third_within_ten_seconds() -> None:
    assert 2 * POLICY.urgent_try_for <= timedelta(seconds=7)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(seconds=1.5)), min_size=3, max_size=3))
def test_a_message_has_left_two_channels_that_hang_after_seven_seconds_whatever_each_claim_was_late_by(
    late: list[timedelta],
) -> None:
    at = NOW
    for index in range(2):
        claimed_at = at + late[index]
        at = claimed_at + POLICY.stay(Try(3, index, index + 1, True, NOW), claimed_at)
    assert at <= NOW + timedelta(seconds=7)


def test_a_message_that_is_long_overdue_still_has_half_the_time_with_each_channel() -> None:
    first = Try(2, 0, 1, True, NOW)
    assert POLICY.stay(first, NOW + timedelta(hours=1)) == POLICY.urgent_try_for / 2
    assert POLICY.stay(Try(2, 0, 3, True, NOW), NOW + timedelta(hours=1)) == POLICY.urgent_try_for


@given(
    st.lists(st.timedeltas(timedelta(0), timedelta(seconds=50)), min_size=1, max_size=60), st.integers(1, 20)
)
def test_no_minute_holds_more_than_the_channel_takes(gaps: list[timedelta], most: int) -> None:
    rate, now, taken = Rate(), NOW, list[datetime]()
    for gap in gaps:
        now += gap
        until = rate.take("c", most, now)
        if until is None:
            taken.append(now)
        else:
            assert now < until <= now + timedelta(minutes=1)
    for start in taken:
        assert sum(1 for at in taken if start <= at < start + timedelta(minutes=1)) <= most


def test_each_channel_has_a_rate_of_its_own() -> None:
    rate = Rate()
    assert rate.take("a", 1, NOW) is None
    assert rate.take("b", 1, NOW) is None
    assert rate.take("a", 1, NOW) == NOW + timedelta(minutes=1)


def test_a_message_is_leased_longer_than_a_try_may_take() -> None:
    for urgent in (True, False):
        assert POLICY.lease_of(urgent=urgent) > POLICY.queue_for + POLICY.limit_of(urgent=urgent)


@pytest.mark.parametrize("scheme", ["wecombot", "dingtalk", "feishu"])
def test_robots_that_shut_their_door_have_a_limit(scheme: str) -> None:
    assert POLICY.per_minute[scheme] > 0
