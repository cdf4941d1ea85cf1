"""Days on which somebody was there to be heard, each counted once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from model.periods import days_covered, period

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MARCH = period(date(2025, 3, 1), date(2025, 3, 31), NOW)
_DAYS = st.dates(date(2025, 2, 1), date(2025, 4, 30))


# Invariant: it counts the days of the period that lie in any span, whatever the spans' order and overlaps.
@given(st.lists(st.tuples(_DAYS, _DAYS), max_size=6))
def test_each_day_counts_once(spans: list[tuple[date, date]]) -> None:
    days = [MARCH.start_on + timedelta(days=number) for number in range(31)]
    by_hand = sum(any(first <= day <= last for first, last in spans) for day in days)
    assert days_covered(MARCH, spans) == by_hand
