"""Days, months, quarters and years by their names: what is written is read back, and they fit together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import BadInput
from model.spans import EXPECTED, Span, SpanKind, span_named, span_of, to_date

days = st.dates(date(2000, 1, 1), date(2199, 12, 31))
spans = st.builds(span_of, st.sampled_from(SpanKind), days)


# Invariant: a span's name reads back as the same span.
@given(spans)
def test_what_is_written_is_read_back(span: Span) -> None:
    assert span_named(str(span)) == span


# Invariant: every day lies in the span that is found for it.
@given(st.sampled_from(SpanKind), days)
def test_a_day_lies_in_its_span(kind: SpanKind, day: date) -> None:
    span = span_of(kind, day)
    assert span.start_on <= day <= span.end_on


# Invariant: spans of a kind follow each other without a gap, and back again.
@given(spans.filter(lambda span: date(2000, 12, 31) < span.start_on and span.end_on < date(2199, 1, 1)))
def test_spans_follow_each_other(span: Span) -> None:
    assert span.next().start_on == span.end_on + timedelta(days=1)
    assert span.previous().end_on == span.start_on - timedelta(days=1)
    assert span.next().previous() == span == span.previous().next()


# Invariant: the parts of a span are all of it, once, in order.
@given(spans, st.sampled_from(SpanKind))
def test_a_span_is_the_sum_of_its_parts(span: Span, kind: SpanKind) -> None:
    order = list(SpanKind)
    if order.index(kind) > order.index(span.kind):
        return
    parts = span.parts(kind)
    assert (parts[0].start_on, parts[-1].end_on) == (span.start_on, span.end_on)
    assert all(one.end_on + timedelta(days=1) == other.start_on for one, other in pairwise(parts))


@given(st.integers(2000, 2199), st.integers(1, 4))
def test_a_quarter_is_its_three_months_and_a_year_its_four_quarters(year: int, quarter: int) -> None:
    named = span_named(f"{year}-Q{quarter}")
    months = [f"{year}-{month:02}" for month in range(quarter * 3 - 2, quarter * 3 + 1)]
    assert [str(one) for one in named.parts(SpanKind.MONTH)] == months
    assert named in span_named(str(year)).parts(SpanKind.QUARTER)
    assert span_named(f"{year}Q{quarter}") == span_named(f"{year}-q{quarter}") == named


# Invariant: the last spans end with the one asked for, in order, each once.
@given(spans, st.integers(1, 40))
def test_the_last_spans_lead_up_to_one(span: Span, count: int) -> None:
    found = span.last(count)
    assert found[-1] == span
    assert len(found) <= count
    assert list(found) == sorted(set(found), key=lambda one: one.start_on)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-00", "2026-02-30", "2026-Q5", "2026Q0", "1999", "2200", "2026-3", "二〇二六",
     "２０２６", "2026-03-14T00:00", "2026-03 or", "2026-"],
)  # fmt: skip
def test_what_names_no_span_is_refused_with_the_field_and_the_form(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        span_named(text)
    assert (caught.value.field, caught.value.expected) == ("period", EXPECTED)


# Invariant: whatever text is taken for a span, the span's own name means the same.
@given(st.from_regex(r"[0-9]{4}-?[qQ0-9]{0,2}-?[0-9]{0,2}", fullmatch=True))
def test_any_text_is_a_span_or_refused(text: str) -> None:
    try:
        span = span_named(text)
    except BadInput:
        return
    assert span_named(str(span)) == span


def test_a_span_that_runs_is_counted_to_date_and_one_to_come_is_refused() -> None:
    now = datetime(2026, 3, 14, 17, 30, tzinfo=UTC)  # the 15th in Shanghai
    assert str(to_date(SpanKind.DAY, now)) == "2026-03-15"
    period = span_named("2026-Q1").period(now)
    assert (period.to_date, period.ends_at, period.end_on) == (True, now, date(2026, 3, 15))
    assert not span_named("2026-02").period(now).to_date
    assert span_named("2026-03-15").has_begun(now)
    assert not span_named("2026-03-16").has_begun(now)
    with pytest.raises(BadInput):
        span_named("2026-Q2").period(now)
