"""A drill is timed like a fire, is no fire in any figure, and leaves one record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts import drills, quality
from model.alerts import Answer, Outcome
from model.errors import Refused
from model.events import Kind
from model.people import Actor
from tests.alerts.small_home import build

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
