"""Tasmota, Z-Wave, ESPHome and Bluetooth gateways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest import adapters
from ingest.adapters import ble, esphome, tasmota, zwave
from model.errors import BadInput
from model.events import Event

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
Short = Callable[[Iterable[Event]], str]

HOMEASSISTANT = ""  # discovery describes devices, it is never an event, and no format claims it
MEANINGS = (
    HOMEASSISTANT,
    "test+",
    "smoke+",
    "smoke-",
    "test+",
    "test- tamper- fault- battery_low- report",
    "test- tamper- fault- battery_low- report",
    *["report"] * 8,
    "",
    "report",
    "report",
    "test- smoke-",
    HOMEASSISTANT,
    HOMEASSISTANT,
    "offline-",
    "test+ smoke- tamper+ fault- battery_low+ report",
    "smoke+",
    "offline+",
    "offline+",
    "report",
    "offline-",
    "test- tamper- fault- battery_low- report",
)
"""What each line of the samples of real devices says."""


def test_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("ha_tasmota_ble", len(MEANINGS)), MEANINGS, strict=True):
        decode = adapters.pick(sample.topic)
        if decode is None and not sample.topic.startswith("homeassistant/"):
            decode = ble.decode
        said = "" if decode is None else short(decode(sample.topic, sample.payload, ARRIVED_AT))
        assert said == meaning, sample.meaning


def zone(**body: Any) -> list[Event]:
    received = {"ZbReceived": {"0x1A2B": body}}
    return tasmota.decode("tele/bridge/SENSOR", json.dumps(received).encode(), ARRIVED_AT)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"Fire": 1, "ZoneStatusChange": 1}, "smoke+ tamper- fault- battery_low-"),
        ({"Fire": 0}, "smoke-"),
        ({"CO": 1}, "co+"),
        ({"Name": "smoke_203", "ZoneStatusChange": 1}, "smoke+ tamper- fault- battery_low-"),
        ({"Name": "203烟感", "ZoneStatusChange": 2}, "smoke+ tamper- fault- battery_low-"),
        ({"Name": "smoke stairs door", "ZoneStatusChange": 1, "Contact": 1}, "tamper- fault- battery_low-"),
        ({"ZoneStatusChange": 1}, "tamper- fault- battery_low-"),
        ({"Name": "smoke_203", "ZoneStatusChange": 0x240}, "smoke- tamper- fault+ battery_low-"),
        ({"Name": "smoke_203", "0500<00": "010000000000"}, "smoke+ tamper- fault- battery_low-"),
        ({"Name": "smoke_203", "0500?00": "0800"}, "smoke- tamper- fault- battery_low+"),
        ({"Name": "smoke_203", "0500<00": "no digits"}, ""),
        ({"BatteryPercentage": 50}, "report"),
        ({"Power": 1}, ""),
    ],
)
def test_zones_of_tasmota(body: dict[str, Any], said: str, short: Short) -> None:
    assert short(event for event in zone(**body) if event.kind.value != "test") == said


def test_tasmota_names_bridge_and_device() -> None:
    assert {event.address for event in zone(Device="0x1A2B", Fire=1)} == {"bridge/0x1A2B"}


@pytest.mark.parametrize(
    ("topic", "payload", "said"),
    [
        ("tele/b/LWT", "Offline", "offline+"),
        ("tele/b/LWT", "Online", "offline-"),
        ("stat/b/FIRE", "ON", "smoke+"),
        ("stat/b/TEST", "OFF", "test-"),
        ("stat/b/FIRE", "None", ""),
        ("stat/b/POWER", "ON", ""),
        ("tele/b/STATE", "{}", ""),
    ],
)
def test_other_topics_of_tasmota(topic: str, payload: str, said: str, short: Short) -> None:
    assert short(tasmota.decode(topic, payload.encode(), ARRIVED_AT)) == said


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("113/0/Smoke_Alarm/Sensor_status", 1, "smoke+"),
        ("113/0/Smoke_Alarm/Sensor_status", 2, "smoke+"),
        ("113/0/Smoke_Alarm/Sensor_status", 0, "test- smoke-"),
        ("113/0/Smoke_Alarm/Sensor_status", 3, "test+"),
        ("113/0/Smoke_Alarm/Alarm_status", 6, "mute+"),
        ("113/0/Smoke_Alarm/Alarm_status", 0, "mute-"),
        ("113/0/Smoke_Alarm/Maintenance_status", 4, "fault+"),
        ("113/0/CO_Alarm/Sensor_status", 1, "co+"),
        ("113/0/Heat_Alarm/Heat_sensor_status", 2, "heat+"),
        ("113/0/Home_Security/Cover_status", 3, "tamper+"),
        ("113/0/Smoke_Alarm/Sensor_status", None, ""),
        ("113/0/Smoke Alarm/Sensor status", 2, "smoke+"),
        ("notification/endpoint_0/Smoke_Alarm/Sensor_status", 1, "smoke+"),
        ("battery/endpoint_0/level", 55, "report"),
        ("128/0/level", 55, "report"),
        ("128/0/isLow", True, "battery_low+"),
        ("49/0/Air_temperature", 20, ""),
    ],
)
def test_notifications_of_zwave(path: str, value: object, said: str, short: Short) -> None:
    events = zwave.decode(f"zwave/Floor/203/{path}", json.dumps({"value": value}).encode(), ARRIVED_AT)
    assert short(events) == said
    assert {event.address for event in events} <= {"Floor/203"}
    bare = zwave.decode(f"zwave/Floor/203/{path}", json.dumps(value).encode(), ARRIVED_AT)
    assert short(bare) == said  # a gateway may be told to publish just the value


def test_a_dead_node_is_offline(short: Short) -> None:
    assert short(zwave.decode("zwave/Floor/203/status", b'{"status":"Dead"}', ARRIVED_AT)) == "offline+"
    assert short(zwave.decode("zwave/Floor/203/status", b'{"status":"Alive"}', ARRIVED_AT)) == "offline-"
    assert short(zwave.decode("zwave/Floor/203/status", b'{"status":"Asleep"}', ARRIVED_AT)) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("smoke", "smoke+"),
        ("kitchen_fire", "smoke+"),
        ("smoke_battery_low", "battery_low+"),
        ("smoke_test", "test+"),
        ("co", "co+"),
        ("sos_button", "sos+"),
        ("smoke203", "smoke+"),
        ("SmokeDetector_2", "smoke+"),
        ("co2", ""),
        ("door", ""),
    ],
)
def test_sensors_of_esphome(name: str, said: str, short: Short) -> None:
    assert short(esphome.decode(f"node/binary_sensor/{name}/state", b"ON", ARRIVED_AT)) == said
    assert short(esphome.decode(f"node/binary_sensor/{name}/state", b"None", ARRIVED_AT)) == ""


UUID = "FDA50693A4E24FB1AFCFC6EB07647825"


def test_one_band_has_one_address_at_every_gateway() -> None:
    advert = "0201061AFF4C000215" + UUID + "000A0011C5"
    heard = [
        ble.decode(
            "ruuvi/g/AA:BB:CC:00:00:01", json.dumps({"data": advert, "rssi": -60}).encode(), ARRIVED_AT
        ),
        ble.decode(
            "home/g/BTtoMQTT/AABBCC000001",
            json.dumps({"id": "AA:BB:CC:00:00:01", "uuid": UUID.lower(), "major": 10, "minor": 17}).encode(),
            ARRIVED_AT,
        ),
        ble.decode(
            "espresense/devices/x/room",
            json.dumps({"id": "iBeacon:fda50693-a4e2-4fb1-afcf-c6eb07647825-10-17"}).encode(),
            ARRIVED_AT,
        ),
    ]
    assert {event.address for events in heard for event in events} == {
        "ibeacon:fda50693-a4e2-4fb1-afcf-c6eb07647825-10-17"
    }


@pytest.mark.parametrize("data", ["", "07FF4C0012020001", "02", "05FF4C000215"])
def test_adverts_of_strangers_are_not_heard(data: str) -> None:
    assert ble.decode("ruuvi/g/AA:BB:CC:00:00:01", json.dumps({"data": data}).encode(), ARRIVED_AT) == []


@pytest.mark.parametrize("decode", [tasmota.decode, zwave.decode, esphome.decode, ble.decode])
def test_topics_of_others_are_refused(decode: Callable[[str, bytes, datetime], list[Event]]) -> None:
    with pytest.raises(BadInput, match="topic"):
        decode("nobody/knows/this", b"{}", ARRIVED_AT)
