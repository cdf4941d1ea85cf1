"""What holds for every wire format, whatever is on its topics."""

from __future__ import annotations

import base64
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import adapters
from ingest.adapters import lorawan_devices, said
from model.errors import BadInput
from model.events import FIRE_KINDS, MOMENTARY_KINDS, Event, Kind, State

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)

TOPICS: dict[str, tuple[str, ...]] = {
    "native": ("yian/v1/h/d/alarm", "yian/v1/h/d/telemetry", "yian/v1/h/d/status"),
    "zigbee2mqtt": (
        "zigbee2mqtt/2/203",
        "zigbee2mqtt/203/smoke",
        "zigbee2mqtt/203/availability",
        "zigbee2mqtt/bridge/state",
        "zigbee2mqtt/bridge/devices",
        "zigbee2mqtt/bridge/event",
    ),
    "lorawan_chirpstack": tuple(
        f"application/a/device/0102030405060708/event/{name}"
        for name in ("up", "status", "join", "log", "location", "ack")
    ),
    "lorawan_tts": ("v3/a@t/devices/d/up", "v3/a@t/devices/d/join", "v3/a@t/devices/d/location/solved"),
    "owntracks": ("owntracks/u/d", "owntracks/u/d/event"),
    "traccar": ("events", "positions"),
    "g616": ("atom/g616/status/1",),
    "gb26875": ("gb26875/up", "gb26875/p/up"),
    "alink": (
        "/sys/p/d/thing/event/property/post",
        "/sys/p/d/thing/event/SosAlarm/post",
        "/sys/p/d/thing/event/property/pack/post",
        "/sys/p/d/thing/event/property/history/post",
        "/p/d/thing/event/property/post",
        "/as/mqtt/status/p/d",
    ),
    "onenet": (
        *(f"$sys/p/d/thing/{what}/post" for what in ("property", "event", "pack", "history")),
        "bridge/onenet/p/d",
    ),
    "iotda": (
        "$oc/devices/d/sys/properties/report",
        "$oc/devices/d/sys/events/up",
        "$oc/devices/d/sys/gateway/sub_devices/properties/report",
        "bridge/iotda/d",
    ),
    "tuya": tuple(
        f"tylink/d/thing/{what}" for what in ("property/report", "event/trigger", "data/batch_report")
    ),
    "ctwing": ("bridge/ctwing/p/d",),
    "oceanconnect": ("bridge/oceanconnect/d",),
    "wanlin": ("bridge/wanlin/h",),
    "tasmota": ("tele/b/LWT", "tele/b/SENSOR", "stat/b/RESULT", "stat/b/FIRE"),
    "zwave": ("zwave/l/n/113/0/Smoke_Alarm/Sensor_status", "zwave/l/n/128/0/level", "zwave/l/n/status"),
    "esphome": ("n/binary_sensor/smoke/state", "n/sensor/battery/state", "n/status"),
    "ble": (
        "espresense/devices/d/room",
        "espresense/rooms/r/status",
        "home/g/BTtoMQTT/AABBCCDDEEFF",
        "home/home_presence/g",
        "ruuvi/g/AA:BB:CC:DD:EE:FF",
        "ruuvi/g/gw_status",
        "hermes/presence/r",
        "Event/Navi/RSSI",
    ),
    "shelly": (
        "s/events/rpc",
        "s/status/smoke:0",
        "s/online",
        "shellies/s/sensor/smoke",
        "shellies/s/status",
        "shellies-ble/x",
    ),
}

CASES = [(name, topic) for name, topics in TOPICS.items() for topic in topics]

