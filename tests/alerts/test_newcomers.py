"""An alarm of a device that nobody registered: once it is, its home's own people are called."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest

from alerts import engine
from model.alerts import Answer, Outcome
from model.events import Event, Kind, State
from store import alarms, devices, locks
from tests.alerts.small_home import LIMITS, SmallHome, build

pytestmark = pytest.mark.ground("plain")
SECOND = timedelta(seconds=1)


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _smoke(home: SmallHome) -> int:
    """Let a detector of no known home say smoke; return its incident."""
    with home.conn.transaction():
        device = devices.quarantine(home.conn, "yian", "STRANGER", "nowhere")
        locks.lock_home(home.conn, device.home_id)
        event = Event("yian", "STRANGER", Kind.SMOKE, State.ACTIVE, home.now, "1")
        [alert_id] = engine.on_event(home.conn, event, device, home.now, "1", LIMITS).raised
    found = alarms.alert_incident(home.conn, alert_id)
    home.conn.commit()
    assert found is not None
    return found


def _register(home: SmallHome) -> None:
    with home.conn.transaction():
        home.conn.execute(
            "UPDATE devices SET registered = true, kind = 'detector', home_id = %s, place_id = %s"
            " WHERE address = 'STRANGER'",
            [home.home_id, home.devices["d1"].place_id],
        )


def test_an_open_alarm_goes_with_its_device_and_calls_the_people_of_the_home(home: SmallHome) -> None:
    incident_id = _smoke(home)
    assert home.told() == []
    home.tick(SECOND)
    assert home.told() == []
    of_none = "SELECT notification_id FROM notifications WHERE home_id IS NULL"
    assert home.rows(of_none)
    _register(home)
    home.tick(SECOND)
    assert home.open_incident() == incident_id
    assert home.rows(of_none) == []
    [alert] = home.rows("SELECT home_id, place_id, state, unregistered FROM alerts")
    assert alert == {
        "home_id": home.home_id,
        "place_id": home.devices["d1"].place_id,
        "state": "raised",
        "unregistered": False,
    }
    assert "carer" in {role for role, _ in home.told()}
    told = home.told()
    home.tick(SECOND)
    assert home.told() == told
    [row] = home.rows("SELECT count(*) FROM alert_log WHERE action = 'registered'")
    assert row["count"] == 1
    assert home.answer(Answer.ACKNOWLEDGE, incident_id=incident_id)


def test_an_alarm_of_a_stranger_is_of_the_resident_that_it_is_registered_for(home: SmallHome) -> None:
    _smoke(home)
    resident = home.devices["band"].resident_id
    assert resident is not None
    home.rows(
        "UPDATE devices SET registered = true, home_id = %(home_id)s, resident_id = %(resident)s"
        " WHERE address = 'STRANGER' RETURNING device_id",
        resident=resident,
    )
    home.tick(SECOND)
    assert home.rows("SELECT resident_id FROM alerts") == [{"resident_id": resident}]


def test_what_somebody_has_answered_moves_without_a_call(home: SmallHome) -> None:
    incident_id = _smoke(home)
    home.answer(Answer.ACKNOWLEDGE, by="bureau", incident_id=incident_id)
    before = home.rows("SELECT count(*) FROM notifications")
    _register(home)
    home.tick(SECOND)
    assert home.open_incident() == incident_id
    assert home.rows("SELECT count(*) FROM notifications") == before


def test_what_is_over_stays_of_no_home(home: SmallHome) -> None:
    incident_id = _smoke(home)
    home.answer(Answer.RESOLVE, by="bureau", incident_id=incident_id, outcome=Outcome.FALSE)
    _register(home)
    home.tick(SECOND)
    assert home.rows("SELECT home_id FROM incidents WHERE incident_id = %(id)s", id=incident_id) == [
        {"home_id": None}
    ]
