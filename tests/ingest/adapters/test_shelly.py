"""Shelly: overlays, uptime, a self-test that sets no alarm, last wills of sleepers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.adapters import shelly
from model.errors import BadInput
from model.events import Event, Kind

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
ID = "shellyplussmoke-0123456789ab"
Short = Callable[[Iterable[Event]], str]

MEANINGS = (
    "test- smoke- mute- report",
    "test- smoke- mute- report",
    "smoke+ mute-",
    "smoke+ mute+",
    "smoke- mute-",
    "smoke+ mute-",
    "fault+",
    "test- report",
    "",
    "",
    "report",
    "smoke- report",
    "test+ smoke- mute- report",
    "smoke+",
    "mute+",
    "smoke- mute-",
    "offline- report",
    "sos+",
    "sos+ report",
)
"""What each line of the samples of real devices says."""


def frame(method: str, params: dict[str, Any], prefix: str = ID) -> list[Event]:
    body = {"src": ID, "dst": f"{prefix}/events", "method": method, "params": params}
    return shelly.decode(f"{prefix}/events/rpc", json.dumps(body).encode(), ARRIVED_AT)


def test_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("shelly", len(MEANINGS)), MEANINGS, strict=True):
        assert short(shelly.decode(sample.topic, sample.payload, ARRIVED_AT)) == meaning, sample.meaning


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ({"alarm": True}, "smoke+"),
        ({"alarm": False}, "smoke-"),
        ({"alarm": None}, ""),
        ({"mute": True}, "mute+"),
        ({"errors": ["chamber"]}, "fault+"),
        ({"errors": []}, "fault-"),
        ({"id": 0}, ""),
    ],
)
def test_an_overlay_says_only_what_stands_in_it(component: dict[str, Any], said: str, short: Short) -> None:
    assert short(frame("NotifyStatus", {"ts": 1772330398.5, "smoke:0": component})) == said


def test_the_clock_is_read_only_once_it_is_set() -> None:
    [early] = frame("NotifyStatus", {"ts": 2.5, "smoke:0": {"alarm": True}})
    [later] = frame("NotifyStatus", {"ts": 1772330398.5, "smoke:0": {"alarm": True}})
    assert early.said_at is None
    assert later.said_at == datetime(2026, 3, 1, 1, 59, 58, 500000, tzinfo=UTC)


def test_two_chambers_alarm_if_one_does(short: Short) -> None:
    assert short(frame("NotifyStatus", {"smoke:0": {"alarm": True}, "smoke:1": {"alarm": False}})) == "smoke+"


def test_a_self_test_shows_in_the_reason_for_waking(short: Short) -> None:
    params = {"smoke:0": {"alarm": False}, "sys": {"wakeup_reason": {"cause": "alarm_test"}}}
    assert short(frame("NotifyFullStatus", params)) == "test+ smoke- report"


def test_a_renamed_device_gives_its_alias() -> None:
    name, *_ = frame("NotifyFullStatus", {"smoke:0": {"alarm": False}}, prefix="room-203")
    assert (name.kind, name.address, name.values) == (Kind.NAME, ID, {"alias": "room-203"})


def test_an_absent_battery_on_external_power_is_not_empty() -> None:
    power = {"battery": {"V": 0.4, "percent": 0}, "external": {"present": True}}
    [report] = frame("NotifyStatus", {"devicepower:0": power})
    assert report.values == {"external_power": True}


@pytest.mark.parametrize(
    ("prefix", "payload", "said"),
    [
        (ID, b"true", "offline- report"),
        (ID, b"false", ""),
        (f"floor2/{ID}", b"false", ""),
        ("shellyblugw-0123456789ab", b"false", "offline+"),
        (ID, b"", ""),
    ],
)
def test_the_last_will_of_a_sleeper_is_normal(prefix: str, payload: bytes, said: str, short: Short) -> None:
    assert short(shelly.decode(f"{prefix}/online", payload, ARRIVED_AT)) == said


def test_a_push_is_a_call_of_the_button_not_of_the_gateway() -> None:
    events = [
        {"component": "bthomedevice:200", "event": "long_push", "ts": 1772330398.5},
        {"component": "bthomedevice:201", "event": "discovery"},
        {"component": "input:0", "event": "single_push"},
    ]
    [call] = frame("NotifyEvent", {"events": events})
    assert (call.kind, call.address) == (Kind.SOS, f"{ID}/bthomedevice:200")


@pytest.mark.parametrize("named", ["addr", "address"])
def test_a_push_that_a_script_hears_is_a_call_of_the_button(named: str) -> None:
    heard = {named: "B4:35:22:00:00:01", "button": 1, "pid": 9, "battery": 88}
    events = [
        {"component": "script:1", "event": "shelly-blu", "data": heard, "ts": 1772330398.5},
        {"component": "script:1", "event": "other", "data": heard},
    ]
    call, report = frame("NotifyEvent", {"events": events})
    assert (call.kind, call.address) == (Kind.SOS, "b4:35:22:00:00:01")
    assert (call.said_at, report.values) == (
        datetime(2026, 3, 1, 1, 59, 58, 500000, tzinfo=UTC),
        {"battery_pct": 88},
    )


def test_a_self_test_shows_in_the_status_of_the_system_too(short: Short) -> None:
    body = {"wakeup_reason": {"boot": "deepsleep_wake", "cause": "alarm_test"}, "unixtime": 1772330398}
    assert short(shelly.decode(f"{ID}/status/sys", json.dumps(body).encode(), ARRIVED_AT)) == "test+ report"


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ([1], "sos+"),
        ([0, 4], "sos+"),
        (2, "sos+"),
        ([0], ""),
        (0, ""),
        (None, ""),
        ([128], "sos+"),
        ([7], ""),
    ],
)
def test_buttons_in_advertisements(button: object, said: str, short: Short) -> None:
    body = {"addr": "AA:BB:CC:00:00:01", "service_data": {"Button": button, "pid": 3}}
    events = shelly.decode("shellies-ble/x", json.dumps(body).encode(), ARRIVED_AT)
    assert short(events) == said
    assert {event.key for event in events} <= {None}  # the packet id comes round again


@pytest.mark.parametrize(
    ("topic", "payload", "said"),
    [
        ("shellies/shellysmoke-1/sensor/smoke", b"true", "smoke+"),
        ("shellies/shellysmoke-1/sensor/smoke", b"false", "smoke-"),
        ("shellies/shellysmoke-1/sensor/battery", b"77", "report"),
        ("shellies/shellyplug-1/relay/0", b"on", ""),
        ("shellyplus1-1/status/switch:0", b"{}", ""),
        ("shellyplus1-1/rpc", b"x", ""),
    ],
)
def test_generation_1_and_other_components(topic: str, payload: bytes, said: str, short: Short) -> None:
    assert short(shelly.decode(topic, payload, ARRIVED_AT)) == said


@pytest.mark.parametrize(
    ("topic", "payload", "field"),
    [
        (f"{ID}/events/rpc", b"no json", "payload"),
        (f"{ID}/status/smoke:0", b"[]", "payload"),
        (f"{ID}/online", b"maybe", "payload"),
        ("shellies-ble/x", b'{"button":1}', "addr"),
        (f"{ID}/other", b"{}", "topic"),
    ],
)
def test_what_cannot_be_read_is_refused(topic: str, payload: bytes, field: str) -> None:
    with pytest.raises(BadInput) as error:
        shelly.decode(topic, payload, ARRIVED_AT)
    assert error.value.field == field
