"""How devices speak, and what each message must leave in the store."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from random import Random

from model.devices import DeviceKind
from model.events import Kind
from simulators import county
from simulators.fittings import NATIVE, ZIGBEE
from simulators.fleet import Again, Chatter, Fleet, Report, Say, Stranger

T0 = datetime(2026, 3, 20, 2, 0, 0, 123456, tzinfo=UTC)


def fleet() -> Fleet:
    return Fleet(county.build(4, county.Size(), date(2026, 3, 20)), Random(4))


def detector(of: Fleet, source: str) -> str:
    return next(one.address for one in of.county.devices(DeviceKind.DETECTOR) if one.source == source)


def smoke(address: str, active: bool) -> Say:
    return Say(address, ((Kind.SMOKE, active),))


def test_a_native_alarm_has_id_time_kind_and_state() -> None:
    choir = fleet()
    address = detector(choir, NATIVE)
    (message,) = choir.perform(smoke(address, True), T0)
    body = json.loads(message.payload)
    assert message.topic == f"yian/v1/sim4-1/{address}/alarm"
    assert (body["kind"], body["state"], body["at"]) == ("smoke", "active", "2026-03-20T02:00:00.123Z")
    assert message.trace is not None
    assert message.trace.kinds == {Kind.SMOKE}
    assert message.trace.said_at == T0.replace(microsecond=123000)


def test_a_repeat_is_said_anew_but_leaves_no_row() -> None:
    choir = fleet()
    address = detector(choir, NATIVE)
    (first,) = choir.perform(smoke(address, True), T0)
    (second,) = choir.perform(smoke(address, True), T0 + timedelta(seconds=3))
    assert first.payload != second.payload
    assert second.trace is None


def test_what_chatters_in_one_breath_is_told_by_its_milliseconds() -> None:
    choir = fleet()
    address = detector(choir, NATIVE)
    said = [
        one.trace for _ in range(2) for one in choir.perform(Chatter(address, Kind.FAULT, 4), T0) if one.trace
    ]
    assert [one.kinds for one in said] == [{Kind.FAULT}] * 8
    assert [one.said_at - said[0].said_at for one in said] == [timedelta(milliseconds=n) for n in range(8)]


def test_a_state_that_was_never_so_leaves_no_row_when_it_is_clear() -> None:
    choir = fleet()
    (message,) = choir.perform(smoke(detector(choir, NATIVE), False), T0)
    assert message.trace is None


def test_a_call_for_help_is_momentary_and_each_press_is_an_event() -> None:
    choir = fleet()
    band = choir.county.devices(DeviceKind.WRISTBAND)[0].address
    press = Say(band, ((Kind.SOS, True),))
    said = choir.perform(press, T0) + choir.perform(press, T0 + timedelta(seconds=1))
    assert all("state" not in json.loads(message.payload) for message in said)
    assert [message.trace.rows() for message in said if message.trace] == [1, 1]


def test_a_redelivery_is_the_same_bytes_and_leaves_no_second_row() -> None:
    choir = fleet()
    address = detector(choir, NATIVE)
    (first,) = choir.perform(smoke(address, True), T0)
    (again,) = choir.perform(Again(address), T0 + timedelta(seconds=1))
    assert again.payload == first.payload
    assert again.trace is None


def test_a_zigbee_detector_repeats_everything_it_knows() -> None:
    choir = fleet()
    address = detector(choir, ZIGBEE)
    (alarm,) = choir.perform(smoke(address, True), T0)
    (report,) = choir.perform(Report(address), T0 + timedelta(seconds=3))
    assert alarm.topic.startswith("zigbee2mqtt/smoke-")
    body = json.loads(report.payload)
    assert body["smoke"] is True
    assert body["battery_low"] is False
    assert alarm.trace is not None
    assert report.trace is not None
    assert (alarm.trace.kinds, report.trace.kinds) == ({Kind.SMOKE}, frozenset())


def test_a_band_outside_its_fence_is_somewhere_else() -> None:
    choir = fleet()
    band = choir.county.devices(DeviceKind.WRISTBAND)[0]
    home = next(home for home in choir.county.registers.homes if home.code == band.home)
    (inside,) = choir.perform(Report(band.address), T0)
    choir.perform(Say(band.address, ((Kind.FENCE, True),)), T0)
    (outside,) = choir.perform(Report(band.address), T0)
    assert home.lat is not None
    assert abs(json.loads(inside.payload)["values"]["lat"] - home.lat) < 0.001
    assert abs(json.loads(outside.payload)["values"]["lat"] - home.lat) > 0.003


def test_a_stranger_speaks_on_a_connection_of_its_own() -> None:
    choir = fleet()
    (message,) = choir.perform(Stranger("sim4-1", "nobody", Kind.SMOKE), T0)
    assert message.line == "strangers"
    assert message.topic == "yian/v1/sim4-1/nobody/alarm"


def test_every_connection_of_a_gateway_has_a_last_will() -> None:
    wills = fleet().lines()
    assert wills["strangers"] is None
    assert {line for line, will in wills.items() if will is not None} == {
        "sim4-1",
        "sim4-2",
        "sim4-3",
        ZIGBEE,
    }
