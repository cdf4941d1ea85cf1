"""Two things at the same instant, on two connections: one alert, one state, and no deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from psycopg import Connection

from alerts import answers, clock, engine
from alerts.log import broken
from model.alerts import Alert, Answer, Outcome
from model.errors import Refused
from model.events import Event, Kind, State
from model.people import Actor
from store import alert_log, locks, pool
from tests.alerts.small_home import LIMITS, SmallHome, build

pytestmark = pytest.mark.ground("plain")
_TIMES = 25
Act = Callable[[Connection[Any]], object]


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def at_once(home: SmallHome, *acts: Act) -> list[object]:
    """Do each act in a transaction and connection of its own, all let go at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Act) -> object:
        with pool.connect(home.url, name="race") as conn:
            gate.wait(timeout=60)
            try:
                return act(conn)
            except Refused as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return [done.result(timeout=30) for done in [threads.submit(run, act) for act in acts]]


def hears(home: SmallHome, name: str, kind: Kind, key: str, state: State | None = State.ACTIVE) -> Act:
    """Return the act of one ingest replica that receives this event."""
    device = home.devices[name]
    event = Event(device.source, device.address, kind, state, home.now, key)

    def act(conn: Connection[Any]) -> object:
        with conn.transaction():
            locks.lock_home(conn, home.home_id)
            return engine.on_event(conn, event, device, home.now, key, LIMITS)

    return act


def answers_with(
    home: SmallHome, answer: Answer, by: str, incident_id: int, outcome: Outcome | None = None
) -> Act:
    """Return the act of one API process that receives this answer."""

    def act(conn: Connection[Any]) -> list[Alert]:
        with conn.transaction():
            return answers.answer(
                conn,
                answer=answer,
                actor=Actor(home.people[by], by, "board"),
                now=home.now,
                incident_id=incident_id,
                outcome=outcome,
            )

    return act


def counts(home: SmallHome) -> dict[str, int]:
    rows = home.rows("SELECT class, count(*) AS n FROM alerts WHERE home_id = %(home_id)s GROUP BY class")
    return {row["class"]: row["n"] for row in rows}


def settle(home: SmallHome) -> None:
    """Resolve all that is open and let the devices be quiet again; the log must hold."""
    for row in home.rows(
        "SELECT incident_id FROM incidents WHERE home_id = %(home_id)s AND closed_at IS NULL"
    ):
        home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, incident_id=row["incident_id"])
    with home.conn.transaction():
        assert broken(alert_log.whole_log(home.conn)) == []
        home.conn.execute("DELETE FROM device_states")
        home.conn.execute("DELETE FROM timers")


def test_two_detectors_of_a_zone_in_the_same_instant_are_a_confirmed_fire(home: SmallHome) -> None:
    for number in range(1, _TIMES + 1):
        at_once(
            home, hears(home, "d1", Kind.SMOKE, f"a{number}"), hears(home, "d2", Kind.SMOKE, f"b{number}")
        )
        assert counts(home) == {"F1": 2 * number, "F2": number}
        [incident] = home.rows(
            "SELECT class FROM incidents WHERE home_id = %(home_id)s AND closed_at IS NULL"
        )
        assert incident["class"] == "F2"
        settle(home)
        home.now += LIMITS.coincidence_within * 2


def test_the_same_alarm_on_two_replicas_is_one_alert(home: SmallHome) -> None:
    for number in range(1, _TIMES + 1):
        same = hears(home, "d1", Kind.SMOKE, f"k{number}")
        at_once(home, same, same, same)
        assert counts(home) == {"F1": number}
        settle(home)
        home.now += LIMITS.coincidence_within * 2


def test_an_sos_on_two_replicas_is_one_call(home: SmallHome) -> None:
    for number in range(1, _TIMES + 1):
        same = hears(home, "band", Kind.SOS, f"k{number}", None)
        at_once(home, same, same)
        [events] = home.rows("SELECT count(*) AS n FROM events WHERE home_id = %(home_id)s")
        assert (counts(home), events["n"]) == ({"W1": number}, number)
        settle(home)
        home.now += LIMITS.coincidence_within


def test_resolving_and_a_new_alarm_in_the_same_instant_leave_no_fire_in_a_closed_incident(
    home: SmallHome,
) -> None:
    for number in range(1, _TIMES + 1):
        home.say("d1", Kind.SMOKE)
        incident = home.open_incident()
        at_once(
            home,
            answers_with(home, Answer.RESOLVE, "carer", incident, Outcome.FALSE),
            hears(home, "d3", Kind.SMOKE, f"c{number}"),
        )
        assert not home.rows(
            "SELECT 1 FROM incidents i JOIN alerts a USING (incident_id) WHERE i.home_id = %(home_id)s"
            " GROUP BY incident_id, closed_at HAVING bool_and(state = 'resolved') <> (closed_at IS NOT NULL)"
        )
        assert not home.rows(
            "SELECT 1 FROM alerts a WHERE home_id = %(home_id)s AND state = 'raised'"
            " AND NOT EXISTS (SELECT FROM timers t WHERE t.incident_id = a.incident_id)"
        )
        settle(home)
        home.now += LIMITS.coincidence_within * 2


def test_two_answers_in_the_same_instant_give_one_state_with_one_owner(home: SmallHome) -> None:
    for _ in range(_TIMES):
        home.say("d1", Kind.SMOKE)
        incident = home.open_incident()
        at_once(
            home,
            answers_with(home, Answer.ACKNOWLEDGE, "carer", incident),
            answers_with(home, Answer.ACKNOWLEDGE, "head", incident),
        )
        rows = home.rows(
            "SELECT person_id, acknowledged_by FROM alert_log l JOIN alerts a USING (alert_id)"
            " WHERE l.incident_id = %(incident)s AND l.action = 'acknowledge'",
            incident=incident,
        )
        assert len(rows) == 1
        assert rows[0]["person_id"] == rows[0]["acknowledged_by"]
        settle(home)
        home.now += LIMITS.coincidence_within * 2


def test_of_resolving_and_confirming_in_the_same_instant_no_confirmed_fire_is_lost(home: SmallHome) -> None:
    for number in range(1, _TIMES + 1):
        home.say("d1", Kind.SMOKE)
        incident = home.open_incident()
        done = at_once(
            home,
            answers_with(home, Answer.RESOLVE, "carer", incident, Outcome.FALSE),
            answers_with(home, Answer.CONFIRM, "leader", incident),
        )
        # Either the fire was confirmed, or who confirmed is told that it is closed: never neither.
        assert isinstance(done[1], Refused) or counts(home).get("F2", 0) >= 1, number
        settle(home)
        home.now += LIMITS.coincidence_within * 2


def test_a_deadline_and_an_answer_in_the_same_instant_do_not_wait_for_each_other(home: SmallHome) -> None:
    for _ in range(_TIMES):
        home.say("d1", Kind.SMOKE)
        incident = home.open_incident()
        home.now += 2 * LIMITS.coincidence_within
        at_once(
            home,
            lambda conn: clock.tick(conn, home.now),
            lambda conn: clock.tick(conn, home.now),
            answers_with(home, Answer.ON_SCENE, "carer", incident),
        )
        states = home.rows("SELECT state FROM alerts WHERE incident_id = %(incident)s", incident=incident)
        assert states == [{"state": "on_scene"}]
        assert home.tick() == 0
        settle(home)
        home.now += LIMITS.coincidence_within * 2
