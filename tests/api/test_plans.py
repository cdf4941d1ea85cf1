"""The spread of a fire on its floors: in the order in which devices went active, by their own words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts import drills
from api.plans import arrange, floors_of
from model.alerts import Answer, Outcome
from model.events import Kind, State
from model.people import Actor
from store.plans import DeviceOnPlan, ExitOnPlan, FloorRow
from tests.alerts.small_home import NOW, SmallHome, build

MINUTE = timedelta(minutes=1)


def _measure(home: SmallHome) -> None:
    """Give the home's devices places on the plan, all but the third detector."""
    with home.conn.transaction():
        for name, x_m, y_m in (("d1", 2, 3), ("d2", 7, 9), ("point", 4, 6)):
            home.conn.execute(
                "UPDATE devices SET x_m = %s, y_m = %s WHERE device_id = %s",
                [x_m, y_m, home.devices[name].device_id],
            )


@pytest.mark.ground("plain")
def test_a_fire_shows_what_went_active_in_order_whatever_arrived_first(database: str) -> None:
    with build(database) as home:
        _measure(home)
        home.say("d2", Kind.SMOKE)
        home.now += MINUTE
        home.say("point", Kind.CALL_POINT)
        home.say("d3", Kind.SMOKE, ago=MINUTE / 2)
        home.say("d2", Kind.SMOKE, State.CLEAR)
        incident = home.open_incident()
        [floor] = floors_of(home.conn, incident)
        shown = [(one.name, one.order, one.state) for one in floor.devices]
        assert shown == [
            ("d2", 1, "over"),
            ("d3", 2, "active"),
            ("point", 3, "active"),
            ("d1", None, "quiet"),
        ]
        assert [one.active_at for one in floor.affected] == [NOW, NOW + MINUTE / 2, NOW + MINUTE]
        assert [one.name for one in floor.placed] == ["d1", "d2", "point"], "d3 has no place on the plan"
        assert (floor.width_m, floor.depth_m) == (10, 12), "as much as the devices need, and a margin"
        home.now += MINUTE
        home.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=incident)
        home.now += MINUTE
        home.say("d1", Kind.SMOKE)
        [after] = floors_of(home.conn, incident)
        assert {one.state for one in after.devices} == {"over", "quiet"}, "what came later is another fire's"
        assert len(after.affected) == 3


@pytest.mark.ground("plain")
def test_a_test_in_the_middle_of_a_fire_is_no_spread_and_a_drill_shows_no_real_smoke(database: str) -> None:
    with build(database) as home:
        home.say("d1", Kind.SMOKE)
        home.now += MINUTE
        home.say("d2", Kind.TEST)
        home.now += MINUTE
        home.say("d2", Kind.SMOKE)
        [floor] = floors_of(home.conn, home.open_incident())
        assert [one.name for one in floor.affected] == ["d1"]
        with home.conn.transaction():
            drill = drills.start(home.conn, home.devices["d3"], Actor(None, "院长", "board"), home.now)
        [floor] = floors_of(home.conn, drill)
        assert [(one.name, one.state) for one in floor.affected] == [("d3", "active")]
        home.say("band", Kind.SOS)
        [calls] = home.rows("SELECT incident_id FROM incidents WHERE family = 'wristband'")
        assert floors_of(home.conn, calls["incident_id"]) == ()


def test_floors_are_numbered_together_and_keep_their_measured_size() -> None:
    devices = [
        DeviceOnPlan(2, 7, "a", "detector", "201", 1, 1, NOW, is_active=True),
        DeviceOnPlan(1, 5, "b", "detector", "101", 1, 1, NOW + MINUTE, is_active=False),
        DeviceOnPlan(1, 6, "c", "detector", "102", 5, 1, None, is_active=False),
    ]
    floors = [FloorRow(1, ["主楼", "一层"], 60, 12), FloorRow(2, ["主楼", "二层"], None, None)]
    ground, upper = arrange(devices, floors, [ExitOnPlan(1, 3, "大门", True, 0, 6)])
    assert [(one.order, one.state) for one in ground.devices] == [(2, "over"), (None, "quiet")]
    assert [(one.order, one.state) for one in upper.devices] == [(1, "active")]
    assert (ground.width_m, ground.depth_m, [one.name for one in ground.exits]) == (60, 12, ["大门"])
    assert upper.exits == ()
