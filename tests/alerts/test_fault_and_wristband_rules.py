"""Faults go to maintenance, a band's to its carer; a last will of a sleeping device says nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.classes import Limits
from alerts.decisions import Raise, Said, Situation, Unwatch, Watch
from alerts.rules import decide, fault
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from model.events import Event, Kind, State

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
LIMITS = Limits()
DETECTOR = Device(
    1,
    "yian",
    "d1",
    "d1",
    DeviceKind.DETECTOR,
    1,
    5,
    7,
    None,
    None,
    timedelta(hours=24),
    sleeps=False,
    registered=True,
)
BAND = replace(DETECTOR, device_id=2, kind=DeviceKind.WRISTBAND)


def said(device: Device, kind: Kind, state: State | None = State.ACTIVE, at: datetime = NOW) -> Said:
    return Said(Event("yian", device.address, kind, state, at), device, at, NOW)


@pytest.mark.parametrize(
    ("kind", "alert_class"),
    [(Kind.FAULT, AlertClass.T1), (Kind.BATTERY_LOW, AlertClass.T2), (Kind.TAMPER, AlertClass.T4)],
)
def test_each_fault_of_a_detector_has_its_class(kind: Kind, alert_class: AlertClass) -> None:
    [decision] = decide(said(DETECTOR, kind), Situation(), LIMITS)
    assert isinstance(decision, Raise)
    assert decision.alert_class is alert_class


@pytest.mark.parametrize("kind", [Kind.BATTERY_LOW, Kind.OFF_BODY])
def test_what_ails_a_wristband_is_its_carers(kind: Kind) -> None:
    [decision] = decide(said(BAND, kind), Situation(), LIMITS)
    assert isinstance(decision, Raise)
    assert decision.alert_class is AlertClass.W6


def test_a_mute_is_neither_alarm_nor_clear_but_is_watched() -> None:
    assert decide(said(DETECTOR, Kind.MUTE), Situation(), LIMITS) == [
        Watch("mute", "device:1", NOW + LIMITS.mute_for)
    ]
    [at_limit] = fault.on_mute_limit(DETECTOR)
    assert isinstance(at_limit, Raise)
    assert at_limit.alert_class is AlertClass.T4


def test_a_last_will_is_watched_for_the_grace_before_it_is_a_fault() -> None:
    assert decide(said(DETECTOR, Kind.OFFLINE), Situation(), LIMITS) == [
        Watch("offline", "device:1", NOW + LIMITS.offline_grace)
    ]
    back = decide(said(DETECTOR, Kind.OFFLINE, State.CLEAR), Situation(), LIMITS)
    assert Unwatch("offline", "device:1") in back


def test_the_last_will_of_a_sleeping_device_is_normal() -> None:
    assert decide(said(replace(DETECTOR, sleeps=True), Kind.OFFLINE), Situation(), LIMITS) == []


def test_silence_behind_a_gateway_that_is_down_raises_nothing_of_its_own() -> None:
    assert fault.on_silence(DETECTOR, parent_down=True) == []
    [alone] = fault.on_silence(DETECTOR, parent_down=False)
    assert isinstance(alone, Raise)
    assert alone.alert_class is AlertClass.T3


def test_nobody_is_called_for_the_silence_of_a_stranger() -> None:
    assert fault.on_silence(replace(DETECTOR, registered=False), parent_down=False) == []


@pytest.mark.parametrize(
    ("device", "pct", "low"),
    [(DETECTOR, 10, True), (DETECTOR, 11, False), (BAND, 20, True), (BAND, 21, False), (BAND, 0, True)],
)
def test_a_percentage_is_low_at_its_kinds_limit(device: Device, pct: float, *, low: bool) -> None:
    assert fault.battery_is_low(device, pct, LIMITS) is low


@pytest.mark.parametrize("value", [None, True, "97"])
def test_what_is_not_a_percentage_says_nothing(value: str | bool | None) -> None:
    assert fault.battery_is_low(DETECTOR, value, LIMITS) is None


def test_an_sos_that_arrives_hours_late_is_paged_all_the_same() -> None:
    [decision] = decide(said(BAND, Kind.SOS, None, NOW - timedelta(hours=5)), Situation(), LIMITS)
    assert isinstance(decision, Raise)
    assert (decision.alert_class, decision.late) == (AlertClass.W1, True)


def test_leaving_the_fence_is_a_w2() -> None:
    [decision] = decide(said(BAND, Kind.FENCE), Situation(), LIMITS)
    assert isinstance(decision, Raise)
    assert decision.alert_class is AlertClass.W2
