"""Fire: one detector sends people, two confirm, a test calls nobody, and a stuck test flag hides no fire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.classes import Limits
from alerts.decisions import Active, Cleared, Decision, Raise, Record, Said, Situation
from alerts.rules import decide
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from model.events import Event, Kind, State

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
LIMITS = Limits()


def detector(device_id: int = 1, zone_id: int | None = 7) -> Device:
    return Device(
        device_id, "yian", f"d{device_id}", f"d{device_id}", DeviceKind.DETECTOR, 1, 5, zone_id, None, None,
        timedelta(hours=24), sleeps=False, registered=True,
    )  # fmt: skip


def said(
    kind: Kind, state: State = State.ACTIVE, at: datetime = NOW, arrived: datetime = NOW, **device: int
) -> Said:
    one = detector(**device)
    return Said(Event("yian", one.address, kind, state, at), one, at, arrived)


def classes(decisions: list[Decision]) -> list[AlertClass]:
    return [decision.alert_class for decision in decisions if isinstance(decision, Raise)]


def test_one_detector_alone_is_an_f1() -> None:
    assert classes(decide(said(Kind.SMOKE), Situation(), LIMITS)) == [AlertClass.F1]


@given(st.timedeltas(timedelta(0), timedelta(minutes=20)))
def test_a_second_device_of_the_zone_confirms_within_eight_minutes_and_not_later(apart: timedelta) -> None:
    situation = Situation(zone_fires=(Active(2, NOW - apart),))
    found = classes(decide(said(Kind.SMOKE), situation, LIMITS))
    assert (AlertClass.F2 in found) == (apart <= timedelta(minutes=8))
    assert AlertClass.F1 in found


def test_the_same_device_does_not_confirm_itself() -> None:
    situation = Situation(zone_fires=(Active(1, NOW - timedelta(minutes=1)),))
    assert classes(decide(said(Kind.SMOKE), situation, LIMITS)) == [AlertClass.F1]


def test_devices_without_a_zone_confirm_nothing() -> None:
    one = Said(Event("yian", "d1", Kind.SMOKE, State.ACTIVE, NOW), detector(zone_id=None), NOW, NOW)
    situation = Situation(zone_fires=(Active(2, NOW),))
    assert classes(decide(one, situation, LIMITS)) == [AlertClass.F1]


def test_heat_and_a_call_point_are_confirmed_fire_at_once() -> None:
    for kind in (Kind.HEAT, Kind.CALL_POINT):
        assert classes(decide(said(kind), Situation(), LIMITS)) == [AlertClass.F2]


def test_an_alarm_during_a_fresh_test_is_a_record_and_calls_nobody() -> None:
    situation = Situation(since={Kind.TEST: NOW - timedelta(minutes=2)})
    decisions = decide(said(Kind.SMOKE), situation, LIMITS)
    assert [type(decision) for decision in decisions] == [Record]


def test_a_test_flag_that_is_stuck_hides_no_fire() -> None:
    situation = Situation(since={Kind.TEST: NOW - timedelta(minutes=11)})
    assert classes(decide(said(Kind.SMOKE), situation, LIMITS)) == [AlertClass.F1]


def test_smoke_that_outlasts_the_test_is_raised_when_the_test_ends() -> None:
    situation = Situation(
        since={Kind.TEST: NOW - timedelta(minutes=2), Kind.SMOKE: NOW - timedelta(minutes=1)}
    )
    assert classes(decide(said(Kind.TEST, State.CLEAR), situation, LIMITS)) == [AlertClass.F1]


def test_a_clear_never_raises_and_never_closes() -> None:
    decisions = decide(said(Kind.SMOKE, State.CLEAR), Situation(), LIMITS)
    assert [type(decision) for decision in decisions] == [Cleared]


def test_a_late_alarm_is_raised_and_marked_late() -> None:
    decisions = decide(said(Kind.SMOKE, at=NOW - timedelta(hours=3)), Situation(), LIMITS)
    assert [d.late for d in decisions if isinstance(d, Raise)] == [True]


@given(
    st.sampled_from(sorted(Kind)),
    st.sampled_from([State.ACTIVE, State.CLEAR, None]),
    st.dictionaries(st.sampled_from(sorted(Kind)), st.just(NOW - timedelta(minutes=3))),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_mute_and_test_are_never_a_fire_alarm_whatever_was_before(
    kind: Kind, state: State | None, since: dict[Kind, datetime], age: timedelta
) -> None:
    found = classes(decide(said(kind, state or State.ACTIVE, at=NOW - age), Situation(since=since), LIMITS))
    if kind is Kind.MUTE or (kind is Kind.TEST and state is State.ACTIVE):
        assert not set(found) & {AlertClass.F1, AlertClass.F2}
