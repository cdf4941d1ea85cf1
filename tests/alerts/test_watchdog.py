"""Escalation watches itself: what is late or cannot be done is told to those who run the service, once."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest

from alerts import watchdog
from model.alerts import Answer, Outcome
from model.events import Kind
from tests.alerts.small_home import NOW, SmallHome, build

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def service_alerts(home: SmallHome) -> list[dict[str, Any]]:
    return home.rows("SELECT reason, state, incident_id FROM alerts WHERE home_id IS NULL ORDER BY alert_id")


def test_in_time_is_up_to_thirty_seconds() -> None:
    assert watchdog.lateness([NOW - watchdog.LATE_AFTER, NOW], NOW) is None
    late = watchdog.lateness([NOW - timedelta(seconds=31), NOW - timedelta(hours=5), NOW], NOW)
    assert late == watchdog.Lateness(2, timedelta(hours=5))


def test_a_deadline_that_was_acted_on_hours_late_is_told_to_the_bureau_once(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(hours=5, minutes=30))
    home.tick(timedelta(hours=1))
    assert [(row["reason"], row["state"]) for row in service_alerts(home)] == [("escalation_late", "raised")]
    [incident] = {row["incident_id"] for row in service_alerts(home)}
    told = home.rows(
        "SELECT p.role FROM notifications JOIN people p USING (person_id) WHERE incident_id = %(incident)s",
        incident=incident,
    )
    assert told == [{"role": "bureau"}]


def test_after_it_was_answered_the_next_lateness_is_told_again(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(hours=5))
    [row] = service_alerts(home)
    home.answer(Answer.RESOLVE, by="bureau", outcome=Outcome.FAULT, incident_id=row["incident_id"])
    home.tick(timedelta(hours=5))
    assert len(service_alerts(home)) == 2


def test_a_deadline_in_time_says_nothing_of_the_service(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(seconds=61))
    assert service_alerts(home) == []


def test_a_timer_that_cannot_be_acted_on_stops_no_other_and_is_told(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    with home.conn.transaction():
        home.conn.execute("UPDATE incidents SET ladder = '{}'")
    home.say("band", Kind.SOS, None)
    home.tick(timedelta(seconds=61))
    assert ("head", "W1+1") in home.told()
    assert [row["reason"] for row in service_alerts(home)] == ["escalation_failed"]
    # It is tried again, later each time.
    [timer] = home.rows("SELECT due_at, failures FROM timers WHERE failures > 0")
    assert timer == {"due_at": home.now + timedelta(seconds=30), "failures": 1}
