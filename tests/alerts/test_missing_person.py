"""A person who is declared missing: who is still waited for, and who must still be told."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest

from alerts import procedure
from alerts.procedure import Told
from model.alerts import Answer, Outcome
from model.events import Kind
from model.people import Actor
from tests.alerts.small_home import SmallHome, build


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _waits(home: SmallHome) -> bool:
    return bool(
        home.rows(
            "SELECT 1 FROM timers JOIN incidents USING (incident_id) WHERE home_id = %(home_id)s"
            " AND timers.kind = 'escalate'"
        )
    )


def test_the_way_to_the_scene_is_still_watched_after_the_person_is_declared_missing(home: SmallHome) -> None:
    home.say("band", Kind.FENCE)
    incident = home.open_incident()
    home.answer(Answer.ACKNOWLEDGE, incident_id=incident)
    home.answer(Answer.CONFIRM, incident_id=incident)
    assert _waits(home)
    [missing] = home.rows("SELECT alert_id FROM alerts WHERE home_id = %(home_id)s AND class = 'W5'")
    home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, alert_id=missing["alert_id"])
    assert _waits(home)
    home.answer(Answer.ON_SCENE, incident_id=incident)
    assert not _waits(home)


_TEN = timedelta(minutes=10)


def _declare(home: SmallHome) -> int:
    home.say("band", Kind.FENCE)
    incident = home.open_incident()
    home.answer(Answer.ON_SCENE, incident_id=incident)
    home.answer(Answer.CONFIRM, incident_id=incident)
    return incident


def _note(home: SmallHome, incident: int, told: Told) -> None:
    with home.conn.transaction():
        procedure.note(home.conn, incident, told, Actor(home.people["head"], "head", "board"), home.now)


def _reminded(home: SmallHome) -> set[tuple[str, str]]:
    return {(role, stage) for role, stage in home.told() if "untold" in stage}


def test_everybody_of_the_ladder_hears_that_the_family_was_not_told_in_time(home: SmallHome) -> None:
    _declare(home)
    home.tick(_TEN - timedelta(seconds=1))
    assert _reminded(home) == set()
    home.tick(timedelta(seconds=1))
    stage = "W5+untold-family"
    assert {("carer", stage), ("head", stage), ("bureau", stage)} <= _reminded(home)
    [row] = home.rows("SELECT title FROM notifications WHERE home_id = %(home_id)s AND stage = %(stage)s"
                      " AND person_id = %(carer)s", stage=stage, carer=home.people["carer"])  # fmt: skip
    assert "家属未通知" in row["title"]
    home.tick(timedelta(minutes=1))
    assert {stage for _, stage in _reminded(home)} == {stage}, "told once, not at each tick"


def test_what_is_noted_in_time_reminds_nobody(home: SmallHome) -> None:
    incident = _declare(home)
    for told in Told:
        _note(home, incident, told)
    home.tick(_TEN)
    home.tick(timedelta(minutes=25))
    assert _reminded(home) == set()


def test_each_deadline_names_all_that_is_still_untold(home: SmallHome) -> None:
    incident = _declare(home)
    _note(home, incident, Told.POLICE)
    home.tick(_TEN)
    home.restart()
    home.tick(timedelta(minutes=20))
    assert {stage for _, stage in _reminded(home)} == {"W5+untold-family", "W5+untold-family-bureau"}
    kept = home.rows(
        "SELECT details->'untold' AS untold FROM alert_log WHERE incident_id = %(incident)s AND action = 'untold'"
        " ORDER BY number",
        incident=incident,
    )
    assert [row["untold"] for row in kept] == [["family"], ["family", "bureau"]]


def test_nobody_is_reminded_once_the_resident_is_found(home: SmallHome) -> None:
    incident = _declare(home)
    home.tick(timedelta(minutes=5))
    home.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=incident)
    home.tick(timedelta(minutes=40))
    assert _reminded(home) == set()
    assert (
        home.rows("SELECT 1 FROM timers WHERE kind = 'untold' AND subject = %(s)s", s=f"untold:{incident}")
        == []
    )


def test_one_whose_finding_was_a_mistake_is_waited_for_anew(home: SmallHome) -> None:
    incident = _declare(home)
    home.tick(timedelta(minutes=9))
    home.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=incident)
    home.tick(timedelta(minutes=2))
    home.answer(Answer.REOPEN, incident_id=incident)
    home.tick()
    assert {stage for _, stage in _reminded(home)} == {"W5+untold-family"}
