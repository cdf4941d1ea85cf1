"""Flood, chattering, stale: collapsed in sight, returned by itself, and never what is about life."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import nuisance
from model.alerts import LIFE_SAFETY, AlertClass, Answer
from model.events import Kind, State
from store import devices
from tests.alerts.small_home import SmallHome, build

SECOND = timedelta(seconds=1)


@given(st.sampled_from(sorted(LIFE_SAFETY)), st.integers(0, 10_000))
def test_what_is_about_life_is_never_collapsed_or_shelved(alert_class: AlertClass, times: int) -> None:
    assert not nuisance.collapses(alert_class, times)
    assert not nuisance.chatters(alert_class, times)


@given(st.sampled_from(AlertClass), st.integers(0, 100))
def test_once_it_is_a_flood_one_more_does_not_end_it(alert_class: AlertClass, times: int) -> None:
    assert nuisance.collapses(alert_class, times) <= nuisance.collapses(alert_class, times + 1)


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _flap(home: SmallHome, name: str, kind: Kind, times: int) -> None:
    for _ in range(times):
        home.say(name, kind)
        home.now += SECOND
        home.say(name, kind, State.CLEAR)
        home.now += SECOND


@pytest.mark.ground("plain")
def test_a_chattering_fault_is_shelved_in_sight_and_comes_back(home: SmallHome) -> None:
    _flap(home, "d1", Kind.FAULT, 2)
    assert home.rows("SELECT muted FROM alerts WHERE home_id = %(home_id)s") == [{"muted": None}]
    home.say("d1", Kind.FAULT)
    [row] = home.rows("SELECT muted, repeats FROM alerts WHERE home_id = %(home_id)s")
    assert "chattering" in row["muted"]
    assert row["repeats"] == 2
    home.tick(nuisance.CHATTER_FOR + SECOND)
    assert home.rows("SELECT muted FROM alerts WHERE home_id = %(home_id)s") == [{"muted": None}]


@pytest.mark.ground("plain")
def test_a_chattering_smoke_alarm_is_never_shelved(home: SmallHome) -> None:
    _flap(home, "d1", Kind.SMOKE, 5)
    assert home.rows("SELECT DISTINCT muted FROM alerts WHERE home_id = %(home_id)s") == [{"muted": None}]


@pytest.mark.ground("plain")
def test_in_a_flood_faults_are_one_message_and_fire_is_told_all_the_same(home: SmallHome) -> None:
    with home.conn.transaction():
        home.conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id, place_id)"
            " SELECT 'yian', 'flood-' || n, 'flood-' || n, 'detector', d.home_id, d.place_id"
            " FROM devices d, generate_series(1, 15) n WHERE d.device_id = %(device)s",
            {"device": home.devices["d1"].device_id},
        )
        for number in range(1, 16):
            device = devices.find_device(home.conn, "yian", f"flood-{number}")
            assert device is not None
            home.devices[f"f{number}"] = device
    for number in range(1, 16):
        home.say(f"f{number}", Kind.FAULT)
    rows = home.rows(
        "SELECT n.sent_by, n.stage FROM notifications n JOIN people p USING (person_id)"
        " WHERE p.role = 'maintenance' AND (n.home_id = %(home_id)s OR n.stage LIKE %(flood)s)"
        " ORDER BY notification_id",
        flood="flood@%",
    )
    assert [row["stage"] for row in rows if row["stage"].startswith("flood@")] == [rows[10]["stage"]]
    assert [row["sent_by"] for row in rows if not row["stage"].startswith("flood@")] == [None] * 10 + [
        "board"
    ] * 5
    home.say("d2", Kind.SMOKE)
    assert home.rows(
        "SELECT sent_by FROM notifications WHERE home_id = %(home_id)s AND stage = 'F1' AND cardinality(channels) > 0"
    )


@pytest.mark.ground("plain")
def test_an_alert_that_was_taken_on_and_forgotten_is_told_once_a_day(home: SmallHome) -> None:
    home.say("d1", Kind.FAULT)
    home.answer(Answer.ACKNOWLEDGE, by="repair", incident_id=home.open_incident())
    home.tick(timedelta(hours=23))
    assert not [stage for _, stage in home.told() if "stale" in stage]
    home.tick(timedelta(hours=1, minutes=1))
    home.tick(timedelta(hours=1))
    assert sorted(home.told()[1:]) == [("head", "T1+stale1"), ("maintenance", "T1+stale1")]
    home.tick(timedelta(hours=24))
    assert ("head", "T1+stale2") in home.told()
