"""Yi'an's own format: strict for telemetry, forgiving for alarms."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.adapters import native
from model.errors import BadInput
from model.events import Event, Kind, State

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, 1, tzinfo=UTC)
AT = "2026-03-01T10:00:00+08:00"
SAID_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def alarm(**body: Any) -> list[Event]:
    return native.decode("yian/v1/qingshan/SD-0007/alarm", json.dumps(body).encode(), ARRIVED_AT)


def telemetry(**body: Any) -> list[Event]:
    return native.decode("yian/v1/qingshan/WB-0012/telemetry", json.dumps(body).encode(), ARRIVED_AT)


def test_an_alarm_names_home_device_time_and_key() -> None:
    [event] = alarm(id="a-1", at=AT, kind="smoke", state="active")
    assert event == Event("yian", "SD-0007", Kind.SMOKE, State.ACTIVE, SAID_AT, "a-1", home="qingshan")


def test_an_alarm_with_readings_is_also_a_report() -> None:
    smoke, report = alarm(id="a-1", at=AT, kind="smoke", state="active", values={"battery_pct": 88})
    assert (smoke.kind, smoke.values) == (Kind.SMOKE, {"battery_pct": 88})
    assert (report.kind, report.values) == (Kind.REPORT, {"battery_pct": 88})


@pytest.mark.parametrize("kind", ["sos", "fall"])
def test_a_momentary_alarm_needs_no_state_and_has_no_clear(kind: str) -> None:
    assert [(e.kind.value, e.state) for e in alarm(id="1", at=AT, kind=kind)] == [(kind, State.ACTIVE)]
    assert [e.kind for e in alarm(id="1", at=AT, kind=kind, state="clear")] == [Kind.REPORT]


@pytest.mark.parametrize(
    ("wrong", "ignored"),
    [
        ({"at": "yesterday"}, "at"),
        ({"at": 1767225600}, "at"),
        ({"at": "2026-03-01T10:00:00"}, "at"),
        ({"at": None}, "at"),
        ({"id": True}, "id"),
        ({"id": "x" * 65}, "id"),
        ({"id": "two\u0000words"}, "id"),
        ({"values": [1]}, "values"),
        ({"values": {"battery_pct": "88"}}, "values.battery_pct"),
        ({"values": {"battery_pct": True}}, "values.battery_pct"),
        ({"values": {"temperature_c": 1e9}}, "values.temperature_c"),
        ({"values": {"worn": "yes"}}, "values.worn"),
        ({"values": {"lat": "31.2", "lon": 121.4}}, "values.lat"),
        ({"values": {"lat": 31.2, "lon": 121.4, "crs": "EPSG:3857"}}, "values.crs"),
        ({"state": "burning"}, "state"),
        ({"state": None}, "state"),
    ],
)
def test_a_malformed_optional_part_never_costs_the_alarm(wrong: dict[str, Any], ignored: str) -> None:
    good: dict[str, Any] = {"id": "a-1", "at": AT, "kind": "smoke", "state": "active"}
    event = alarm(**(good | wrong))[0]
    assert (event.kind, event.state) == (Kind.SMOKE, State.ACTIVE)
    assert event.values["ignored"] == ignored


def test_a_count_is_no_key_without_a_time() -> None:
    assert alarm(id="17", kind="sos", at=AT)[0].key == "17"
    assert alarm(id="17", kind="sos")[0].key is None
    assert alarm(id="0b1f-a", kind="sos")[0].key == "0b1f-a"


def test_every_malformed_part_of_an_alarm_is_named() -> None:
    event, report = alarm(kind="fence", state=1, at=0, id=[], values={"battery_pct": 101, "rssi_dbm": -70})
    assert event.values["ignored"] == "state,values.battery_pct,at,id"
    assert report.values == {"rssi_dbm": -70}


@pytest.mark.parametrize("kind", [None, "report", "offline", "name", "SMOKE", "flood", 3, ["smoke"]])
def test_an_unknown_kind_is_refused_by_name(kind: object) -> None:
    with pytest.raises(BadInput) as error:
        alarm(id="1", at=AT, kind=kind, state="active")
    assert error.value.field == "kind"


def test_a_fault_without_a_readable_state_is_refused() -> None:
    with pytest.raises(BadInput, match=r"state: expected active \| clear"):
        alarm(id="1", at=AT, kind="fault", state="maybe")


def test_telemetry_is_one_report() -> None:
    [event] = telemetry(
        seq=41,
        at=AT,
        values={"battery_pct": 61.5, "rssi_dbm": -77, "worn": True, "unheard_of": "x", "lqi": None},
    )
    assert (event.kind, event.state, event.key, event.said_at) == (Kind.REPORT, None, "41", SAID_AT)
    assert event.values == {"battery_pct": 61.5, "rssi_dbm": -77, "worn": True}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"at": AT}, "seq"),
        ({"seq": -1, "at": AT}, "seq"),
        ({"seq": 1.5, "at": AT}, "seq"),
        ({"seq": True, "at": AT}, "seq"),
        ({"id": "", "at": AT}, "id"),
        ({"seq": 1}, "at"),
        ({"seq": 1, "at": "2026-03-01 10:00"}, "at"),
        ({"seq": 1, "at": AT, "values": "none"}, "values"),
        ({"seq": 1, "at": AT, "values": None}, "values"),
        ({"seq": 1, "at": AT, "values": {"battery_pct": "61"}}, "values.battery_pct"),
        ({"seq": 1, "at": AT, "values": {"battery_pct": 101}}, "values.battery_pct"),
        ({"seq": 1, "at": AT, "values": {"rssi_dbm": False}}, "values.rssi_dbm"),
        ({"seq": 1, "at": AT, "values": {"lat": 10**400, "lon": 1}}, "values.lat"),
        ({"seq": 1, "at": AT, "values": {"lat": 1, "lon": 1, "crs": 4326}}, "values.crs"),
    ],
)
def test_wrong_telemetry_names_its_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as error:
        telemetry(**body)
    assert error.value.field == field


@pytest.mark.parametrize(("lat", "lon"), [(91, 121), (31, 181), (-90.1, 0), (0, 0), (0.0, -0.0)])
def test_a_position_that_cannot_be_is_dropped_and_the_rest_kept(lat: float, lon: float) -> None:
    [event] = telemetry(seq=1, at=AT, values={"lat": lat, "lon": lon, "battery_pct": 50})
    assert event.values == {"battery_pct": 50}


def test_a_chinese_position_becomes_wgs84_and_says_so() -> None:
    [event] = telemetry(
        seq=1, at=AT, values={"lat": 31.2304, "lon": 121.4737, "crs": "GCJ-02", "accuracy_m": 0}
    )
    assert (event.values["crs"], event.values["crs_said"]) == ("WGS-84", "GCJ-02")
    assert event.values["lat"] != 31.2304
    assert "accuracy_m" not in event.values  # 0 is unknown, not perfect


def test_a_last_will_is_offline_and_a_status_online_clears_it() -> None:
    topic = "yian/v1/qingshan/SD-0007/status"
    [offline] = native.decode(topic, b'{"state":"offline"}', ARRIVED_AT)
    assert (offline.kind, offline.state, offline.said_at) == (Kind.OFFLINE, State.ACTIVE, None)
    [online] = native.decode(topic, json.dumps({"state": "online", "at": AT}).encode(), ARRIVED_AT)
    assert (online.state, online.said_at) == (State.CLEAR, SAID_AT)
    assert native.decode(topic, b"", ARRIVED_AT) == []
    with pytest.raises(BadInput, match="state"):
        native.decode(topic, b'{"state":"asleep"}', ARRIVED_AT)


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"{", b"[]", b"null", b"[" * 60_000, b" " * 65_537])
def test_what_is_not_a_small_json_object_is_refused(payload: bytes) -> None:
    with pytest.raises(BadInput) as error:
        native.decode("yian/v1/h/d/alarm", payload, ARRIVED_AT)
    assert error.value.field == "payload"


@pytest.mark.parametrize(
    "topic", ["yian/v1/h/d", "yian/v1/h/d/alarm/x", "yian/v2/h/d/alarm", "yian/v1//d/alarm", "yian/v1/h/d/up"]
)
def test_a_topic_that_is_not_ours_is_refused(topic: str) -> None:
    with pytest.raises(BadInput) as error:
        native.decode(topic, b"{}", ARRIVED_AT)
    assert error.value.field == "topic"


def test_commands_go_down_and_say_nothing() -> None:
    assert native.decode("yian/v1/h/d/cmd", b"anything", ARRIVED_AT) == []
