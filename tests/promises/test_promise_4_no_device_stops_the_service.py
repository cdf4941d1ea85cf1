"""Promise 4: nothing that a device sends can stop the service, or another home's alerts.

Each test is a hostile or a broken device; behind it a good detector says fire and must be heard.
What cannot be decoded at all is in tests/faults/test_bad_input.py.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Generator
from datetime import timedelta
from itertools import product

import psycopg
import pytest

from alerts import clock, escalation
from ingest.messages import Decoded, Message
from ingest.service import Ingest
from model.clock import utc_now
from model.events import Event, Kind, State
from store import locks
from tests.awaiting import eventually
from tests.small_ingest import Publisher, World, alarm, now_text, world
from yian.embedded.broker import Broker

pytestmark = pytest.mark.ground("plain")

FIRST, SECOND = "0x0000000000000001", "0x0000000000000002"


@pytest.fixture
def home(database: str, broker: Broker) -> Generator[World]:
    with world(database, broker.host, broker.port) as one:
        yield one


def z2m(home: World, name: str, **state: object) -> None:
    home.device.say(f"zigbee2mqtt/{name}", json.dumps(state))


def address_book(home: World, **alias_by_address: str) -> None:
    book = [{"ieee_address": ieee, "friendly_name": alias} for ieee, alias in alias_by_address.items()]
    home.device.say("zigbee2mqtt/bridge/devices", json.dumps(book))


def all_is_read(home: World) -> None:
    """Wait until what the bridge has said so far is stored: what follows it in the same lane is there."""
    z2m(home, "marker", battery=77)
    eventually(
        lambda: home.rows(
            "DELETE FROM readings r USING devices d WHERE d.device_id = r.device_id AND address = 'marker' RETURNING 1"
        )
    )


def hears_the_next_alarm(home: World, *, within_s: float = 15.0) -> None:
    home.device.say("yian/v1/h1/d3/alarm", alarm("after"))
    eventually(lambda: ("F1", "d3", "raised") in home.alerts(), within_s=within_s)


def own_alerts(home: World, address: str) -> list[str]:
    return [row[0] for row in home.alerts() if row[1] == address]


# Topics and addresses


NAMES = (
    "".join(random.Random(1).choices(string.ascii_letters, k=9000)),
    "".join(random.Random(2).choices(string.ascii_letters, k=65_000)),
    "/".join("x" * 200),
    "火" * 500,
    "\u2028\u202e%s{}'\";--",
)


def test_no_topic_is_too_long_for_the_service(home: World) -> None:
    for name, payload in product(NAMES, (b'{"smoke":true}', b"\xff")):
        home.device.say(f"zigbee2mqtt/{name}", payload)
    hears_the_next_alarm(home)
    eventually(lambda: home.rows("SELECT count(*) >= 7 FROM dead_letters") == [(True,)])


ODD_TELEMETRY: list[dict[str, object]] = [
    {"seq": 1, "at": "9999-12-31T23:59:59-12:00", "values": {}},
    {"seq": 1, "at": "0001-01-01T00:00:00+14:00", "values": {}},
    {"seq": 2**63, "at": "2026-01-01T00:00:00Z", "values": {}},
    {"seq": 1, "at": ["T"] * 20, "values": {}},
    {"seq": 1, "at": "2026-01-01T00:00:00Z", "values": {"lat": float("nan"), "lon": 1e999}},
    {"seq": 1, "at": "2026-01-01T00:00:00Z", "values": {"lat": 10**400, "lon": 0.5}},
    {"seq": 1, "at": "2026-01-01T00:00:00Z", "values": {"battery_pct": 10**400}},
    {"seq": 1, "at": "2026-01-01T00:00:00+23:59:59.999999", "values": {}},
]


def test_no_telemetry_stops_the_telemetry_behind_it(home: World) -> None:
    for body in ODD_TELEMETRY:
        home.device.say("yian/v1/h1/d1/telemetry", json.dumps(body))
    good = {"seq": 7, "at": now_text(), "values": {"battery_pct": 80}}
    home.device.say("yian/v1/h1/d2/telemetry", json.dumps(good))
    eventually(lambda: home.rows("SELECT 1 FROM readings WHERE reading_key = '7'"))
    assert home.ingest.telemetry.alive()


ODD_ALARMS: list[dict[str, object]] = [
    {"id": "k" * 10_000, "at": "2026-01-01T00:00:00Z", "kind": "smoke", "state": "active"},
    {"id": 10**30, "at": "9999-12-31T23:59:59Z", "kind": "smoke", "state": "active"},
    {"id": "1", "at": "0001-01-01T00:00:00+14:00", "kind": "smoke", "state": "active"},
    {"id": "\x00", "at": "9999-12-31T23:59:59-12:00", "kind": "smoke", "state": "active"},
    {"id": "1", "kind": "smoke", "state": "active", "values": {"battery_pct": 1e-300}},
    {"id": "1", "kind": "smoke", "state": "active", "values": {"temperature_c": 1e-40, "lat": 1e-320}},
    {
        "id": "1",
        "kind": "smoke",
        "state": "active",
        "values": {"lat": 30, "lon": 117, "accuracy_m": 1e-50},
    },
]


def test_an_alarm_is_raised_whatever_stands_beside_it(home: World) -> None:
    with psycopg.connect(home.url, autocommit=True) as conn:
        for number in range(len(ODD_ALARMS)):
            conn.execute(
                "INSERT INTO devices (source, address, name, kind, home_id)"
                " VALUES ('yian', %s, 'odd', 'detector', 1)",
                [f"odd{number}"],
            )
    for number, body in enumerate(ODD_ALARMS):
        home.device.say(f"yian/v1/h1/odd{number}/alarm", json.dumps(body))
    hears_the_next_alarm(home)
    assert [own_alerts(home, f"odd{number}")[:1] for number in range(len(ODD_ALARMS))] == [["F1"]] * len(
        ODD_ALARMS
    )


def test_a_reading_that_no_column_can_hold_costs_neither_the_alarm_nor_its_neighbours(home: World) -> None:
    z2m(home, FIRST, smoke=True, temperature=1e-300, battery=1e-300)
    for seq, battery_pct in enumerate((50, 1e-300, 52)):
        body = {"seq": seq, "at": now_text(), "values": {"battery_pct": battery_pct}}
        home.device.say("yian/v1/h1/d2/telemetry", json.dumps(body))
    eventually(lambda: "F1" in own_alerts(home, FIRST))
    eventually(lambda: home.rows("SELECT count(*) FROM readings WHERE battery_pct >= 50") == [(2,)])


def test_an_alarm_that_cannot_be_stored_as_it_was_said_is_raised_bare(home: World) -> None:
    # No adapter lets such a value through today; the lane must not depend on that.
    said = Event("yian", "d1", Kind.SMOKE, State.ACTIVE, None, "1", {"model": "a\x00b"})
    home.ingest.alarm.put(Decoded(Message("yian/v1/h1/d1/alarm", b"{}", utc_now()), (said,)))
    hears_the_next_alarm(home)
    assert "F1" in own_alerts(home, "d1")
    assert "our fault" in home.rows("SELECT reason FROM dead_letters")[0][0]


# Clocks


def test_a_clock_that_was_wrong_once_hides_no_later_fire(home: World) -> None:
    topic = "yian/v1/h1/d1/alarm"
    home.device.say(topic, alarm("a", at="9999-01-01T00:00:00Z"))
    home.device.say(topic, alarm("b", state="clear", at="9999-01-01T00:01:00Z"))
    eventually(lambda: home.rows("SELECT 1 FROM events WHERE event_key = 'b'"))
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute("UPDATE alerts SET state = 'resolved', outcome = 'false', resolved_at = now()")
    home.device.say(topic, alarm("c"))
    home.device.say(topic, alarm("d", state="clear"))
    home.device.say(topic, alarm("e"))
    eventually(lambda: own_alerts(home, "d1") == ["F1", "F1"])
    eventually(lambda: home.rows("SELECT 1 FROM events WHERE event_key = 'e'"))
    assert home.rows("SELECT active FROM device_states WHERE kind = 'smoke'") == [(True,)]


def test_a_clear_from_the_future_does_not_make_the_next_fire_a_repeat(home: World) -> None:
    topic = "yian/v1/h1/d1/alarm"
    home.device.say(topic, alarm("a"))
    home.device.say(topic, alarm("b", state="clear", at="2036-02-07T06:28:16Z"))
    eventually(lambda: home.rows("SELECT 1 FROM events WHERE event_key = 'b'"))
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute("UPDATE alerts SET state = 'resolved', outcome = 'false', resolved_at = now()")
    home.device.say(topic, alarm("c"))
    eventually(lambda: own_alerts(home, "d1") == ["F1", "F1"])


# Names


def test_a_stranger_cannot_take_the_name_of_a_registered_detector(home: World) -> None:
    address_book(home, **{SECOND: "204 室"})
    z2m(home, "0xbad", smoke=False, battery=80)  # now it is known, and in quarantine
    eventually(lambda: home.rows("SELECT 1 FROM device_aliases WHERE alias = '204 室'"))
    eventually(lambda: home.rows("SELECT 1 FROM devices WHERE address = '0xbad'"))
    address_book(home, **{"0xbad": "204 室"})
    address_book(home, **{"0xbad": FIRST})
    all_is_read(home)
    z2m(home, "204 室", smoke=True)
    z2m(home, FIRST, smoke=True)
    eventually(lambda: len(home.alerts()) >= 2)
    assert home.rows("SELECT address, unregistered FROM alerts JOIN devices USING (device_id) WHERE class = 'F1'"
                     " ORDER BY 1") == [(FIRST, False), (SECOND, False)]  # fmt: skip


def test_a_registered_device_cannot_take_the_address_of_another(home: World) -> None:
    address_book(home, **{SECOND: FIRST})
    all_is_read(home)
    z2m(home, FIRST, smoke=True)
    eventually(lambda: own_alerts(home, FIRST) == ["F1"])


def test_the_name_of_a_retired_device_does_not_put_its_successor_into_quarantine(home: World) -> None:
    address_book(home, **{FIRST: "203 室"})
    eventually(lambda: home.rows("SELECT 1 FROM device_aliases"))
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute("UPDATE devices SET retired_on = '2026-01-01' WHERE address = %s", [FIRST])
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id, place_id)"
            " VALUES ('zigbee2mqtt', '203 室', 'new', 'detector', 1, 4)"
        )
    z2m(home, "203 室", smoke=True)
    [row] = eventually(
        lambda: home.rows(
            "SELECT address, unregistered, registered FROM alerts JOIN devices USING (device_id)"
        )
    )
    assert row == ("203 室", False, True)


def test_a_device_cannot_speak_for_one_of_another_home_that_it_does_not_know(home: World) -> None:
    """An address that nobody registered stays what it is, whichever home its topic names."""
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute("INSERT INTO homes (code, name, kind) VALUES ('h2', '另一家', '民办')")
    home.device.say("yian/v1/h2/stranger/alarm", alarm("1"))
    home.device.say("yian/v1/nowhere/stranger-2/alarm", alarm("2"))
    eventually(lambda: len(home.alerts()) == 2)
    assert home.rows("SELECT home_id, unregistered FROM alerts ORDER BY alert_id") == [
        (2, True),
        (None, True),
    ]
    told = home.rows("SELECT count(*) FROM notifications JOIN people p USING (person_id) WHERE p.home_id = 1")
    assert told == [(0,)]


# What the broker remembers


def test_what_is_retained_is_no_news_at_each_reconnect(home: World) -> None:
    home.device.say(f"zigbee2mqtt/{FIRST}", json.dumps({"smoke": True, "battery": 50}), retain=True)
    home.device.say("zigbee2mqtt/button", json.dumps({"action": "emergency"}), retain=True)
    home.device.say("yian/v1/h1/b1/alarm", alarm("sos", kind="sos", state=None), retain=True)
    home.device.say("yian/v1/h1/d1/alarm", alarm("smoke"), retain=True)
    eventually(lambda: len(home.alerts()) >= 4)
    counted = (
        "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM events), (SELECT count(*) FROM readings),"
        " (SELECT count(*) FROM alert_log), (SELECT count(*) FROM notifications)"
    )
    eventually(lambda: home.rows("SELECT 1 FROM readings"))
    before = home.rows(counted)
    seen = home.rows("SELECT device_id, last_seen_at FROM liveness ORDER BY 1")
    home.ingest.stop()
    again = Ingest(home.config)
    again.start()
    try:
        assert again.wait_ready(10)
        eventually(lambda: again.alarm.counts.messages + again.telemetry.counts.messages >= 4)
        home.device.say("yian/v1/h1/d2/telemetry", json.dumps({"seq": 1, "at": now_text(), "values": {}}))
        eventually(
            lambda: home.rows("SELECT 1 FROM readings JOIN devices USING (device_id) WHERE address = 'd2'")
        )
        with psycopg.connect(home.url, autocommit=True) as conn:
            conn.execute(
                "DELETE FROM readings r USING devices d WHERE d.device_id = r.device_id AND address = 'd2'"
            )
            conn.execute(
                "DELETE FROM liveness l USING devices d WHERE d.device_id = l.device_id AND address = 'd2'"
            )
        assert home.rows(counted) == before
        assert home.rows("SELECT device_id, last_seen_at FROM liveness ORDER BY 1") == seen
    finally:
        again.stop()


# Floods


def crowd(broker: Broker, count: int) -> None:
    """Let `count` devices that nobody knows say a little each, faster than they can be stored."""
    stranger = Publisher(broker.host, broker.port)
    small = json.dumps({"smoke": False, "battery": 5})
    stranger.throw((f"zigbee2mqtt/0xf{number:015x}", small) for number in range(count))
    stranger.close()


def test_an_alarm_is_raised_while_thousands_of_strangers_wait(home: World, broker: Broker) -> None:
    strangers = "SELECT count(*) FROM devices WHERE NOT registered"
    with psycopg.connect(home.url) as holding:
        # Nothing that the strangers say is written until the alarms are.
        locks.lock_home(holding, None)
        crowd(broker, 4_000)
        eventually(lambda: home.ingest.telemetry.waiting())
        for key in range(5):
            home.device.say("yian/v1/h1/d1/alarm", alarm(f"on{key}"))
            eventually(lambda: home.rows("SELECT 1 FROM events WHERE event_key = %s", f"on{key}"))  # noqa: B023
            home.device.say("yian/v1/h1/d1/alarm", alarm(f"off{key}", state="clear"))
        assert own_alerts(home, "d1")[0] == "F1"
        assert home.rows(strangers) == [(0,)]
    eventually(lambda: home.rows(strangers) == [(4_000,)], within_s=60)


def toggles(number: int) -> bytes:
    """Two kinds in turn, so that nothing of it is a run that is written at once."""
    return alarm(f"t{number}", ("fault", "tamper")[number % 2], "clear" if number // 2 % 2 else "active")


def garbage(number: int) -> bytes:
    return b'{"id":%d,"kind":"smo' % number


@pytest.mark.parametrize("babble", [toggles, garbage])
def test_good_alarms_are_written_before_the_backlog_of_a_babbler(
    home: World, broker: Broker, babble: Callable[[int], bytes]
) -> None:
    backlog = 600
    with psycopg.connect(home.url) as holding:
        holding.execute("INSERT INTO homes (code, name, kind) VALUES ('h2', '清水敬老院', '敬老院')")
        holding.execute(
            "INSERT INTO devices (source, address, name, kind, home_id) VALUES ('yian', 'n', 'n', 'detector', 2)"
        )
        holding.commit()
        # Nothing of the babbler's home is written until all of it waits.
        locks.lock_home(holding, 1)
        babbler = Publisher(broker.host, broker.port)
        babbler.throw(("yian/v1/h1/d1/alarm", babble(number)) for number in range(backlog))
        babbler.close()
        home.device.say("yian/v1/h1/d3/alarm", alarm("neighbour"))
        home.device.say("yian/v1/h2/n/alarm", alarm("stranger to it"))
        eventually(lambda: home.ingest.alarm.waiting() == backlog + 2)
    assert home.ingest.alarm.wait_idle(60)
    order = home.rows(
        "SELECT array_agg(address ORDER BY written) FROM ("
        " SELECT e.xmin::text::bigint AS written, address FROM events e JOIN devices USING (device_id)"
        " UNION ALL SELECT xmin::text::bigint, 'd1' FROM dead_letters) AS rows"
    )[0][0]
    assert len(order) == backlog + 2
    assert max(order.index("d3"), order.index("n")) < backlog / 10
    assert {("F1", "d3", "raised"), ("F1", "n", "raised")} < set(home.alerts())


def test_devices_that_come_back_in_thousands_do_not_put_off_a_deadline(home: World) -> None:
    home.device.say("yian/v1/h1/d1/alarm", alarm("1"))
    [(due_at,)] = eventually(lambda: home.rows("SELECT due_at FROM timers WHERE kind = %s", escalation.TIMER))
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO timers (kind, subject, device_id, due_at)"
            " SELECT 'back', 'device:x' || n, 1, %s - interval '1 minute' FROM generate_series(1, 1000) AS n",
            [due_at],
        )
    with home.config.connect() as conn:
        clock.tick(conn, due_at + timedelta(seconds=1))
    assert home.rows("SELECT step > 0 FROM timers WHERE kind = %s", escalation.TIMER) == [(True,)]
