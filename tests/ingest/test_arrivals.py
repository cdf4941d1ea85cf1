"""Messages that say no time themselves are told apart by when they arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.arrivals import Arrivals

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 1000)), min_size=1, max_size=50))
def test_no_two_messages_arrive_at_one_instant_and_their_order_is_kept(blocks: list[tuple[int, int]]) -> None:
    arrivals, now, given_out = Arrivals(), NOON, list[datetime]()
    for passed_us, count in blocks:
        now += timedelta(microseconds=passed_us)
        given_out += arrivals.take(now, count)
    assert all(earlier < later for earlier, later in pairwise(given_out))


def test_an_instant_is_the_clocks_own_but_for_what_keeps_it_apart() -> None:
    arrivals = Arrivals()
    assert arrivals.take(NOON, 1) == [NOON]
    assert arrivals.take(NOON, 2)[-1] - NOON == timedelta(microseconds=2)
    assert arrivals.take(NOON + SECOND, 1) == [NOON + SECOND]


def test_a_clock_that_is_set_back_is_followed() -> None:
    arrivals = Arrivals()
    arrivals.take(NOON, 1)
    assert arrivals.take(NOON - 60 * SECOND, 1) == [NOON - 60 * SECOND]
