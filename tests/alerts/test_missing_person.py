"""A person who is declared missing: whoever set out for the band is still waited for."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from model.alerts import Answer, Outcome
from model.events import Kind
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