# The words of the formats' own objects, so that made-up messages reach every branch.
NAMES = st.sampled_from(
    """
    smoke smoke_alarm_1 smoke_state alarm_state heat carbon_monoxide battery battery_low battery_state
    voltage tamper test self_test device_fault silence action sos linkquality last_seen kind state id at
    seq values lat lon crs accuracy_m worn battery_pct ieee_address friendly_name definition type data
    src method params ts smoke:0 devicepower:0 sys wakeup_reason cause alarm mute errors external events
    component event addr service_data button pid deviceInfo deviceProfileName time fPort object rxInfo
    rssi status batteryLevel location latitude longitude level code end_device_ids dev_eui
    uplink_message decoded_payload frm_payload f_port f_cnt received_at simulated smokeAlarm mounted
    testButtonPressed concentration FireAlarm Alarm Volt alarmStatus productTest geofence_status
    tamper_status button_event ALARM_status Latitude Longitud messages measurementId measurementValue
    sosFlag gpsLatitude mandown lowBattery position device uniqueId deviceId attributes geofence name
    _type tst acc batt bs t desc location locationDate locationTime isOnline isWearing items value
    SmokeSensorState smoke_sensor_status checking_result identity properties subDevices services
    service_id properties event_time paras event_type device_statuses device_id resource notify_data
    header body eventCode eventTime outputParams msgId messageType payload serviceData Alarm_Status
    APPdata eventContent eventType timestamp notifyType service Data devState temperature dcode address
    eventdate content b c v tm
    """.split()  # noqa: SIM905 - one word after the other reads better than quoted ones
)
WORDS = st.sampled_from(
    [
        *(
            "smoke",
            "sos",
            "fall",
            "fault",
            "mute",
            "test",
            "active",
            "clear",
            "online",
            "offline",
            "alarm",
            "none",
        ),
        *("emergency", "checking", "check_failure", "low", "location", "transition", "lwt", "leave", "enter"),
        *("NotifyStatus", "NotifyFullStatus", "NotifyEvent", "alarm_test", "single_push", "bthomedevice:1"),
        *("TG563A", "SD-1001", "GS524N", "RA02A", "RB02I", "Nexelec", "AT101", "WS101", "TrackerD", "T1000"),
        *("Abeeway", "LW001", "Alarm", "Pushed", "normal", "TRUE", "SMOKE_DETECTED", "LOCAL_TEST", "outside"),
        *(
            "dataReport",
            "eventReport",
            "deviceOnlineOfflineReport",
            "deviceDataChanged",
            "notify",
            "lifeCycle",
        ),
        *(
            "geofenceExit",
            "deviceOffline",
            "sos,lowBattery",
            "device_leave",
            "device.status",
            "device.property",
        ),
        *(
            "X01T28U99S18",
            "0003",
            "报警SOS",
            "GCJ-02",
            "2026-03-01T10:00:00+08:00",
            "20260301T015958Z",
            "NaN",
        ),
        *("\u0000", "\ud800", "", "None", "1e400"),
    ]
)
BYTES = st.binary(max_size=60).map(lambda raw: base64.b64encode(raw).decode())
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 1, 2, 5, 6, 7, 8, 18, 27, 56, 85, 92, 1772330398, 1772330398000]),
    st.floats(),
    st.text(max_size=12),
    WORDS,
    BYTES,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=8)),
    max_leaves=15,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=14)


def decoded(name: str, topic: str, payload: bytes) -> list[Event]:
    """Decode, and check what every event must keep to; a refusal is as good as an answer."""
    try:
        events = adapters.FORMATS[name].decode(topic, payload, ARRIVED_AT)
    except BadInput as error:
        if not error.field:
            pytest.fail("a refusal must name its field")
        return []
    for event in events:
        assert event.source
        assert event.address
        assert event.said_at is None or event.said_at.utcoffset() == timedelta()
        assert (event.state is None) == (event.kind in {Kind.REPORT, Kind.NAME})
        assert event.kind not in MOMENTARY_KINDS or event.state is State.ACTIVE
        for text in (event.address, event.key or "", *event.values, *event.values.values()):
            if isinstance(text, str):
                text.encode()  # no half surrogates, no NUL: every store accepts it
                assert "\0" not in text
            elif isinstance(text, float):
                assert math.isfinite(text)
        lat, lon = event.values.get("lat"), event.values.get("lon")
        assert (lat is None) == (lon is None)
    kinds = [event.kind for event in events if event.kind is not Kind.NAME]
    if len({event.address for event in events}) == 1 and kinds.count(Kind.REPORT) == 1:
        assert kinds[-1] is Kind.REPORT
        if Kind.TEST in kinds:
            assert kinds[0] is Kind.TEST
    return events


