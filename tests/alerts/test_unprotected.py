"""Unprotected resident-hours: a minute counts once, whatever is missing in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import quality, unprotected
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
    found = unprotected.count([resident], [hours(0, 22)])
    assert found == unprotected.Unprotected(24, 6, 4, 6, 2)


def test_who_does_not_wander_needs_no_band() -> None:
    assert unprotected.count([Resident(1, DAY, (DAY,), None)], [DAY]).unprotected_hours == 0


@pytest.mark.ground("plain")
def test_the_figure_of_a_home_is_read_from_its_intervals(database: str) -> None:
    with build(database) as home:
        seen_at = NOW + timedelta(hours=6)
        with home.conn.transaction():
            liveness.touch(home.conn, [Sign(home.devices["d3"].device_id, seen_at)])
            found = quality.read_unprotected(home.conn, home.home_id, NOW, NOW + timedelta(hours=24))
        assert (found.resident_hours, found.without_detector_hours, found.without_duty_hours) == (24, 6, 0)
        assert found.unprotected_hours == 6
