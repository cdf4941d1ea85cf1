"""Traccar, OwnTracks and G616 watches: who, where, and what for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.adapters import g616, owntracks, traccar
from model.errors import BadInput
from model.events import Event

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
Short = Callable[[Iterable[Event]], str]

TRACCAR = (
    "offline-",
    "report",
    "fence+ report",
    "fence- report",
    "sos+",
    "offline-",
    "offline+",
    "",
    "fence+ report",
    "sos+ report",
    "sos+ battery_low+ report",
    "off_body+ report",
    "fall+ report",
    "tamper+ report",
    "offline+",
    "fence+ report",
)
REFUSED = "refused"
OWNTRACKS = (
    *["report"] * 7,
    "fence- report",
    "fence+ report",
    "fence+",
    "offline+",
    "",
    "",
    REFUSED,
    "offline+",
    *["report"] * 4,
    "fence- report",
    REFUSED,
)
G616 = ("sos+ offline- report", "offline- report", "offline- report")
"""What each line of the samples of real devices says."""


@pytest.mark.parametrize(
    ("name", "decode", "meanings"),
    [
        ("traccar", traccar.decode, TRACCAR),
        ("owntracks", owntracks.decode, OWNTRACKS),
        ("wearable_mqtt", g616.decode, G616),
    ],
)
def test_samples_of_real_devices(
    name: str,
    decode: Callable[[str, bytes, datetime], list[Event]],
    meanings: tuple[str, ...],
    samples: Callable[[str, int], list[Any]],
    short: Short,
) -> None:
    for sample, meaning in zip(samples(name, len(meanings)), meanings, strict=True):
        try:
            said = short(decode(sample.topic, sample.payload, ARRIVED_AT))
        except BadInput:
            said = REFUSED
        assert said == meaning, sample.meaning


def forwarded(**body: Any) -> list[Event]:
    return traccar.decode("events", json.dumps(body).encode(), ARRIVED_AT)


DEVICE: dict[str, Any] = {"id": 4, "uniqueId": "860000000000017", "attributes": []}


@pytest.mark.parametrize(
    ("alarm", "said"),
    [
        ("sos", "sos+"),
        ("sos,lowBattery", "sos+ battery_low+"),
        (" fallDown , vibration", "fall+ report"),
        ("SOS", "sos+"),
        ("lowPower", "battery_low+"),
        ("powerOff", "offline+"),
        ("removing", "off_body+"),
        ("tampering,fault", "tamper+ fault+"),
        ("geofenceExit", "fence+"),
        ("geofenceEnter", "fence-"),
        ("general", "report"),
        ("", ""),
        (None, ""),
    ],
)
def test_alarm_attributes_of_traccar(alarm: str | None, said: str, short: Short) -> None:
    event = {"id": 9, "type": "alarm", "attributes": {"alarm": alarm}}
    assert short(forwarded(event=event, device=DEVICE)) == said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("deviceOnline", "offline-"),
        ("deviceOffline", "offline+"),
        ("deviceUnknown", "offline+"),
        ("deviceInactive", "offline+"),
        ("geofenceExit", "fence+"),
        ("geofenceEnter", "fence-"),
        ("deviceMoving", ""),
        ("maintenance", ""),
        (None, ""),
    ],
)
def test_event_types_of_traccar(kind: str | None, said: str, short: Short) -> None:
    assert short(forwarded(event={"id": 9, "type": kind}, device=DEVICE)) == said


def test_a_traccar_event_names_device_time_and_key() -> None:
    event = {"id": 77, "type": "geofenceExit", "eventTime": "2026-03-01T09:59:58.000+0800"}
    [said] = forwarded(event=event, device=DEVICE, geofence={"name": "garden"})
    assert (said.address, said.key) == ("860000000000017", "event:77")
    assert said.said_at == datetime(2026, 3, 1, 1, 59, 58, tzinfo=UTC)
    assert said.values == {"fence": "garden"}


def test_a_position_that_is_not_valid_is_the_last_known_one() -> None:
    position = {
        "id": 5,
        "valid": False,
        "latitude": 31.2,
        "longitude": 121.4,
        "attributes": {"batteryLevel": 64},
    }
    [report] = forwarded(position=position, device=DEVICE)
    assert report.values == {"battery_pct": 64}


def test_traccars_own_number_identifies_where_the_device_is_missing() -> None:
    [said] = forwarded(event={"type": "alarm", "deviceId": 12, "attributes": {"alarm": "sos"}})
    assert said.address == "12"
    with pytest.raises(BadInput, match=r"device\.uniqueId"):
        forwarded(event={"type": "alarm", "attributes": {"alarm": "sos"}})


def owned(topic: str = "owntracks/li/phone", **body: Any) -> list[Event]:
    return owntracks.decode(topic, json.dumps(body).encode(), ARRIVED_AT)


def test_an_owntracks_location_is_a_report() -> None:
    [report] = owned(_type="location", lat=31.2, lon=121.4, acc=0, batt=15, bs=2, tst=1772330398, _id="b7")
    assert (report.address, report.key) == ("li/phone", "b7")
    assert report.said_at == datetime(2026, 3, 1, 1, 59, 58, tzinfo=UTC)
    assert report.values == {"lat": 31.2, "lon": 121.4, "crs": "WGS-84", "battery_pct": 15, "charging": True}


def test_a_report_by_hand_is_no_call_for_help_and_t9_is_a_low_battery(short: Short) -> None:
    assert short(owned(_type="location", t="u", tst=1772330398)) == "report"
    assert short(owned(_type="location", t="9", tst=1772330398)) == "battery_low+ report"
    assert short(owned(_type="location", t="9", bs=2, tst=1772330398)) == "report"


def test_a_transition_gives_the_fence_and_no_placeholder_position() -> None:
    [left] = owned(
        "owntracks/li/phone/event",
        _type="transition",
        event="leave",
        desc="garden",
        t="b",
        lat=0,
        lon=0,
        acc=0,
        tst=1,
    )
    assert left.values == {"fence": "garden"}


def test_a_last_will_does_not_tell_when(short: Short) -> None:
    [gone] = owned(_type="lwt", tst="1772330398")
    assert gone.said_at is None


@pytest.mark.parametrize("body", [{"_type": "encrypted", "data": "x"}, {"lat": 1, "lon": 2}])
def test_what_owntracks_cannot_be_read_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        owned(**body)


def watch(**body: Any) -> list[Event]:
    return g616.decode("atom/g616/status/860000000000025", json.dumps(body).encode(), ARRIVED_AT)


def test_the_watchs_time_counts_while_its_fix_is_fresh() -> None:
    fresh = watch(sos=True, locationDate="260301", locationTime="095900", location="121.4737,31.2304")
    assert fresh[0].said_at == datetime(2026, 3, 1, 1, 59, tzinfo=UTC)
    stale = watch(sos=True, locationDate="260228", locationTime="095900", location="121.4737,31.2304")
    assert stale[0].said_at is None
    assert stale[0].values["fix_at"] == "2026-02-28T01:59:00+00:00"


def test_the_watchs_position_is_converted() -> None:
    values = watch(location="121.4737,31.2304")[0].values
    assert values["crs_said"] == "GCJ-02"
    assert values["lat"] == pytest.approx(31.23236, abs=1e-4)
    assert values["lon"] == pytest.approx(121.46918, abs=1e-4)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"sos": True}, "sos+ report"),
        ({"sos": "true"}, "sos+ report"),
        ({"sos": False}, "report"),
        ({"isOnline": False}, "offline+ report"),
        ({"battery": "", "location": "", "locationDate": "", "locationTime": ""}, "report"),
        ({"isWearing": False}, "report"),
    ],
)
def test_states_of_the_watch(body: dict[str, Any], said: str, short: Short) -> None:
    assert short(watch(**body)) == said
