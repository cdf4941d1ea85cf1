"""The books of a run: what was said against what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.events import Kind
from simulators.devices import Trace
from store.runs import Stored
from yian.ledger import balance, percentiles

T0 = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
SMOKE = Trace("yian", "d1", T0, frozenset({Kind.SMOKE}))
REPORT = Trace("yian", "d1", T0, reading=True)


def stored(kind: str, rows: int = 1, said_at: datetime = T0) -> Stored:
    return Stored("yian", "d1", said_at, kind, rows)


def test_what_is_stored_once_is_neither_lost_nor_doubled() -> None:
    books = balance([SMOKE, REPORT], [stored("smoke"), stored("report")])
    assert (books.published, books.stored, books.lost, books.duplicates) == (2, 2, 0, 0)


def test_what_is_not_there_is_lost_though_something_else_is() -> None:
    books = balance([SMOKE], [stored("smoke", said_at=T0 + timedelta(seconds=1)), stored("heat")])
    assert (books.stored, books.lost) == (0, 1)


def test_what_is_there_twice_is_a_double() -> None:
    assert balance([SMOKE], [stored("smoke", rows=3)]).duplicates == 2


def test_nothing_measured_is_no_number() -> None:
    assert percentiles([]) == {"p50": None, "p99": None, "max": None}


def test_percentiles_are_milliseconds_by_nearest_rank() -> None:
    waits = [timedelta(milliseconds=n) for n in range(1, 101)]
    assert percentiles(waits) == {"p50": 50.0, "p99": 99.0, "max": 100.0}


# A percentile is one of the waits that were measured, and they stand in order.
@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_percentiles_are_measured_values_in_order(given_ms: list[int]) -> None:
    found = percentiles([timedelta(milliseconds=one) for one in given_ms])
    values = [found["p50"], found["p99"], found["max"]]
    assert all(value in [pytest.approx(one) for one in given_ms] for value in values)
    assert values == sorted(value for value in values if value is not None)
