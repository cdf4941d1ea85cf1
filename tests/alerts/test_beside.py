"""Last night replayed: the same rules raise what was raised; other rules, rosters and ladders show what changes."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest

from alerts import beside, what_if
from alerts.classes import Limits
from model.alerts import AlertClass
from model.errors import BadInput
from model.events import Kind, State
from store import history
from tests.alerts.small_home import NOW, SmallHome, build

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def _night(home: SmallHome) -> list[what_if.Recorded]:
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(seconds=20))
    home.say("d1", Kind.SMOKE, State.CLEAR)
    home.tick(timedelta(minutes=5))
    home.say("d2", Kind.SMOKE)
    home.say("band", Kind.SOS, None)
    with home.conn.transaction():
        rows = history.events(home.conn, home.home_id, NOW, home.now + timedelta(seconds=1))
    return [
        what_if.read(
            {
                "device": row.device,
                "kind": row.kind,
                "state": row.state,
                "at": row.happened_at.isoformat(),
                "arrived_at": row.arrived_at.isoformat(),
                "zone": row.zone,
                "device_kind": row.device_kind,
            }
        )
        for row in rows
    ]


def test_the_same_rules_raise_what_was_raised(home: SmallHome) -> None:
    rows = beside.compare(home.conn, _night(home), Limits(), {})
    assert sorted(row.alert_class for row in rows) == ["F1", "F1", "F2", "W1"]
    assert all(row.would and row.was for row in rows)
    assert rows[0].would_tell[0] == "carer@0s"
    assert "carer" in rows[0].was_told


def test_another_threshold_shows_what_would_be_missing(home: SmallHome) -> None:
    rows = beside.compare(home.conn, _night(home), Limits(coincidence_within=timedelta(minutes=3)), {})
    assert [row.alert_class for row in rows if row.was and not row.would] == ["F2"]


def test_another_ladder_tells_other_people_sooner(home: SmallHome) -> None:
    steps = beside.ladders(["F1=carer:10,head+bureau:60"])
    first = beside.compare(home.conn, _night(home), Limits(), steps)[0]
    assert set(first.would_tell) == {"carer@0s", "bureau@10s", "head@10s"}


@pytest.mark.parametrize("text", ["F9=carer:1", "F1=nobody:1", "F1=carer", "F1"])
def test_a_ladder_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        beside.ladders([text])
    assert beside.ladders([]) == {}
    assert AlertClass.F1 in beside.ladders(["F1=carer:1"])
