"""LoRaWAN: two envelopes, one set of devices, read from a codec's object or from the bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.adapters import lorawan_chirpstack, lorawan_tts
from model.errors import BadInput
from model.events import Event, Kind, State

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
EUI = "a1b2c3d4e5f60718"
Short = Callable[[Iterable[Event]], str]

CHIRPSTACK = (
    "report",
    "report",
    "offline- report",
    "",
    "fault+",
    "report",
    "",
    "tamper+ report",
    "report",
    "smoke- tamper- fault- battery_low- report",
    "smoke- tamper- fault+ battery_low- report",
    "smoke- tamper- fault+ battery_low- report",
    "report",
    "report",
    "sos+ report",
    "report",
    "sos+ report",
    "sos+ report",
    "sos+ report",
    "report",
    "report",
    "fence- report",
    "fall+ report",
    "fall+ tamper- battery_low- report",
    "tamper+ battery_low- report",
    "test- smoke+ mute- report",
    "smoke+ tamper+ fault- battery_low- report",
    "test+ fault- battery_low- report",
    "test+ battery_low- report",
    "smoke+ heat+ report",
    "report",
    "report",
    "report",
    "tamper- battery_low- report",
    "fault- report",
)
TTS = (
    "report",
    "offline- report",
    "",
    "",
    "report",
    "report",
    "sos+ report",
    "report",
    "sos+ report",
    "sos+ report",
    "sos+ report",
    "test+",
    "report",
    "smoke+ heat+ report",
    "report",
    "test+ battery_low- report",
)
"""What each line of the samples of real devices says."""


def chirpstack(
    profile: str = "", port: int = 0, data: str | None = None, body: dict[str, Any] | None = None, **more: Any
) -> list[Event]:
    """An uplink; data in hex."""
    message: dict[str, Any] = {
        "deduplicationId": "5f0c0c0e-0000-4000-8000-000000000001",
        "time": "2026-03-01T01:59:59.500000000+00:00",
        "deviceInfo": {"deviceProfileName": profile, "deviceName": "x", "devEui": EUI},
        "fPort": port,
        **more,
    }
    if data is not None:
        message["data"] = base64.b64encode(bytes.fromhex(data)).decode()
    if body is not None:
        message["object"] = body
    topic = f"application/one/device/{EUI.upper()}/event/up"
    return lorawan_chirpstack.decode(topic, json.dumps(message).encode(), ARRIVED_AT)


def event(name: str, body: dict[str, Any]) -> list[Event]:
    topic = f"application/one/device/{EUI}/event/{name}"
    return lorawan_chirpstack.decode(topic, json.dumps(body).encode(), ARRIVED_AT)


def tts(body: dict[str, Any], event: str = "up") -> list[Event]:
    message = {"end_device_ids": {"device_id": "dev", "dev_eui": EUI.upper(), "dev_addr": "00C0FFEE"}, **body}
    topic = f"v3/home@ttn/devices/dev/{event}"
    return lorawan_tts.decode(topic, json.dumps(message).encode(), ARRIVED_AT)


def test_chirpstack_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("lorawan_chirpstack", len(CHIRPSTACK)), CHIRPSTACK, strict=True):
        events = lorawan_chirpstack.decode(sample.topic, sample.payload, ARRIVED_AT)
        assert short(events) == meaning, sample.meaning


def test_tts_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("lorawan_tts", len(TTS)), TTS, strict=True):
        assert short(lorawan_tts.decode(sample.topic, sample.payload, ARRIVED_AT)) == meaning, sample.meaning


def test_the_envelope_gives_identity_time_key_and_the_best_signal() -> None:
    [report] = chirpstack(rxInfo=[{"rssi": -101}, {"rssi": -77}, {"snr": 3}])
    assert (report.source, report.address) == ("chirpstack", EUI)
    assert report.key == "5f0c0c0e-0000-4000-8000-000000000001"
    assert report.said_at == datetime(2026, 3, 1, 1, 59, 59, 500000, tzinfo=UTC)
    assert report.values == {"rssi_dbm": -77}


def test_both_servers_give_the_same_address() -> None:
    uplink = {"frm_payload": "", "session_key_id": "AXA=", "f_cnt": 7}
    [report] = tts({"received_at": "2026-03-01T01:59:59Z", "uplink_message": uplink})
    assert (report.source, report.address, report.key) == ("tts", EUI, "AXA=:7")


@pytest.mark.parametrize(
    ("profile", "port", "data", "said"),
    [
        ("Hager TG563A", 1, "00780503 00", "smoke- tamper- fault- battery_low- report"),
        ("Hager TG563A", 1, "017EF503 01", "smoke+ tamper- fault- battery_low- report"),
        ("TG563A", 1, "1F7EF503 01" + "00" * 30, "smoke+ tamper- fault- battery_low- report"),
        ("AT101", 85, "8488 36BF7701 F0000907 11", "fence+ report"),
        ("AT101", 85, "8488 36BF7701 F0000907 01", "fence- report"),
        ("Abeeway", 18, "0D 12 1E 80 00 11", "report"),
        ("Abeeway", 18, "00 11", "report"),
        ("Hager TG563A", 1, "007E1581 00", "smoke- tamper+ fault- battery_low- report"),
        ("Hager TG563A", 1, "027E1503 02", "smoke- tamper- fault- battery_low+ report"),
        ("Hager TG563A", 1, "077E1523 40", "smoke- tamper- fault+ battery_low- report"),
        ("Hager TG563A", 2, "07", "report"),
        (
            "SD-1001",
            8,
            "010055 020000 030001 040001 050000 060001 070000",
            "test- smoke- fault+ battery_low+ report",
        ),
        ("SD-1001", 8, "050001 070000", "test- smoke+ report"),
        ("SD-1001", 8, "050001 070001", "test+ report"),
        ("SD-1001", 50, "00", "report"),
        ("gs524n", 85, "22115C0119 57", "smoke+ report"),
        ("gs524n", 85, "22125C0019 57", "mute+ report"),
        ("gs524n", 85, "22145C0019 55", "battery_low+ report"),
        ("gs524n", 85, "22155C0019 54", "fault+ report"),
        ("gs524n", 85, "22175C0019 52", "test- smoke- fault- battery_low- mute- report"),
        ("gs524n", 85, "221A5C0019 4F", "tamper+ report"),
        ("gs524n", 85, "221B5C0019 4E", "tamper- report"),
        ("gs524n", 85, "221F5C0019 4A", "test+ battery_low+ report"),
        ("Netvox RA02A", 6, "010A01 1D 01 00 00F0 000000", "smoke+ heat- battery_low- report"),
        ("Netvox RA02A", 6, "010A01 97 00 01 0320 000000", "smoke- heat+ battery_low+ report"),
        ("Netvox RA02A", 6, "010A00 640A 20200811 0000", "report"),
        ("Netvox RA02A", 7, "0101", "report"),
        ("Netvox RB02I", 6, "011001 1E 01 000000000000", "sos+ battery_low- report"),
        ("Netvox RB02I", 6, "011001 1E 00 000000000000", "battery_low- report"),
        ("Nexelec ORIGIN+", 56, "B102 80 00000000", "test- smoke+ mute- report"),
        ("Nexelec ORIGIN+", 56, "B102 10 00000000", "test- smoke- mute+ report"),
        ("Nexelec ORIGIN+", 56, "B102 04 00000000", "test+ smoke- mute- report"),
        ("Nexelec ORIGIN+", 56, "B100 01 0A 60 84 C0", "tamper- fault+ report"),
        ("Nexelec ORIGIN+", 56, "B100 01 0A 60 0B C0", "tamper+ fault- report"),
        ("Nexelec ORIGIN+", 56, "B101 00", "report"),
        ("Milesight AT101", 85, "017532 0488 40420F00 80841E00 12", "fence+ report"),
        ("Milesight AT101", 85, "017532 0488 40420F00 80841E00 02", "fence- report"),
        ("Milesight AT101", 85, "070001", "tamper+ report"),
        ("Milesight AT101", 85, "070000", "tamper- report"),
        ("Milesight AT101", 85, "20CE 00000000 00000000 00000000 070001", "report"),
        ("Milesight WS101-SOS", 85, "FF2E02", "sos+ report"),
        ("Milesight WS101-SOS", 85, "017564", "report"),
        ("TrackerD", 7, "4E2020", "sos+ report"),
        ("TrackerD", 3, "01F4ADD4 073B3A38 0E20 20", "report"),
        ("TrackerD", 2, "00000000 00000000 4E20 20", "sos+ report"),
        ("TrackerD", 8, "414243444546 C5 4E20 20", "sos+ report"),
        ("TrackerD", 4, "01F4ADD4 073B3A38 07EA0301010203", "report~"),
        ("SenseCAP T1000-B", 5, "09 000040 00 69A39F00 073B3A38 01F4ADD4 55", "sos+ report"),
        ("SenseCAP T1000-B", 5, "09 000080 00 69A39F00 073B3A38 01F4ADD4 55", "report"),
        ("SenseCAP T1000-A", 5, "07 000040 00 69A39F00" + "00" * 28 + "00E60000 4B", "sos+ report"),
        ("Abeeway Compact", 18, "05 10 5A 80 00 0000", "sos+ report"),
        ("Abeeway Compact", 18, "0A 00 5A 80 00 07", "sos+ report"),
        ("Abeeway Compact", 18, "0A 00 5A 80 00 08", "report"),
        ("Abeeway Compact", 18, "0A 00 5A 80 00 09 60", "report"),
        ("Abeeway Compact", 18, "0A 00 5A 80 00 0A 02 0000FF", "fence+ report"),
        ("Abeeway Compact", 18, "09 00 5A 80 00 00", "offline+ report"),
        ("LW001-BG-PRO", 5, "2119D0 0002", "tamper- battery_low- report"),
        ("LW001-BG-PRO", 5, "2519D0 0002", "tamper- battery_low+ report"),
        ("LW001-BG-PRO", 4, "2119D0 02", "tamper- battery_low- offline+ report"),
        ("nobody knows", 1, "DEADBEEF", "report"),
    ],
)
def test_bytes_without_a_codec(profile: str, port: int, data: str, said: str, short: Short) -> None:
    assert short(chirpstack(profile, port, data)) == said


@pytest.mark.parametrize(
    ("profile", "port", "data", "values"),
    [
        ("TG563A", 1, "0F78F603 00 C8" + "00" * 29, {"temperature_c": -10, "battery_v": 3.0}),
        ("GS524N", 85, "22175C50E7 34", {"battery_pct": 92, "smoke_pct": 80, "temperature_c": -25}),
        ("GS524N", 85, "22175CF0E7 94", {"battery_pct": 92, "temperature_c": -25}),
        ("RA02A", 6, "010A01 97 00 00 00F5 000000", {"battery_v": 2.3, "temperature_c": 24.5}),
        (
            "AT101",
            85,
            "0367F6FF 0488 C0BDF0FF 80841E00 20",
            {"temperature_c": -1, "lat": -1, "lon": 2, "crs": "WGS-84"},
        ),
        (
            "TrackerD",
            3,
            "01DC1F40 073B4500 0E20 20",
            {"battery_v": 3.616, "lat": 31.203136, "lon": 121.324800, "crs": "WGS-84"},
        ),
        (
            "T1000",
            5,
            "06 000000 00 69A39F00 073B4500 01DC1F40 FFF6 0000 64",
            {"battery_pct": 100, "temperature_c": -1, "lat": 31.203136, "lon": 121.3248, "crs": "WGS-84"},
        ),
        (
            "LW001-BG-PRO",
            12,
            "01C1 129939C0 4850F0A0 12",
            {"battery_v": 3.4, "lat": 31.203168, "lon": 121.3264032, "crs": "WGS-84"},
        ),
        (
            "LW001-BG-PRO",
            2,
            "0119D0 02 07EA030109 3B3B10 09 129939C0 4850F0A0 12",
            {
                "temperature_c": 25,
                "battery_v": 3.5,
                "lat": 31.203168,
                "lon": 121.3264032,
                "crs": "WGS-84",
                "fix_at": "2026-03-01T01:59:59+00:00",
            },
        ),
        (
            "Abeeway",
            18,
            "0E 02 00 80 00 0010 01 129939C0 4850F0A0 0123 02 0000 0000",
            {
                "charging": True,
                "temperature_c": 20.8,
                "lat": 31.203168,
                "lon": 121.3264032,
                "crs": "WGS-84",
                "accuracy_m": 7.84,
                "fix_age_s": 16,
            },
        ),
        (
            "Abeeway",
            18,
            "0E 02 50 80 00 0010 03 129939C0 4850F0A0 0123 1F 0000 0000",
            {
                "battery_pct": 80,
                "temperature_c": 20.8,
                "lat": 31.203168,
                "lon": 121.3264032,
                "crs": "WGS-84",
                "accuracy_m": 31,
                "fix_age_s": 16,
            },
        ),
    ],
)
def test_readings_from_bytes(profile: str, port: int, data: str, values: dict[str, Any]) -> None:
    assert chirpstack(profile, port, data)[-1].values == pytest.approx(values)


@pytest.mark.parametrize(
    ("profile", "port", "data"),
    [
        ("TG563A", 1, "0078"),
        ("TG563A", 1, "00780503 0000"),
        ("SD-1001", 8, "0500"),
        ("GS524N", 85, "22115C0119 58"),
        ("RA02A", 6, "010A01 1D"),
        ("AT101", 85, "0488 40420F00"),
        ("TrackerD", 2, "0102"),
        ("Abeeway", 18, "0310"),
        ("LW001-BG-PRO", 6, "11"),
        ("Nexelec", 56, "B1"),
        ("T1000", 5, "06 0000"),
    ],
)
def test_a_broken_frame_of_a_known_model_is_refused(profile: str, port: int, data: str) -> None:
    with pytest.raises(BadInput) as error:
        chirpstack(profile, port, data)
    assert error.value.field == "data"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"status": {"smokeAlarm": 1.0}}, "smoke+ report"),
        ({"smokeAlarm": True, "fouledSmokeChamber": False}, "smoke+ fault- report"),
        ({"status": {"smokeAlarm": None, "batteryLow": 1.0}}, "battery_low+ report"),
        ({"smokeAlarm": "Alarm", "testButtonPressed": "Normal"}, "test- smoke+ report"),
        ({"event": "alarm", "battery": 90.0, "concentration": 4.0}, "smoke+ report"),
        ({"event": "normal", "concentration": 0.0}, "test- smoke- fault- battery_low- mute- report"),
        ({"FireAlarm": "NoAlarm", "HighTempAlarm": "Alarm"}, "smoke- heat+ report"),
        ({"FireAlarm": "Alarm", "Volt": "2.3(low battery)"}, "smoke+ battery_low+ report"),
        ({"Device": "RB02I", "Alarm": 1.0}, "sos+ report"),
        ({"alarmStatus": "SMOKE_DETECTED", "productTest": "NO_TESTS"}, "test- smoke+ report"),
        ({"alarmStatus": "NO_SMOKE_DETECTED", "productTest": "LOCAL_TEST"}, "test+ smoke- report"),
        ({"geofence_status": "outside", "tamper_status": "uninstall"}, "fence+ tamper+ report"),
        ({"geofence_status": "unknown"}, "report"),
        ({"button_event": {"status": "long press", "msgid": 4.0}}, "sos+ report"),
        ({"ALARM_status": "TRUE"}, "sos+ report"),
        ({"ALARM_status": "FALSE"}, "report"),
        ({"messages": [[{"measurementId": "4200", "measurementValue": [{"id": 7.0}]}]]}, "sos+ report"),
        ({"messages": [[{"measurementId": "4200", "measurementValue": [{"id": 1.0}]}]]}, "report"),
        ({"sosFlag": 1.0, "batteryLevel": 77.0}, "sos+ report"),
        ({"mandown": True, "lowBattery": False}, "fall+ battery_low- report"),
        ({"smokeAlarm": False, "mounted": False}, "smoke- tamper+ report"),
        ({"smokeAlarm": "Alarm"}, "smoke+ report"),
        ({"smokeAlarm": "Normal"}, "smoke- report"),
        ({"lowBatteryAlarm": "Alarm", "smokeAlarm": "Normal"}, "smoke- battery_low+ report"),
        ({"geofencingNotification": {"geofencingType": "EXIT"}}, "fence+ report"),
        ({"geofencingNotification": {"geofencingType": "SAFE_AREA"}}, "fence- report"),
        ({"angleDetection": {"flags": {"transition": "NORMAL_TO_CRITICAL"}}}, "fall+ report"),
        ({"angleDetection": {"flags": {"transition": "CRITICAL_TO_NORMAL"}}}, "report"),
        ({"unheard_of": 1.0, "smoke": None}, "report"),
    ],
)
def test_objects_of_codecs_without_a_profile_name(body: dict[str, Any], said: str, short: Short) -> None:
    assert short(chirpstack(body=body)) == said


@pytest.mark.parametrize(
    ("profile", "port", "data", "said"),
    [
        ("TG563A", 1, "01001501 01", "smoke+ tamper- fault- battery_low- report"),
        ("GS524N", 85, "2211640C233A", "smoke+ report"),
        ("RB02I", 6, "0110011E01", "sos+ battery_low- report"),
        ("AT101", 85, "0488 36BF7701 F0000907 11", "fence+ report"),
        ("LW001-BG-PRO", 6, "101AD00040", "fall+ tamper- battery_low- report"),
        ("TG563A", 2, "01001501 01", "report"),
    ],
)
def test_bytes_count_where_the_codecs_object_says_nothing_that_we_know(
    profile: str, port: int, data: str, said: str, short: Short
) -> None:
    assert short(chirpstack(profile, port, data, {"alarma": 1.0})) == said


def test_an_object_that_is_understood_goes_before_the_bytes(short: Short) -> None:
    body = {"status": {"smokeAlarm": 0.0}}
    assert short(chirpstack("TG563A", 1, "01001501 01", body)) == "smoke- report"


def test_data_that_is_no_base64_is_refused_unless_there_is_an_object(short: Short) -> None:
    with pytest.raises(BadInput) as error:
        event("up", {"data": "?"})
    assert error.value.field == "data"
    assert short(event("up", {"data": "?", "object": {"smoke": True}})) == "smoke+ report"


def test_a_history_of_the_tracker_is_not_live_by_its_object_either(short: Short) -> None:
    assert short(chirpstack("TrackerD", 4, body={"ALARM_status": "TRUE"})) == "sos+~ report~"


def test_a_call_is_not_taken_back_by_a_later_group_of_the_message(short: Short) -> None:
    called = {"measurementId": "4200", "measurementValue": [{"id": 7, "eventName": "SOS."}]}
    groups: list[Any] = [[called], [{"measurementId": "4200", "measurementValue": []}]]
    assert short(chirpstack("T1000", 5, body={"messages": groups})) == "sos+ report"


def test_a_count_without_a_time_is_no_key() -> None:
    [report] = tts({"uplink_message": {"session_key_id": "AXA=", "f_cnt": 7}})
    assert report.key is None


def test_the_trackers_bytes_raise_what_an_old_codec_loses(short: Short) -> None:
    body = {"ALARM_status": "FALSE", "BatV": 3.6, "Latitude": 0.0, "Longitud": 0.0}
    events = chirpstack("TrackerD", 2, "00000000 00000000 4E20 20", body)
    assert short(events) == "sos+ report"
    assert "lat" not in events[0].values


def test_a_room_named_like_a_make_is_no_make(short: Short) -> None:
    info = {
        "deviceProfileName": "Netvox RB02I",
        "deviceName": "Abeeway TG563A room",
        "tags": {"room": "origin"},
    }
    assert (
        short(chirpstack(port=6, data="0110011E01000000000000", deviceInfo=info))
        == "sos+ battery_low- report"
    )


def test_device_status_of_the_network() -> None:
    assert event("status", {"batteryLevel": 41.5})[0].values == {"battery_pct": 41.5}
    assert event("status", {"batteryLevel": 0, "batteryLevelUnavailable": True})[0].values == {}
    assert event("status", {"externalPowerSource": True, "batteryLevelUnavailable": True})[0].values == {
        "external_power": True
    }


def test_a_join_is_online_and_downlinks_say_nothing() -> None:
    assert [(e.kind, e.state) for e in event("join", {})] == [
        (Kind.OFFLINE, State.CLEAR),
        (Kind.REPORT, None),
    ]
    assert event("txack", {}) == event("ack", {}) == event("future", {}) == []
    assert tts({}, "down/failed") == tts({}, "service/data") == []


def test_a_simulated_uplink_is_a_test_and_nothing_else(short: Short) -> None:
    uplink = {"f_port": 6, "decoded_payload": {"Device": "RB02I", "Alarm": 1}}
    assert short(tts({"uplink_message": uplink})) == "sos+ report"
    assert short(tts({"uplink_message": uplink, "simulated": True})) == "test+"


def test_the_installation_point_is_not_a_fix() -> None:
    where = {"latitude": 31.2, "longitude": 121.4, "source": "SOURCE_REGISTRY"}
    [report] = tts({"uplink_message": {"f_port": 1, "locations": {"user": where}}})
    assert "lat" not in report.values


@pytest.mark.parametrize(
    "topic", ["application/one/device/x/up", "application/one/device//event/up", "v3/a/b"]
)
def test_other_topics_are_refused(topic: str) -> None:
    for decode in (lorawan_chirpstack.decode, lorawan_tts.decode):
        with pytest.raises(BadInput, match="topic"):
            decode(topic, b"{}", ARRIVED_AT)
