"""From the wire to an alert, on a real broker and a real database of both kinds."""

from __future__ import annotations

import json
from collections.abc import Generator

import psycopg
import pytest

from tests.awaiting import eventually
from tests.small_ingest import World, alarm, now_text, world
from yian.embedded.broker import Broker


@pytest.fixture
def home(database: str, broker: Broker) -> Generator[World]:
    with world(database, broker.host, broker.port) as one:
        yield one


def z2m(home: World, name: str, **state: object) -> None:
    home.device.say(f"zigbee2mqtt/{name}", json.dumps(state))


def test_a_zigbee_detector_raises_one_f1_with_home_floor_and_room_however_often_it_repeats(
    home: World,
) -> None:
    for _ in range(5):
        z2m(home, "0x0000000000000001", smoke=True, battery=97, linkquality=80)
    [row] = eventually(
        lambda: home.rows(
            "SELECT a.class, h.name, place_path(a.place_id), a.unregistered FROM alerts a JOIN homes h USING (home_id)"
        )
    )
    assert row == ("F1", "青山敬老院", ["主楼", "二层", "东区", "203"], False)
    eventually(lambda: home.rows("SELECT 1 FROM device_states WHERE kind = 'smoke' AND repeats = 4"))
    assert len(home.alerts()) == 1
    assert home.rows("SELECT count(*) FROM events WHERE kind = 'smoke'") == [(1,)]


def test_the_alarm_of_a_device_that_nobody_registered_alerts_and_is_quarantined(home: World) -> None:
    z2m(home, "新来的", smoke=True)
    [(registered, kind, unregistered)] = eventually(
        lambda: home.rows(
            "SELECT d.registered, d.kind, a.unregistered FROM alerts a JOIN devices d USING (device_id)"
        )
    )
    assert (registered, kind, unregistered) == (False, "unknown", True)


def test_what_a_stranger_says_of_its_battery_alerts_nobody(home: World) -> None:
    z2m(home, "新来的", battery=1, battery_low=True, tamper=True)
    eventually(lambda: home.rows("SELECT 1 FROM devices WHERE NOT registered"))
    home.device.say("yian/v1/h1/d1/alarm", alarm("1"))
    eventually(home.alerts)
    assert [row[:2] for row in home.alerts()] == [("F1", "d1")]


def test_a_friendly_name_leads_to_the_registered_device(home: World) -> None:
    known = [{"ieee_address": "0x0000000000000002", "friendly_name": "204 室"}]
    home.device.say("zigbee2mqtt/bridge/devices", json.dumps(known), retain=True)
    eventually(lambda: home.rows("SELECT 1 FROM device_aliases WHERE alias = '204 室'"))
    z2m(home, "204 室", smoke=True)
    eventually(lambda: home.alerts() == [("F1", "0x0000000000000002", "raised")])


def test_two_devices_of_a_zone_are_a_confirmed_fire_in_one_incident(home: World) -> None:
    for number in (1, 2, 3):
        home.device.say(f"yian/v1/h1/d{number}/alarm", alarm(str(number)))
    eventually(lambda: len(home.alerts()) == 4)
    assert sorted(row[0] for row in home.alerts()) == ["F1", "F1", "F1", "F2"]
    assert home.rows("SELECT class, stage FROM incidents") == [("F2", 2)]
    told = home.rows("SELECT stage, p.login FROM notifications JOIN people p USING (person_id) ORDER BY 1, 2")
    assert told == [("F1", "c"), ("F2", "c"), ("F2", "h")]


def test_an_all_clear_is_a_fact_beside_the_state_and_follows_its_alarm(home: World) -> None:
    for number in range(20):
        home.device.say("yian/v1/h1/d1/alarm", alarm(f"a{number}"))
        home.device.say("yian/v1/h1/d1/alarm", alarm(f"c{number}", state="clear"))
    eventually(lambda: home.rows("SELECT 1 FROM events WHERE event_key = 'c19'"))
    assert home.rows("SELECT active FROM device_states WHERE kind = 'smoke'") == [(False,)]
    [(state, cleared)] = home.rows("SELECT state, cleared_by_device_at IS NOT NULL FROM alerts")
    assert (state, cleared) == ("raised", True)