def test_every_format_has_topics_here_that_it_picks() -> None:
    assert TOPICS.keys() == set(adapters.formats())
    for name, topic in CASES:
        if not adapters.FORMATS[name].subscriptions:
            assert adapters.pick(topic) is None, topic
            continue
        base = topic.partition("/")[0] if name == "zigbee2mqtt" else "zigbee2mqtt"
        assert adapters.pick(topic, [base]) is not None, topic


# Invariant: any bytes on any claimed topic are events or a refusal, never another exception.
@pytest.mark.parametrize(("name", "topic"), CASES)
@settings(max_examples=10)
@given(payload=st.binary(max_size=120))
def test_any_bytes_are_events_or_refused(name: str, topic: str, payload: bytes) -> None:
    decoded(name, topic, payload)


# Invariant: any JSON on any claimed topic is events or a refusal, and the events are fit to be stored.
@pytest.mark.parametrize(("name", "topic"), CASES)
@settings(max_examples=15)
@given(body=st.one_of(OBJECTS, VALUES))
def test_any_json_is_events_or_refused(name: str, topic: str, body: Any) -> None:
    decoded(name, topic, json.dumps(body).encode())


# Invariant: what is not said clears nothing, and null is not said.
@pytest.mark.parametrize(("name", "topic"), CASES)
@pytest.mark.parametrize(
    "nothing", [{}, {"smoke": None, "alarm": None, "params": {}, "data": {}, "object": {}}]
)
def test_absent_and_null_clear_nothing(name: str, topic: str, nothing: dict[str, Any]) -> None:
    for event in decoded(name, topic, json.dumps(nothing).encode()):
        assert event.state is not State.CLEAR or event.kind is Kind.OFFLINE


def test_every_state_that_a_message_notes_is_given() -> None:
    of_no_message = {Kind.REPORT, Kind.NAME, Kind.CANARY, Kind.DUE}
    assert set(said.ORDER) == set(Kind) - of_no_message


def test_a_format_is_found_by_its_source_and_its_tool() -> None:
    assert adapters.FORMATS["yian"] is adapters.FORMATS["native"]
    assert adapters.FORMATS["theengs"] is adapters.FORMATS["ble"]


LEVELS = sorted({level for _, topic in CASES for level in topic.split("/")} | {"", "\x01", "set", "x" * 600})


# Invariant: any topic is read or refused by every format, and no event is without a name.
@pytest.mark.parametrize("name", adapters.formats())
@settings(max_examples=12)
@given(
    levels=st.lists(st.sampled_from(LEVELS), min_size=1, max_size=6),
    payload=st.sampled_from([b"", b"{}", b"[]", b"true", b"offline", b'{"state":"online"}', b"\xff"]),
)
def test_any_topic_is_read_or_refused(name: str, levels: list[str], payload: bytes) -> None:
    decoded(name, "/".join(levels), payload)


FRAMES = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 18, 56, 85])
MODELS = st.sampled_from(["?", *(name for profile in lorawan_devices.PROFILES for name in profile.names)])


# Invariant: any bytes of any LoRaWAN model on any port are events or a refusal.
@given(model=MODELS, port=FRAMES, data=st.binary(max_size=64))
def test_any_frame_of_any_model(model: str, port: int, data: bytes) -> None:
    body = {
        "deviceInfo": {"deviceProfileName": model},
        "fPort": port,
        "data": base64.b64encode(data).decode(),
        "time": "2026-03-01T02:00:00Z",
    }
    topic = "application/a/device/0102030405060708/event/up"
    decoded("lorawan_chirpstack", topic, json.dumps(body).encode())


