"""Unprotected resident-hours: a minute counts once, whatever is missing in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import quality, unprotected, worst
from alerts.unprotected import Resident, Span
from store import liveness
from store.liveness import Sign
from tests.alerts.small_home import NOW, build

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY: Span = (START, START + timedelta(hours=24))


def hours(first: int, last: int) -> Span:
    return (START + timedelta(hours=first), START + timedelta(hours=last))


_SPANS = st.lists(
    st.tuples(st.integers(-5, 30), st.integers(-5, 30)).map(lambda pair: hours(*pair)), max_size=6
)


@given(_SPANS)
def test_covered_and_missing_hours_make_up_the_day(spans: list[Span]) -> None:
    gone = unprotected.missing(DAY, spans)
    for hour in range(24):
        at = START + timedelta(hours=hour)
        covered = any(start <= at < end for start, end in spans)
        assert covered is not any(start <= at < end for start, end in gone)


def test_an_hour_in_which_two_things_are_missing_counts_once() -> None:
    resident = Resident(1, DAY, (hours(0, 20),), (hours(0, 18),))
    found = unprotected.count([resident], [hours(0, 22)], START)
    assert found == unprotected.Unprotected(24, 6, 4, 6, 2, 0, START)


def test_who_does_not_wander_needs_no_band() -> None:
    assert unprotected.count([Resident(1, DAY, (DAY,), None)], [DAY], START).unprotected_hours == 0


@given(_SPANS, _SPANS, st.none() | st.integers(-5, 30))
def test_what_was_before_the_first_device_was_heard_is_neither_protected_nor_not(
    online: list[Span], on_duty: list[Span], joined: int | None
) -> None:
    observed_from = None if joined is None else START + timedelta(hours=joined)
    found = unprotected.count([Resident(1, DAY, tuple(online), None)], on_duty, observed_from)
    assert found.resident_hours + found.unobserved_hours == 24
    assert found.unobserved_hours == (24 if joined is None else min(24, max(0, joined)))
    assert found.unprotected_hours <= found.resident_hours
    assert found.never_observed is (joined is None or joined >= 24)


def test_of_several_homes_the_first_that_was_heard_tells_since_when() -> None:
    never = unprotected.count([Resident(1, DAY, (), None)], [], None)
    since = unprotected.count([Resident(2, DAY, (), None)], [], hours(18, 24)[0])
    assert worst.together([never, since]) == unprotected.Unprotected(6, 6, 6, 0, 6, 42, hours(18, 24)[0])


@pytest.mark.ground("plain")
def test_the_figure_of_a_home_is_read_from_its_intervals(database: str) -> None:
    with build(database) as home:
        seen_at = NOW + timedelta(hours=6)
        with home.conn.transaction():
            liveness.touch(home.conn, [Sign(home.devices["d1"].device_id, NOW)])
            liveness.touch(home.conn, [Sign(home.devices["d3"].device_id, seen_at)])
            found = quality.read_unprotected(home.conn, home.home_id, NOW, NOW + timedelta(hours=24))
        assert (found.resident_hours, found.without_detector_hours, found.without_duty_hours) == (24, 6, 0)
        assert found.unprotected_hours == 6