def test_an_absent_key_and_a_null_clear_nothing(home: World) -> None:
    z2m(home, "0x0000000000000001", smoke=True)
    eventually(home.alerts)
    z2m(home, "0x0000000000000001", battery=90)
    z2m(home, "0x0000000000000001", smoke=None, battery=89)
    eventually(lambda: home.rows("SELECT 1 FROM readings WHERE battery_pct = 89"))
    assert home.rows("SELECT active FROM device_states WHERE kind = 'smoke'") == [(True,)]
    assert home.rows("SELECT cleared_by_device_at FROM alerts") == [(None,)]


def test_messages_without_a_time_that_arrive_in_one_block_are_all_kept(home: World) -> None:
    home.device.throw(
        ("zigbee2mqtt/0x0000000000000001", json.dumps({"battery": pct})) for pct in range(100, 0, -1)
    )
    eventually(lambda: home.rows("SELECT count(DISTINCT battery_pct) FROM readings") == [(100,)])


def test_a_test_of_the_device_calls_nobody(home: World) -> None:
    z2m(home, "0x0000000000000001", smoke=True, test=True)
    eventually(lambda: home.rows("SELECT 1 FROM alerts WHERE class = 'F3'"))
    assert {row[0] for row in home.alerts()} == {"F3"}
    assert home.rows("SELECT count(*) FROM notifications") == [(0,)]


def test_a_test_that_ends_together_with_its_smoke_calls_nobody(home: World) -> None:
    z2m(home, "0x0000000000000001", smoke=True, test=True)
    eventually(lambda: home.rows("SELECT 1 FROM alerts WHERE class = 'F3'"))
    z2m(home, "0x0000000000000001", smoke=False, test=False)
    eventually(lambda: home.rows("SELECT active FROM device_states WHERE kind = 'test'") == [(False,)])
    assert {row[0] for row in home.alerts()} == {"F3"}


def test_an_old_position_and_a_clock_from_1970_are_kept_with_both_times(home: World) -> None:
    home.device.say("yian/v1/h1/d1/alarm", alarm("x", at="1970-01-01T00:00:00Z"))
    home.device.say("yian/v1/h1/d2/alarm", alarm("y", at="2099-01-01T00:00:00Z"))
    eventually(lambda: len(home.alerts()) == 3)
    rows = home.rows(
        "SELECT extract(year FROM said_at)::int, happened_at = arrived_at FROM events ORDER BY event_id"
    )
    assert rows == [(1970, True), (2099, True)]
    assert home.rows("SELECT count(*) FROM liveness WHERE clock_skew IS NOT NULL") == [(2,)]


def test_a_gateway_that_dies_is_watched_and_what_hangs_behind_it_is_not_alerted(home: World) -> None:
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id)"
            " VALUES ('zigbee2mqtt', 'bridge', 'bridge', 'gateway', 1)"
        )
    home.device.say("zigbee2mqtt/bridge/state", '{"state":"offline"}', retain=True)
    eventually(lambda: home.rows("SELECT 1 FROM timers WHERE kind = 'offline'"))
    home.device.say("zigbee2mqtt/bridge/state", "online", retain=True)
    eventually(lambda: not home.rows("SELECT 1 FROM timers WHERE kind = 'offline'"))
    assert home.alerts() == []


def test_telemetry_is_stored_once_however_often_it_is_sent(home: World) -> None:
    body = json.dumps({"seq": 7, "at": now_text(), "values": {"battery_pct": 80, "temperature_c": 21.5}})
    for _ in range(4):
        home.device.say("yian/v1/h1/d1/telemetry", body)
    home.device.say("yian/v1/h1/d1/telemetry", json.dumps({"seq": 8, "at": now_text(), "values": {}}))
    eventually(lambda: home.rows("SELECT 1 FROM readings WHERE reading_key = '8'"))
    assert home.rows("SELECT battery_pct, temperature_c FROM readings WHERE reading_key = '7'") == [
        (80, 21.5)
    ]


def test_a_low_percentage_is_a_low_battery_even_without_the_devices_own_flag(home: World) -> None:
    for seq, pct in enumerate((50, 9, 8, 9)):
        home.device.say(
            "yian/v1/h1/d1/telemetry",
            json.dumps({"seq": seq, "at": now_text(), "values": {"battery_pct": pct}}),
        )
    eventually(lambda: home.rows("SELECT 1 FROM readings WHERE reading_key = '3'"))
    assert home.alerts() == [("T2", "d1", "raised")]
