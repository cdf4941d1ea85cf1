"""Zigbee2MQTT: cached attributes, null and absent keys, names with slashes, availability in both forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ingest.adapters import zigbee2mqtt
from model.errors import BadInput
from model.events import Event, Kind, State

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
Short = Callable[[Iterable[Event]], str]

MEANINGS = (
    "smoke- report",
    "test+ smoke- tamper- fault- battery_low- report",
    "smoke- report",
    "smoke+ report",
    "smoke+ battery_low- report",
    "smoke+ battery_low- report",
    "test- smoke+ mute+ report",
    "smoke- battery_low- report",
    "smoke- battery_low- report",
    "report",
    "sos+ report",
    "sos+ report",
    "sos+ report",
    "tamper- battery_low- report",
    "smoke- tamper- battery_low+",
    "smoke+ tamper- battery_low-",
    "smoke- tamper+ battery_low-",
    "test- smoke- tamper- report",
    "offline-",
    "offline+",
    "",
    "offline-",
    "offline+",
    "offline-",
    "offline+",
    "offline+",
    "",
)
"""What each line of the samples of real devices says."""


def state(**body: Any) -> list[Event]:
    return zigbee2mqtt.decode("zigbee2mqtt/room 203", json.dumps(body).encode(), ARRIVED_AT)


def at(
    topic: str, payload: bytes | str | dict[str, Any] | list[Any], base: str = "zigbee2mqtt"
) -> list[Event]:
    match payload:
        case bytes():
            raw = payload
        case str():
            raw = payload.encode()
        case _:
            raw = json.dumps(payload).encode()
    return zigbee2mqtt.decode(topic, raw, ARRIVED_AT, base=base)


def test_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("zigbee2mqtt", len(MEANINGS)), MEANINGS, strict=True):
        events = at(sample.topic, sample.payload, base=sample.topic.split("/")[0])
        assert short(events) == meaning, sample.meaning


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"smoke": True}, "smoke+"),
        ({"smoke": False}, "smoke-"),
        ({"smoke": None}, ""),
        ({"smoke": ""}, ""),
        ({"smoke": "None"}, ""),
        ({"smoke": "true"}, "smoke+"),
        ({"smoke_alarm_1": False, "smoke_alarm_2": True}, "smoke+"),
        ({"smoke_alarm_1": True, "smoke_alarm_2": False}, "smoke+"),
        ({"smoke_alarm_1": False, "smoke_alarm_2": False}, "smoke-"),
        ({"smoke_state": "alarm"}, "smoke+"),
        ({"smoke_state": "none"}, "smoke-"),
        ({"smoke_state": "detecting"}, ""),
        ({"smoke_state": "unknown"}, ""),
        ({"alarm_state": "normal"}, "smoke-"),
        ({"alarm_state": "prealarm"}, ""),
        ({"alarm_state": "alarmed"}, "smoke+"),
        ({"alarm_state": "critical_alarm"}, "smoke+"),
        ({"heat": True, "carbon_monoxide": False}, "heat+ co-"),
        ({"battery_low": True}, "battery_low+"),
        ({"battery_state": "low"}, "battery_low+"),
        ({"battery_state": "medium"}, "battery_low-"),
        ({"battery_level": "middle"}, "battery_low-"),
        ({"battery_level": "high"}, "battery_low-"),
        ({"battery_level": 40}, ""),
        ({"tamper": True}, "tamper+"),
        ({"test": True}, "test+"),
        ({"self_test": True}, "test+"),
        ({"self_test": False}, "test-"),
        ({"self_test": "checking"}, "test+"),
        ({"self_test": "check_success"}, "test- fault-"),
        ({"self_test": "check_failure"}, "test- fault+"),
        ({"device_fault": True}, "fault+"),
        ({"fault_alarm": True}, "fault+"),
        ({"trouble": True, "battery_defect": False}, "fault+"),
        ({"battery_defect": True, "trouble": False}, "fault+"),
        ({"trouble": False, "battery_defect": False}, "fault-"),
        ({"silence": True}, "mute+"),
        ({"buzzer_manual_mute": True, "silence": False}, "mute+"),
        ({"action": "emergency"}, "sos+"),
        ({"action": ""}, ""),
        ({"action": None}, ""),
        ({"action": "arm_all_zones"}, ""),
        ({"sos": True}, "sos+"),
        ({"sos": False}, ""),
        ({"contact": False}, "door+"),
        ({"contact": True, "battery_low": False}, "battery_low- door-"),
        ({"alarm": True}, ""),
        ({"alarm": "ON"}, ""),
        ({"linkage_alarm": True, "linkage_alarm_state": True}, ""),
        ({"supervision_reports": True, "restore_reports": True, "ac_status": True}, ""),
        ({"state": "ON", "brightness": 254}, ""),
        ({"state": "ON", "linkquality": 0}, "report"),
        ({}, ""),
    ],
)
def test_attributes_of_the_exposes(body: dict[str, Any], said: str, short: Short) -> None:
    assert short(state(**body)) == said


def test_a_test_comes_before_the_smoke_it_makes_and_the_report_comes_last(short: Short) -> None:
    events = state(battery=90, smoke=True, tamper=True, test=True, silence=True)
    assert short(events) == "test+ smoke+ tamper+ mute+ report"


def test_readings_carry_their_units(short: Short) -> None:
    [report] = state(battery="97.50", voltage=3015, linkquality=143, temperature=21.5)
    assert report.values == {"battery_pct": 97.5, "battery_v": 3.015, "lqi": 143, "temperature_c": 21.5}


@pytest.mark.parametrize("battery", [True, "NaN", "low", -1, 101, None, [90], {"value": 90}, "9_0", 10**400])
def test_a_battery_that_is_no_percentage_is_left_out(battery: object) -> None:
    assert state(battery=battery) == []


def test_the_smoke_event_carries_what_a_person_may_doubt_it_by() -> None:
    smoke = state(smoke=True, smoke_density=0, battery=12)[0]
    assert smoke.values == {"smoke_density": 0, "battery_pct": 12}


@pytest.mark.parametrize(
    "last_seen", ["2026-03-01T01:59:58Z", "2026-03-01T09:59:58+08:00", 1772330398000, "1772330398000"]
)
def test_last_seen_in_each_form_is_when_it_was_said(last_seen: object) -> None:
    events = state(smoke=True, last_seen=last_seen)
    assert {event.said_at for event in events} == {datetime(2026, 3, 1, 1, 59, 58, tzinfo=UTC)}


@pytest.mark.parametrize("last_seen", [None, "", "N/A", "2026-03-01T09:59:58", 0, True, 1e300])
def test_a_last_seen_that_cannot_be_read_is_unknown(last_seen: object) -> None:
    [smoke] = state(smoke=True, last_seen=last_seen)
    assert smoke.said_at is None


def test_the_name_is_the_address_with_spaces_and_slashes() -> None:
    [event] = at("zigbee2mqtt/east wing/2/203 smoke", {"smoke": True})
    assert (event.source, event.address) == ("zigbee2mqtt", "east wing/2/203 smoke")


def test_the_base_topic_is_the_source() -> None:
    [event] = at("home/zb2/0x00158d0001aabbcc", {"smoke": True}, base="home/zb2")
    assert (event.source, event.address) == ("home/zb2", "0x00158d0001aabbcc")
    with pytest.raises(BadInput, match="topic"):
        at("zigbee2mqtt/x", {"smoke": True}, base="home/zb2")


@pytest.mark.parametrize(
    ("topic", "payload", "address", "said"),
    [
        ("zigbee2mqtt/203/smoke", "true", "203", "smoke+"),
        ("zigbee2mqtt/203/smoke", "false", "203", "smoke-"),
        ("zigbee2mqtt/203/smoke", "", "203", ""),
        ("zigbee2mqtt/203/smoke", "null", "203", ""),
        ("zigbee2mqtt/2/203/battery", "97", "2/203", "report"),
        ("zigbee2mqtt/203/action", "emergency", "203", "sos+"),
        ("zigbee2mqtt/203/self_test", "check_failure", "203", "test- fault+"),
        ("zigbee2mqtt/203/state", "ON", "203", ""),
        ("zigbee2mqtt/203/smoke", '{"smoke":true}', "203/smoke", "smoke+"),
    ],
)
def test_single_attributes(topic: str, payload: str, address: str, said: str, short: Short) -> None:
    events = at(topic, payload)
    assert short(events) == said
    assert {event.address for event in events} <= {address}


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("zigbee2mqtt/203", "ON"),
        ("zigbee2mqtt/203", "true"),
        ("zigbee2mqtt/203", '{"smoke":tr'),
        ("zigbee2mqtt/203", "[]"),
        ("zigbee2mqtt/203", b"\xff\x00"),
        ("zigbee2mqtt/2/kitchen", "garbage"),
        ("zigbee2mqtt/bridge/event", "garbage"),
        ("zigbee2mqtt/bridge/devices", "{}"),
    ],
)
def test_what_cannot_be_read_is_refused(topic: str, payload: bytes | str) -> None:
    with pytest.raises(BadInput) as error:
        at(topic, payload)
    assert error.value.field == "payload"


@pytest.mark.parametrize("form", ['{"state":"%s"}', "%s"])
def test_availability_in_both_forms(form: str) -> None:
    for word, expected in (("offline", State.ACTIVE), ("online", State.CLEAR)):
        [device] = at("zigbee2mqtt/2/203/availability", form % word)
        [bridge] = at("zigbee2mqtt/bridge/state", form % word)
        assert (device.address, device.kind, device.state) == ("2/203", Kind.OFFLINE, expected)
        assert (bridge.address, bridge.kind, bridge.state) == ("bridge", Kind.OFFLINE, expected)


def test_an_empty_availability_is_forgotten_and_a_strange_one_refused() -> None:
    assert at("zigbee2mqtt/203/availability", "") == []
    with pytest.raises(BadInput, match="state"):
        at("zigbee2mqtt/203/availability", '{"state":"sleeping"}')


def test_the_device_list_gives_names() -> None:
    book = [
        {"ieee_address": "0x00124b0000000001", "friendly_name": "Coordinator", "type": "Coordinator"},
        {
            "ieee_address": "0x00158d0001aabbcc",
            "friendly_name": "2/203",
            "type": "EndDevice",
            "definition": {"model": "JTYJ-GD-01LM/BW", "vendor": "Xiaomi"},
        },
        {"ieee_address": "0x00158d0001aabbdd", "friendly_name": "new", "definition": None},
        {"friendly_name": "no address"},
        "not a device",
    ]
    first, second = at("zigbee2mqtt/bridge/devices", book)
    assert (first.kind, first.address, first.state) == (Kind.NAME, "0x00158d0001aabbcc", None)
    assert first.values == {"alias": "2/203", "model": "JTYJ-GD-01LM/BW", "vendor": "Xiaomi"}
    assert second.values == {"alias": "new"}


def test_a_device_that_left_is_offline() -> None:
    data = {"ieee_address": "0x00158d0001aabbcc", "friendly_name": "2/203"}
    [event] = at("zigbee2mqtt/bridge/event", {"type": "device_leave", "data": data})
    assert (event.address, event.kind, event.state) == ("0x00158d0001aabbcc", Kind.OFFLINE, State.ACTIVE)
    assert at("zigbee2mqtt/bridge/event", {"type": "device_interview", "data": data}) == []


@pytest.mark.parametrize(
    "topic",
    [
        "203/set",
        "203/get",
        "2/203/set/state",
        "203/get/battery",
        "bridge/log",
        "bridge/logging",
        "bridge/request/x",
    ],
)
def test_what_goes_down_and_what_the_bridge_writes_for_itself_say_nothing(topic: str) -> None:
    assert at(f"zigbee2mqtt/{topic}", "anything at all") == []


def test_a_local_last_seen_keeps_its_instant() -> None:
    said = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    [event, _] = state(smoke=False, last_seen=said.isoformat())
    assert event.said_at == said
