"""Escalation: every deadline is met or climbed; what is about life is never left without a deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import ladder
from alerts.classes import CLASSES
from model.alerts import LIFE_SAFETY, Alert, AlertClass, AlertState
from model.people import Role

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def alert(alert_class: AlertClass, state: AlertState = AlertState.RAISED) -> Alert:
    return Alert(1, 1, 1, 1, 1, "device:1", alert_class, state, NOW, NOW)


@pytest.mark.parametrize("alert_class", sorted(CLASSES))
def test_a_ladder_is_the_same_after_it_was_stored(alert_class: AlertClass) -> None:
    one = ladder.ladder_of(CLASSES[alert_class])
    assert ladder.from_json(one.to_json()) == one


@given(st.sampled_from(sorted(LIFE_SAFETY)), st.integers(0, 50))
def test_a_life_safety_alert_that_nobody_answers_always_has_a_next_deadline(
    alert_class: AlertClass, steps: int
) -> None:
    one, step, now = ladder.ladder_of(CLASSES[alert_class]), 0, NOW
    for _ in range(steps + 1):
        nxt = ladder.on_due(one, [alert(alert_class)], step, now)
        assert nxt.roles
        assert nxt.due_at is not None
        assert nxt.due_at > now
        step, now = nxt.step, nxt.due_at


def test_an_f1_climbs_from_the_carer_to_head_township_and_bureau() -> None:
    one = ladder.ladder_of(CLASSES[AlertClass.F1])
    told, step, now = [one.rungs[0].roles], 0, NOW
    for _ in range(3):
        nxt = ladder.on_due(one, [alert(AlertClass.F1)], step, now)
        told.append(nxt.roles)
        assert nxt.due_at is not None
        step, now = nxt.step, nxt.due_at
    assert told == [(Role.CARER,), (Role.SHIFT_LEADER, Role.HEAD), (Role.TOWNSHIP,), (Role.BUREAU,)]


def test_nobody_is_told_again_once_someone_is_on_the_spot() -> None:
    one = ladder.ladder_of(CLASSES[AlertClass.F1])
    assert ladder.waits(one, [alert(AlertClass.F1, AlertState.ON_SCENE)], 0, NOW) is None
    assert ladder.on_due(one, [alert(AlertClass.F1, AlertState.ON_SCENE)], 0, NOW).roles == ()


def test_an_acknowledged_f1_waits_for_the_arrival_within_three_minutes_of_its_raising() -> None:
    one = ladder.ladder_of(CLASSES[AlertClass.F1])
    acked = replace(alert(AlertClass.F1, AlertState.ACKNOWLEDGED), acknowledged_at=NOW)
    assert ladder.waits(one, [acked], 0, NOW + timedelta(seconds=20)) == NOW + timedelta(minutes=3)
    late = ladder.on_due(one, [acked], 0, NOW + timedelta(minutes=3))
    assert late.roles == (Role.SHIFT_LEADER, Role.HEAD)


def test_who_is_called_anew_long_after_the_first_answer_has_time_to_set_out_again() -> None:
    one = ladder.ladder_of(CLASSES[AlertClass.F1])
    acked = replace(alert(AlertClass.F1, AlertState.ACKNOWLEDGED), acknowledged_at=NOW)
    called_again_at = NOW + timedelta(hours=30)
    assert ladder.waits(one, [acked], 0, called_again_at) == called_again_at + timedelta(seconds=30)
