"""A drill is timed like a fire, is no fire in any figure, and leaves one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from alerts import drills, procedure, quality
from alerts.procedure import Told
from model.alerts import AlertClass, Answer, Outcome
from model.errors import Refused
from model.events import Kind, State
from model.people import Actor
from tests.alerts.small_home import NOW, build

pytestmark = pytest.mark.ground("plain")
HEAD = Actor(None, "陈院长", "board")


def test_a_drill_climbs_like_a_fire_and_ends_in_one_record(database: str) -> None:
    with build(database) as home:
        start = home.now
        with home.conn.transaction():
            incident = drills.start(home.conn, home.devices["d1"], HEAD, home.now)
        home.tick(timedelta(minutes=1))
        assert ("head", "F1+1") in home.told()
        titles = home.rows("SELECT title FROM notifications WHERE home_id = %(home_id)s")
        assert all("演练" in row["title"] for row in titles)
        home.answer(Answer.ON_SCENE, incident_id=incident)
        home.now += timedelta(minutes=4)
        home.answer(Answer.RESOLVE, outcome=Outcome.TEST, incident_id=incident)
        home.answer(Answer.REOPEN, incident_id=incident)
        home.answer(Answer.RESOLVE, outcome=Outcome.TEST, incident_id=incident)
        records = home.rows("SELECT kind, findings FROM inspections WHERE home_id = %(home_id)s")
        assert records == [
            {"kind": "drill", "findings": f"演练 #{incident}：应答 60 秒，到场 60 秒，结束 300 秒。"}
        ]
        with home.conn.transaction():
            assert quality.read(home.conn, home.home_id, start, home.now).alerts == 0


def test_a_fire_during_a_drill_is_an_incident_of_its_own(database: str) -> None:
    with build(database) as home:
        with home.conn.transaction():
            drills.start(home.conn, home.devices["d1"], HEAD, home.now)
        assert len(home.say("d1", Kind.SMOKE).raised) == 1
        rows = home.rows(
            "SELECT drill, class FROM incidents WHERE home_id = %(home_id)s ORDER BY incident_id"
        )
        assert [(row["drill"], row["class"]) for row in rows] == [(True, "F1"), (False, "F1")]
        with pytest.raises(Refused), home.conn.transaction():
            drills.start(home.conn, home.devices["d1"], HEAD, home.now)


def test_a_missing_person_drill_is_timed_by_its_own_procedure_and_is_no_fire_drill(database: str) -> None:
    with build(database) as home:
        with home.conn.transaction():
            incident = drills.start(home.conn, home.devices["band"], HEAD, home.now)
        assert home.told() == [("carer", "W2")]
        home.answer(Answer.ACKNOWLEDGE, incident_id=incident)
        with pytest.raises(Refused), home.conn.transaction():
            procedure.note(home.conn, incident, Told.FAMILY, HEAD, home.now)
        home.now += timedelta(minutes=9)
        home.say("band", Kind.FENCE)
        home.say("band", Kind.FENCE, State.CLEAR)
        cleared = home.rows(
            "SELECT drill, cleared_by_device_at IS NOT NULL AS cleared FROM alerts ORDER BY 1"
        )
        assert cleared == [{"drill": False, "cleared": True}, {"drill": True, "cleared": False}]
        home.answer(Answer.CONFIRM, incident_id=incident)
        assert ("bureau", "W5") in home.told()
        for told, minutes in ((Told.FAMILY, 4), (Told.FAMILY, 5), (Told.POLICE, 30)):
            home.now += timedelta(minutes=minutes)
            with home.conn.transaction():
                procedure.note(home.conn, incident, told, HEAD, home.now)
        home.answer(Answer.RESOLVE, outcome=Outcome.TEST, incident_id=incident)
        records = home.rows("SELECT kind, findings FROM inspections WHERE home_id = %(home_id)s")
        assert records == [
            {
                "kind": "missing_drill",
                "findings": f"走失演练 #{incident}：应答 0 秒，找到或确认走失 540 秒，"
                "通知家属 240 秒，报 110 2340 秒，报民政局 无，结束 2880 秒。",
            }
        ]
        titles = home.rows("SELECT title FROM notifications WHERE incident_id = %(i)s", i=incident)
        assert all("演练" in row["title"] for row in titles)
        with pytest.raises(Refused), home.conn.transaction():
            drills.start(home.conn, home.devices["point"], HEAD, home.now)


def test_the_steps_say_what_was_late_what_is_open_and_what_can_still_be_in_time() -> None:
    @dataclass
    class Alert:
        alert_class: AlertClass
        raised_at: datetime
        acknowledged_at: datetime | None = None
        on_scene_at: datetime | None = None

    start, minute = NOW, timedelta(minutes=1)
    alerts = [
        Alert(AlertClass.W2, start, acknowledged_at=start + minute * 2),
        Alert(AlertClass.W5, start + minute * 5),
    ]
    told = {"told_family": start + minute * 16}
    now = start + minute * 20
    found = drills.steps(drills.DrillKind.MISSING, alerts, told, start, None, now)
    assert [(step.name, step.met) for step in found] == [
        ("answered", False),
        ("found", True),
        ("family", False),
        ("police", None),
        ("bureau", None),
        ("closed", None),
    ]
    later = drills.steps(drills.DrillKind.MISSING, alerts, told, start, None, start + minute * 40)
    assert {step.name: step.met for step in later}["police"] is False
    returned = drills.steps(drills.DrillKind.MISSING, alerts[:1], {}, start, now, now)
    assert [step.name for step in returned] == ["answered", "found", "closed"], "nobody had to be told"
