"""The life of an alert: every answer in every state is decided, none is dated back, undo has its limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import lifecycle
from model.alerts import Alert, AlertClass, AlertState, Answer, Outcome
from model.errors import BadInput, Refused

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
REOPEN_FOR = timedelta(minutes=10)
ORDER = list(AlertState)


def alert() -> Alert:
    return Alert(1, 1, 1, 1, 1, "device:1", AlertClass.F1, AlertState.RAISED, NOW, NOW)


def after(one: Alert, answer: Answer, at: datetime, outcome: Outcome | None = Outcome.FALSE) -> Alert:
    return lifecycle.after(one, answer, at, outcome=outcome, reopen_for=REOPEN_FOR)


@given(st.lists(st.sampled_from(sorted(Answer)), max_size=12))
def test_any_row_of_answers_keeps_the_facts_of_the_state(answers: list[Answer]) -> None:
    one = alert()
    for number, answer in enumerate(answers):
        try:
            nxt = after(one, answer, NOW + timedelta(minutes=number))
        except Refused:
            # Undo has a limit of time, which a long row of answers passes.
            assert answer is Answer.REOPEN or (one.state, answer) not in lifecycle.TRANSITIONS
            continue
        assert (
            (nxt.state is AlertState.RESOLVED) == (nxt.resolved_at is not None) == (nxt.outcome is not None)
        )
        assert answer is Answer.REOPEN or ORDER.index(nxt.state) >= ORDER.index(one.state)
        assert one.acknowledged_at is None or nxt.acknowledged_at == one.acknowledged_at
        one = nxt


def test_two_people_who_tap_the_same_button_change_it_once() -> None:
    first = after(alert(), Answer.ACKNOWLEDGE, NOW + timedelta(seconds=5))
    assert after(first, Answer.ACKNOWLEDGE, NOW + timedelta(seconds=9)) == first


def test_resolving_without_saying_how_it_was_is_bad_input_that_names_the_field() -> None:
    with pytest.raises(BadInput, match="outcome"):
        after(alert(), Answer.RESOLVE, NOW, outcome=None)


def test_nothing_but_undo_moves_a_resolved_alert_and_undo_has_its_limit() -> None:
    done = after(alert(), Answer.RESOLVE, NOW)
    for answer in set(Answer) - {Answer.REOPEN}:
        with pytest.raises(Refused):
            after(done, answer, NOW)
    assert after(done, Answer.REOPEN, NOW + REOPEN_FOR).state is AlertState.ACKNOWLEDGED
    with pytest.raises(Refused):
        after(done, Answer.REOPEN, NOW + REOPEN_FOR + timedelta(seconds=1))