# Invariant: any application data in a frame with a right checksum are events or a refusal.
@given(kind=st.sampled_from([1, 2, 3, 4, 21, 24, 99]), count=st.integers(0, 4), rest=st.binary(max_size=190))
def test_any_application_data(kind: int, count: int, rest: bytes) -> None:
    data = bytes([kind, count]) + rest
    inner = bytes(22) + len(data).to_bytes(2, "little") + b"\x02" + data
    decoded("gb26875", "gb26875/up", b"\x40\x40" + inner + bytes([sum(inner) % 256]) + b"\x23\x23")


@pytest.mark.parametrize(
    ("name", "topic", "body"),
    [
        (
            "native",
            "yian/v1/h/d/alarm",
            {"id": "1", "at": "2026-03-01T10:00:00+08:00", "kind": "test", "state": "active"},
        ),
        (
            "native",
            "yian/v1/h/d/alarm",
            {"id": "1", "at": "2026-03-01T10:00:00+08:00", "kind": "mute", "state": "active"},
        ),
        ("zigbee2mqtt", "zigbee2mqtt/203", {"test": True}),
        ("zigbee2mqtt", "zigbee2mqtt/203", {"silence": True}),
        ("zigbee2mqtt", "zigbee2mqtt/203", {"self_test": "checking"}),
        (
            "shelly",
            "s/events/rpc",
            {"method": "NotifyStatus", "params": {"sys": {"wakeup_reason": {"cause": "alarm_test"}}}},
        ),
        ("shelly", "s/status/smoke:0", {"mute": True}),
        (
            "lorawan_chirpstack",
            CASES[9][1],
            {"object": {"smokeAlarm": "Alarm", "testButtonPressed": "Pushed"}},
        ),
        ("lorawan_chirpstack", CASES[9][1], {"object": {"event": "silent", "concentration": 9}}),
        (
            "lorawan_chirpstack",
            CASES[9][1],
            {"object": {"event": "testing alarm with low battery", "concentration": 9}},
        ),
        (
            "lorawan_chirpstack",
            CASES[9][1],
            {"object": {"alarmStatus": "NO_SMOKE_DETECTED", "pauseAlarm": "MAIN_BUTTON_PRESSED"}},
        ),
        ("tuya", "tylink/d/thing/property/report", {"data": {"muffling": True}}),
        ("tuya", "tylink/d/thing/property/report", {"data": {"checking_result": "checking"}}),
        (
            "ctwing",
            "bridge/ctwing/p/d",
            {"messageType": "dataReport", "deviceId": "d", "payload": {"serviceData": {"Alarm_Status": 2}}},
        ),
        (
            "ctwing",
            "bridge/ctwing/p/d",
            {"messageType": "dataReport", "deviceId": "d", "payload": {"serviceData": {"Alarm_Status": 14}}},
        ),
    ],
)
def test_mute_and_test_are_neither_alarm_nor_clear(name: str, topic: str, body: dict[str, Any]) -> None:
    events = decoded(name, topic, json.dumps(body).encode())
    kinds = {event.kind for event in events if event.state is State.ACTIVE}
    assert kinds & {Kind.MUTE, Kind.TEST}
    assert not kinds & FIRE_KINDS


@pytest.mark.parametrize(
    ("pattern", "topic", "yes"),
    [
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/b/c/d", False),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("+/x", "$sys/x", False),
        ("#", "$sys/x", False),
        ("$sys/#", "$sys/x", True),
        ("/sys/+", "/sys/p", True),
        ("a", "b", False),
    ],
)
def test_subscriptions_match_as_a_broker_does(pattern: str, topic: str, yes: bool) -> None:
    assert adapters.matches(pattern, topic) is yes


def test_a_zigbee_base_goes_before_every_pattern_and_the_longest_first() -> None:
    decode = adapters.pick("home/z/203", ["home", "home/z"])
    assert decode is not None
    [event] = decode("home/z/203", b'{"smoke":true}', ARRIVED_AT)
    assert (event.source, event.address) == ("home/z", "203")
    assert adapters.pick("nobody/knows", ["home"]) is None
