"""Quiet on purpose has a reason, an end and a return; nothing about life is ever quiet."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest

from alerts import suppression
from model.errors import BadInput, Refused
from model.events import Kind, State
from model.people import Actor, Role
from store import ledger, suppressions
from tests.alerts.small_home import NOW, SmallHome, build

pytestmark = pytest.mark.ground("plain")
WHO = Actor(None, "李师傅", "board")
HOUR = timedelta(hours=1)


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def shelve(home: SmallHome, alert_id: int, reason: str = "等备件", lasting: timedelta = HOUR) -> None:
    with home.conn.transaction():
        suppression.shelve(
            home.conn, alert_id=alert_id, actor=WHO, reason=reason, lasting=lasting, now=home.now
        )


def window(home: SmallHome, zone: str | None = None, *, kind: str = "maintenance") -> None:
    place = home.devices["d1"].zone_id if zone else None
    with home.conn.transaction():
        suppression.open_window(
            home.conn,
            home_id=home.home_id,
            actor=WHO,
            reason="更换探测器",
            starts_at=home.now,
            lasting=HOUR,
            now=home.now,
            place_id=place,
            kind=kind,
        )


def test_a_shelved_fault_is_shown_with_its_reason_and_returns_by_itself(home: SmallHome) -> None:
    [alert] = home.say("d1", Kind.FAULT).raised
    shelve(home, alert)
    assert home.rows("SELECT muted FROM alerts WHERE alert_id = %(alert)s", alert=alert) == [
        {"muted": "等备件"}
    ]
    assert not home.rows("SELECT 1 FROM timers WHERE kind = 'escalate'")
    home.restart()
    home.tick(HOUR)
    assert home.rows("SELECT muted FROM alerts WHERE alert_id = %(alert)s", alert=alert) == [{"muted": None}]
    assert home.told() == [("maintenance", "T1"), ("maintenance", "T1#2")]
    assert home.rows("SELECT 1 FROM timers WHERE kind = 'escalate'")


def test_what_is_about_life_cannot_be_shelved(home: SmallHome) -> None:
    for handled in (home.say("d1", Kind.SMOKE), home.say("band", Kind.SOS, None)):
        with pytest.raises(Refused, match="life"):
            shelve(home, handled.raised[0])


@pytest.mark.parametrize(
    ("reason", "lasting"), [(" ", HOUR), ("x", timedelta(0)), ("x", timedelta(hours=25))]
)
def test_a_shelf_needs_a_reason_and_an_end(home: SmallHome, reason: str, lasting: timedelta) -> None:
    [alert] = home.say("d1", Kind.FAULT).raised
    with pytest.raises(BadInput):
        shelve(home, alert, reason, lasting)


def test_a_fault_in_a_maintenance_window_is_raised_and_told_when_it_ends(home: SmallHome) -> None:
    window(home, "zone")
    assert home.say("d1", Kind.FAULT).raised
    assert home.told() == []
    home.tick(timedelta(minutes=59))
    assert home.told() == []
    home.tick(timedelta(minutes=1))
    assert [role for role, _ in home.told()] == ["maintenance"]


def test_a_fire_in_a_maintenance_window_is_told_as_ever_and_says_where_it_stands(home: SmallHome) -> None:
    window(home)
    [alert] = home.say("d1", Kind.SMOKE).raised
    assert home.told() == [("carer", "F1")]
    assert home.rows("SELECT muted FROM alerts WHERE alert_id = %(alert)s", alert=alert) == [
        {"muted": "更换探测器"}
    ]
    home.tick(timedelta(minutes=1))
    assert ("head", "F1+1") in home.told()


def test_a_dead_rung_is_written_down_once_and_again_only_when_it_has_changed(database: str) -> None:
    with build(database, "mute", silent=frozenset(Role)) as home:
        home.say("d1", Kind.FAULT)

        def dead() -> list[tuple[int, str]]:
            rows = home.rows("SELECT details FROM alert_log WHERE action = 'dead_rung' ORDER BY number")
            return [(row["details"]["step"], row["details"]["why"]) for row in rows]

        once = [(0, "no_channel"), (1, "no_channel"), (2, "no_channel")]
        assert dead() == once
        alert_id = home.rows("SELECT alert_id FROM alerts")[0]["alert_id"]
        for _ in range(3):
            shelve(home, alert_id)
            home.tick(HOUR)
        assert dead() == once, "each return called the ladder anew"
        # Somebody gets a channel, is told, and loses it again: that is news.
        for channels in (["json://there"], []):
            with home.conn.transaction():
                home.conn.execute("UPDATE people SET channels = %s WHERE role = 'maintenance'", [channels])
            shelve(home, alert_id)
            home.tick(HOUR)
        assert dead()[3:] == [(0, "no_channel")]


def test_a_window_of_one_zone_leaves_the_rest_alone(home: SmallHome) -> None:
    window(home, "zone")
    home.say("band", Kind.BATTERY_LOW)
    assert [role for role, _ in home.told()] == ["carer"]


def test_the_transmission_tests_of_a_month_are_counted_by_device(home: SmallHome) -> None:
    home.say("d1", Kind.TEST)
    home.now += timedelta(seconds=5)
    home.say("d1", Kind.TEST, State.CLEAR)
    with home.conn.transaction():
        [found] = suppressions.tests_due(home.conn, home.code, NOW, NOW + timedelta(days=31))
    assert (found.tested, found.due, found.missing) == (1, 4, ["d2", "d3", "point"])


def test_each_devices_own_signal_in_a_test_window_counts_it_and_proves_it(home: SmallHome) -> None:
    """Not the window, nor the zone's alert that several of them raise: who was silent in it stays untested."""
    window(home, kind="test")
    home.say("d1", Kind.SMOKE)
    home.now += timedelta(seconds=20)
    home.say("d2", Kind.SMOKE)
    home.say("point", Kind.CALL_POINT)
    home.say("d3", Kind.FAULT)
    home.say("band", Kind.SOS, None)
    assert ("carer", "F1") in home.told(), "what is about life is told all the same"
    with home.conn.transaction():
        [found] = suppressions.tests_due(home.conn, home.code, NOW, NOW + timedelta(days=31))
        assert ledger.learn(home.conn, home.now) == 4
        proven = ledger.tests(home.conn, home.home_id, NOW, NOW + HOUR, home.now)
    assert (found.tested, found.due, found.missing) == (3, 4, ["d3"])
    assert sorted(one.device for one in proven) == ["band", "d1", "d2", "point"]
    home.tick(HOUR)
    for name in ("d1", "d3"):
        home.say(name, Kind.SMOKE, State.CLEAR)
        home.now += timedelta(minutes=1)
        home.say(name, Kind.SMOKE)
    with home.conn.transaction():
        assert ledger.learn(home.conn, home.now) == 0, "the window is over"


def test_a_signal_in_a_maintenance_window_is_no_test(home: SmallHome) -> None:
    window(home)
    home.say("d1", Kind.SMOKE)
    assert home.rows("SELECT 1 FROM alerts WHERE class = 'F3'") == []
