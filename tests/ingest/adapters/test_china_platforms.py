"""Chinese platforms: one thing model in five spellings, and the makes of NB-IoT detectors behind them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest import adapters
from ingest.adapters import alink, ctwing, iotda, oceanconnect, onenet, tuya, wanlin
from model.errors import BadInput
from model.events import Event

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
MS = 1772330398000
SAID_AT = datetime(2026, 3, 1, 1, 59, 58, tzinfo=UTC)
Short = Callable[[Iterable[Event]], str]

MEANINGS = (
    "mute+ report",
    "smoke- fault- battery_low- report",
    "offline-",
    "battery_low+ report",
    "offline-",
    "report smoke- tamper- fault-",
    "report offline+",
    "report smoke+",
    "report fault+",
    "report",
    "test+ report",
    "test- smoke- heat- tamper- battery_low- report",
    "sos+ report",
    "tamper+ report",
    "smoke+ report",
    "report",
    "offline-",
    "report",
    "smoke- tamper- report",
    "report",
    "report",
    "offline-",
    "report",
    "test- smoke- fault- battery_low- mute- report",
    "tamper+ report",
    "smoke- fault- battery_low+ report",
    "smoke- fault+ battery_low- report",
    "offline+",
    "smoke+ report",
    "tamper+ report",
    "smoke- report",
    "smoke- tamper+ report",
    "smoke+~ report~ smoke-~ report~",
    "smoke+ report",
    "test- smoke- tamper+ fault+ battery_low+ report",
    "smoke+ report",
    "sos+ report",
    "report",
    "",
    "report",
)
"""What each line of the samples of real devices says."""


def test_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("china_platforms", len(MEANINGS)), MEANINGS, strict=True):
        decode = adapters.pick(sample.topic)
        assert decode is not None, sample.topic
        assert short(decode(sample.topic, sample.payload, ARRIVED_AT)) == meaning, sample.meaning


def raw(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"SmokeSensorState": 1}, "smoke+ report"),
        ({"SmokeSensorState": {"value": 0, "time": MS}}, "smoke- report"),
        ({"SmokeSensorState": None}, "report"),
        ({"SmokeSensorState": {"value": None}}, "report"),
        ({"smoke_sensor_status": {"value": "alarm"}}, "smoke+ report"),
        ({"smoke_sensor_state": "2"}, "smoke- report"),
        ({"TamperState": 1, "RemoveState": 0}, "tamper+ report"),
        ({"temper_alarm": False}, "tamper- report"),
        ({"LowElectricityAlarm": 1}, "battery_low+ report"),
        ({"battery_state": "middle"}, "battery_low- report"),
        ({"checking_result": "checking"}, "test+ report"),
        ({"checking_result": "check_success"}, "test- fault- report"),
        ({"checking_result": "others"}, "report"),
        ({"muffling": True}, "mute+ report"),
        ({"alarm": 1}, "report"),
        ({}, "report"),
    ],
)
def test_one_thing_model_in_all_spellings(properties: dict[str, Any], said: str, short: Short) -> None:
    for events in (
        alink.decode(
            "/sys/pk/dn/thing/event/property/post", raw({"id": "1", "params": properties}), ARRIVED_AT
        ),
        onenet.decode("$sys/pk/dn/thing/property/post", raw({"id": "1", "params": properties}), ARRIVED_AT),
        tuya.decode("tylink/dn/thing/property/report", raw({"msgId": "1", "data": properties}), ARRIVED_AT),
    ):
        assert short(events) == said


def test_a_message_id_is_a_key_only_beside_a_time() -> None:
    topic = "/sys/pk/dn/thing/event/property/post"
    [bare] = alink.decode(topic, raw({"id": "1", "params": {"Power": 1}}), ARRIVED_AT)
    [timed] = alink.decode(topic, raw({"id": "1", "params": {"Power": {"value": 1, "time": MS}}}), ARRIVED_AT)
    assert (bare.said_at, bare.key) == (None, None)  # ids start again at 1 when a device does
    assert (timed.address, timed.said_at, timed.key) == ("pk/dn", SAID_AT, "1")


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("SosAlarm", "sos+ report"),
        ("sos_alarm", "sos+ report"),
        ("fall_detected", "fall+ report"),
        ("FallDown", "fall+ report"),
        ("SOSAlert", "sos+ report"),
        ("SmokeAlarm", "smoke+ report"),
        ("low_battery", "battery_low+ report"),
        ("SosCancelled", "report"),
    ],
)
def test_events_by_their_identifier(identifier: str, said: str, short: Short) -> None:
    happened: dict[str, Any] = {"value": {}, "time": MS}
    for events in (
        alink.decode(f"/sys/pk/dn/thing/event/{identifier}/post", raw({"params": happened}), ARRIVED_AT),
        onenet.decode("$sys/pk/dn/thing/event/post", raw({"params": {identifier: happened}}), ARRIVED_AT),
        tuya.decode(
            "tylink/dn/thing/event/trigger",
            raw({"data": {"eventCode": identifier, "eventTime": MS}}),
            ARRIVED_AT,
        ),
        iotda.decode(
            "$oc/devices/dn/sys/events/up",
            raw({"services": [{"service_id": "a", "event_type": identifier, "paras": {}}]}),
            ARRIVED_AT,
        ),
    ):
        assert short(events) == said


def test_packs_name_their_sub_devices_and_histories_are_not_live(short: Short) -> None:
    sub: dict[str, Any] = {
        "identity": {"productKey": "pk2", "deviceName": "d2"},
        "properties": {"SmokeSensorState": {"value": 1, "time": MS}},
        "events": {"SosAlarm": {"value": {}, "time": MS}},
    }
    pack = raw({"params": {"properties": {"Power": 1}, "subDevices": [sub]}})
    events = alink.decode("/sys/pk/gw/thing/event/property/pack/post", pack, ARRIVED_AT)
    assert short(events) == "report smoke+ report sos+ report"
    assert [event.address for event in events] == ["pk/gw", *["pk2/d2"] * 4]
    past = raw({"params": [{"identity": sub["identity"], "properties": [sub["properties"]], "events": []}]})
    old = alink.decode("/sys/pk/gw/thing/event/property/history/post", past, ARRIVED_AT)
    assert (short(old), old[0].address) == ("smoke+~ report~", "pk2/d2")


def test_what_happened_in_a_history_is_kept_as_past(short: Short) -> None:
    who = {"productKey": "pk2", "productID": "pk2", "deviceName": "d2"}
    happened = {"value": {"battery_percentage": 4}, "time": MS}
    where = {"latitude": {"value": 31.2, "time": MS}, "longitude": {"value": 121.4, "time": MS}}
    past = {"params": [{"identity": who, "properties": [where], "events": [{"sos": happened}]}]}
    events = alink.decode("/sys/pk/gw/thing/event/property/history/post", raw(past), ARRIVED_AT)
    assert (short(events), events[1].said_at) == ("report~ sos+~ report~", SAID_AT)
    listed = {name: [value] for name, value in where.items()}
    past = {"params": [{"identity": who, "properties": listed, "events": {"sos": [happened]}}]}
    events = onenet.decode("$sys/pk/gw/thing/history/post", raw(past), ARRIVED_AT)
    assert (short(events), events[0].values["lat"]) == ("sos+~ report~", 31.2)


def test_onenet_packs_and_pushes(short: Short) -> None:
    part = {
        "identity": {"productID": "p2", "deviceName": "d2"},
        "properties": {"SmokeSensorState": {"value": 1, "time": MS}},
    }
    events = onenet.decode("$sys/p/gw/thing/pack/post", raw({"params": [part]}), ARRIVED_AT)
    assert (short(events), events[0].address) == ("smoke+ report", "p2/d2")
    pushed = {"messageType": "notify", "notifyType": "property", "data": {"params": part["properties"]}}
    assert short(onenet.decode("bridge/onenet/p/d", raw(pushed), ARRIVED_AT)) == "smoke+ report"
    assert onenet.decode("$sys/p/gw/thing/property/post/reply", b"x", ARRIVED_AT) == []


@pytest.mark.parametrize("when", ["20260301T015958Z", "2026-03-01T01:59:58Z"])
@pytest.mark.parametrize("name", ["event_time", "eventTime"])
def test_iotda_times(when: str, name: str) -> None:
    service = {"service_id": "smokeDetector", "properties": {"alarm": 1}, name: when}
    events = iotda.decode("$oc/devices/d/sys/properties/report", raw({"services": [service]}), ARRIVED_AT)
    assert events[0].said_at == SAID_AT


def test_iotda_gateways_report_for_sub_devices(short: Short) -> None:
    service = {"service_id": "smokeDetector", "properties": {"alarm": 1}}
    body = {"devices": [{"device_id": "s1", "services": [service]}]}
    topic = "$oc/devices/gw/sys/gateway/sub_devices/properties/report"
    events = iotda.decode(topic, raw(body), ARRIVED_AT)
    assert (short(events), events[0].address) == ("smoke+ report", "s1")
    status = {"device_statuses": [{"device_id": "s1", "status": "OFFLINE"}]}
    service = {
        "service_id": "$sub_device_manager",
        "event_type": "sub_device_update_status",
        "paras": status,
    }
    [gone] = iotda.decode("$oc/devices/gw/sys/events/up", raw({"services": [service]}), ARRIVED_AT)
    assert (short([gone]), gone.address) == ("offline+", "s1")


def pushed(payload: dict[str, Any], kind: str = "dataReport") -> list[Event]:
    body = {"messageType": kind, "deviceId": "d1", "timestamp": MS, "payload": payload}
    return ctwing.decode("bridge/ctwing/p/d1", raw(body), ARRIVED_AT)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (1, "smoke+ report"),
        (2, "mute+ report"),
        (4, "battery_low+ report"),
        (5, "fault+ report"),
        (6, "fault+ report"),
        (7, "test- smoke- fault- battery_low- mute- report"),
        (10, "tamper+ report"),
        (11, "tamper- report"),
        (12, "offline- report"),
        (14, "test+ report"),
        (99, "report"),
        (None, "report"),
    ],
)
def test_lian_codes(code: int | None, said: str, short: Short) -> None:
    assert short(pushed({"serviceData": {"Alarm_Status": code, "Battery_Level": 80}})) == said


def w308(alert: int, fault: int = 0, attributes: int = 27) -> dict[str, Any]:
    data = bytearray(48)
    data[7:9] = attributes.to_bytes(2, "big")
    data[23:30] = bytes([alert, fault, 0, 1, 0x2C, 93, 121])
    return {"APPdata": base64.b64encode(b"\x50\x55\x00\x30" + data).decode()}


@pytest.mark.parametrize(
    ("alert", "fault", "said"),
    [
        (0x00, 0, "smoke- fault- battery_low- report"),
        (0x01, 0, "smoke+ fault- battery_low- report"),
        (0x83, 0, "smoke+ fault+ battery_low+ report"),
        (0x80, 1, "smoke- fault+ battery_low- report"),
    ],
)
def test_huaqiang_frames(alert: int, fault: int, said: str, short: Short) -> None:
    events = pushed(w308(alert, fault))
    assert short(events) == said
    assert events[-1].values == {"battery_v": 3.0, "battery_pct": 93, "temperature_c": 21}


def test_huaqiang_frames_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(BadInput, match="encrypted"):
        pushed(w308(1, attributes=27 | 0x1000))
    with pytest.raises(BadInput, match="APPdata"):
        pushed({"APPdata": base64.b64encode(b"\x50\x55\x00\x30\x01").decode()})


def test_base64_is_read_as_bridges_write_it(short: Short) -> None:
    sent: str = w308(1)["APPdata"]
    for written in (sent, sent.rstrip("="), f"{sent[:40]}\n{sent[40:]}\n"):
        assert short(pushed({"APPdata": written})) == "smoke+ fault- battery_low- report"


def test_app_data_that_is_no_base64_is_refused() -> None:
    with pytest.raises(BadInput, match="APPdata"):
        pushed({"APPdata": "no base64!"})


def test_contents_as_json_text_are_read(short: Short) -> None:
    body: dict[str, Any] = {"messageType": "dataReport", "deviceId": "d1"}
    body["payload"] = json.dumps({"serviceData": {"Alarm_Status": 1}})
    assert short(ctwing.decode("bridge/ctwing/p/d1", raw(body), ARRIVED_AT)) == "smoke+ report"
    body = {"messageType": "eventReport", "deviceId": "d1", "eventContent": '{"smoke_state":1}'}
    assert short(ctwing.decode("bridge/ctwing/p/d1", raw(body), ARRIVED_AT)) == "smoke+ report"
    with pytest.raises(BadInput):
        ctwing.decode("bridge/ctwing/p/d1", raw(body | {"eventContent": "smoke"}), ARRIVED_AT)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "smoke- tamper- fault-"),
        (2, "smoke+"),
        (3, "smoke+ tamper- fault-"),
        (4, "fault+"),
        (8, "tamper+"),
        (64, ""),
    ],
)
def test_infotrans_components(value: int, said: str, short: Short) -> None:
    inner = {"b": [{"id": "0042", "v": str(value)}], "c": 27, "id": 1, "tm": MS}
    events = pushed({"APPdata": base64.b64encode(raw(inner)).decode()})
    assert short(events[1:]) == said
    assert {event.address for event in events[1:]} <= {"d1/0042"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"Data": "N301V1I860000000000000L89X01T31U88S20"}, "smoke+ report"),
        ({"Data": "N301V1I860000000000000L89X02T31U08S20"}, "battery_low+ report"),
        ({"Data": "N301V1I860000000000000L89X10T-5U88S20"}, "test+ report"),
        ({"Data": "N301V1I860000000000000L89X11T31U88S20"}, "test- smoke- report"),
        ({"Data": "N301V1I860000000000000L89X77T31U88S20"}, "report"),
        ({"Data": "N301V1I860000000000000L89X01"}, "smoke+ report"),
        ({"Data": "N301V1I860000000000000L89X01T31U8"}, "smoke+ report"),
        ({"Data": "hello"}, "report"),
        ({"devState": 0}, "test- smoke- heat- tamper- battery_low- report"),
        ({"devState": 1}, "smoke+ report"),
        ({"devState": 2}, "heat+ report"),
        ({"devState": 3}, "tamper+ report"),
        ({"devState": 4}, "battery_low+ report"),
        ({"devState": 5}, "test+ report"),
        ({"devState": None, "temperature": 200}, "report"),
    ],
)
def test_wanlin_detectors_on_oceanconnect(data: dict[str, Any], said: str, short: Short) -> None:
    service = {"serviceId": "x", "data": data, "eventTime": "20260301T015958Z"}
    body = {"notifyType": "deviceDataChanged", "deviceId": "d1", "service": service}
    events = oceanconnect.decode("bridge/oceanconnect/d1", raw(body), ARRIVED_AT)
    assert short(events) == said
    assert events[0].said_at == SAID_AT


@pytest.mark.parametrize(
    ("address", "content", "said"),
    [
        ("251", "报警_251防区主机SOS", "sos+ report"),
        ("251", "", "sos+ report"),
        ("000", "报警_000防区主机防拆", "tamper+ report"),
        ("012", "报警_012防区烟感", "smoke+ report"),
        ("012", "报警_012防区烟感恢复", "smoke- report"),
        ("251", "251防区主机SOS恢复", "report"),
        ("012", "报警_012防区", "report"),
    ],
)
def test_wanlin_hosts(address: str, content: str, said: str, short: Short) -> None:
    body = {"dcode": "86", "event": "0003", "address": address, "content": content, "eventdate": MS // 1000}
    assert short(wanlin.decode("bridge/wanlin/86", raw(body), ARRIVED_AT)) == said
    assert short(wanlin.decode("bridge/wanlin/86", raw(body | {"event": "0001"}), ARRIVED_AT)) == "report"


def test_an_alarm_of_a_wanlin_host_that_is_none_of_ours_shows_in_the_report() -> None:
    body = {"dcode": "86", "event": "0003", "address": "012", "content": "报警_012防区"}
    [report] = wanlin.decode("bridge/wanlin/86", raw(body), ARRIVED_AT)
    assert report.values == {"zone": "012", "event": "报警_012防区"}


def test_connection_states(short: Short) -> None:
    online = {"messageType": "deviceOnlineOfflineReport", "deviceId": 7, "eventType": 1}
    [event] = ctwing.decode("bridge/ctwing/p/7", raw(online), ARRIVED_AT)
    assert (short([event]), event.address) == ("offline-", "7")
    gone = {"messageType": "deviceOnlineOfflineReport", "deviceId": 7, "eventType": 0}
    assert short(ctwing.decode("bridge/ctwing/p/7", raw(gone), ARRIVED_AT)) == "offline+"
    unsaid = {"messageType": "deviceOnlineOfflineReport", "deviceId": 7}
    assert ctwing.decode("bridge/ctwing/p/7", raw(unsaid), ARRIVED_AT) == []
    status = raw({"status": "offline", "utcTime": "2026-03-01T01:59:58.000Z"})
    [event] = alink.decode("/as/mqtt/status/pk/dn", status, ARRIVED_AT)
    assert (short([event]), event.said_at) == ("offline+", SAID_AT)
