"""The alarm path on a real database: who is told, when it climbs, and what no repeat may bend."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import pytest

from model.alerts import Answer, Outcome
from model.errors import Refused
from model.events import Event, Kind, State
from model.people import Role
from tests.alerts.small_home import SmallHome, build

pytestmark = pytest.mark.ground("plain")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        yield built


def test_an_f1_that_nobody_answers_climbs_to_the_bureau(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    for _ in range(3):
        home.tick(MINUTE)
    assert home.told() == [
        ("carer", "F1"),
        ("shift_leader", "F1+1"),
        ("head", "F1+1"),
        ("township", "F1+2"),
        ("bureau", "F1+3"),
    ]


def test_a_detector_that_flaps_does_not_put_the_deadline_off(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    for _ in range(4):
        home.tick(timedelta(seconds=14))
        home.say("d1", Kind.SMOKE, State.CLEAR)
        home.tick(timedelta(seconds=1))
        home.say("d1", Kind.SMOKE)
    assert ("head", "F1+1") in home.told()


def test_tapping_acknowledge_again_and_again_does_not_put_the_arrival_off(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.tick(timedelta(seconds=20))
    for _ in range(12):
        home.answer(Answer.ACKNOWLEDGE, incident_id=home.open_incident())
        home.tick(timedelta(seconds=15))
    assert ("head", "F1+1") in home.told()


def test_a_repeat_that_is_redelivered_after_the_alarm_was_closed_is_no_new_alarm(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.now += timedelta(seconds=5)
    home.say("d1", Kind.SMOKE)
    home.now += timedelta(seconds=5)
    home.say("d1", Kind.SMOKE, State.CLEAR)
    home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, incident_id=home.open_incident())
    handled = home.receive(*home.sent[1])
    assert handled.raised == ()


def test_an_alarm_that_was_overtaken_by_its_all_clear_is_raised_once_and_shown_as_cleared(
    home: SmallHome,
) -> None:
    home.say("d1", Kind.SMOKE, State.CLEAR)
    assert len(home.say("d1", Kind.SMOKE, ago=timedelta(minutes=2)).raised) == 1
    [alert] = home.rows("SELECT cleared_by_device_at FROM alerts WHERE home_id = %(home_id)s")
    assert alert["cleared_by_device_at"] is not None
    assert home.say("d1", Kind.SMOKE, ago=timedelta(minutes=3)).raised == ()


def test_history_that_a_device_replays_neither_raises_nor_hides_what_is_so_now(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE, State.CLEAR, ago=timedelta(hours=2))
    past = Event("yian", home.devices["d1"].address, Kind.SMOKE, State.ACTIVE, home.now, "h1", live=False)
    assert home.receive(past, "d1").raised == ()
    assert len(home.receive(replace(past, live=True, key="n1"), "d1").raised) == 1


def test_a_fire_that_starts_anew_long_after_somebody_went_to_look_calls_people_again(
    home: SmallHome,
) -> None:
    home.say("d1", Kind.SMOKE)
    home.answer(Answer.ON_SCENE, incident_id=home.open_incident())
    home.now += timedelta(hours=30)
    home.say("d1", Kind.SMOKE, State.CLEAR)
    home.now += timedelta(hours=30)
    home.say("d1", Kind.SMOKE)
    [alert] = home.rows("SELECT state FROM alerts WHERE home_id = %(home_id)s")
    assert alert["state"] == "raised"
    assert [role for role, _ in home.told()] == ["carer", "carer"]


def test_a_fire_that_reaches_another_room_after_the_arrival_is_told_again(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.tick(MINUTE)
    home.answer(Answer.ON_SCENE, incident_id=home.open_incident())
    home.say("d1", Kind.SMOKE, State.CLEAR)
    home.now += timedelta(minutes=20)
    home.say("d3", Kind.SMOKE)
    home.tick(MINUTE)
    told = [role for role, _ in home.told()]
    assert told.count("carer") == 2
    assert told.count("head") == 2


def test_an_alarm_that_joins_a_fire_is_told_and_answered_without_a_second_arrival(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.answer(Answer.CONFIRM, incident_id=home.open_incident())
    home.answer(Answer.ON_SCENE, incident_id=home.open_incident())
    before = len(home.told())
    home.now += timedelta(minutes=5)
    home.say("d3", Kind.SMOKE)
    assert len(home.told()) > before
    home.answer(Answer.ACKNOWLEDGE, by="head", incident_id=home.open_incident())
    alerts = home.rows(
        "SELECT state, on_scene_at, a.login AS answered, s.login AS there FROM alerts"
        " JOIN people a ON a.person_id = acknowledged_by JOIN people s ON s.person_id = on_scene_by"
        " WHERE alerts.home_id = %(home_id)s ORDER BY alert_id"
    )
    assert [alert["state"] for alert in alerts] == ["on_scene"] * len(alerts)
    last = alerts[-1]
    assert (last["answered"], last["there"], last["on_scene_at"]) == ("small-head", "small-carer", home.now)
    assert not home.rows(
        "SELECT FROM timers JOIN incidents USING (incident_id)"
        " WHERE home_id = %(home_id)s AND kind = 'escalate'"
    )


def test_a_fault_that_returns_after_its_all_clear_has_a_deadline_again(home: SmallHome) -> None:
    home.say("d1", Kind.FAULT)
    home.now += MINUTE
    home.say("d1", Kind.FAULT, State.CLEAR)
    home.now += MINUTE
    home.say("d1", Kind.FAULT)
    assert home.rows(
        "SELECT 1 FROM timers t JOIN incidents i USING (incident_id) WHERE i.home_id = %(home_id)s"
    )


def test_undo_is_refused_where_a_newer_alarm_of_the_device_is_open(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    first = home.open_incident()
    home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, incident_id=first)
    home.now += MINUTE
    home.say("d1", Kind.SMOKE, State.CLEAR)
    home.now += MINUTE
    home.say("d1", Kind.SMOKE)
    with pytest.raises(Refused, match="newer"):
        home.answer(Answer.REOPEN, incident_id=first)


def test_an_answer_from_a_server_whose_clock_is_behind_is_not_lost(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.now -= timedelta(seconds=2)
    [alert] = home.answer(Answer.ACKNOWLEDGE, incident_id=home.open_incident())
    assert alert.acknowledged_at == alert.raised_at


def test_an_answer_to_one_alert_leaves_the_messages_of_the_others(home: SmallHome) -> None:
    [first] = home.say("d1", Kind.SMOKE).raised
    home.say("d2", Kind.SMOKE)
    home.answer(Answer.ACKNOWLEDGE, alert_id=first)
    rows = home.rows("SELECT 1 FROM notifications WHERE home_id = %(home_id)s AND given_up_at IS NULL")
    assert rows


def test_a_call_for_more_hands_minutes_later_is_told_again(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.answer(Answer.NEED_HELP, incident_id=home.open_incident())
    home.answer(Answer.NEED_HELP, incident_id=home.open_incident())
    assert [role for role, stage in home.told() if "help" in stage].count("head") == 1
    home.now += timedelta(minutes=5)
    home.answer(Answer.NEED_HELP, incident_id=home.open_incident())
    assert [role for role, stage in home.told() if "help" in stage].count("head") == 2


def test_two_devices_that_burn_at_the_same_time_confirm_however_slowly_the_fire_grew(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.now += timedelta(minutes=20)
    home.say("d2", Kind.SMOKE)
    classes = {row["class"] for row in home.rows("SELECT class FROM alerts WHERE home_id = %(home_id)s")}
    assert classes == {"F1", "F2"}


def test_a_rung_without_anybody_is_climbed_at_once_and_written_down(database: str) -> None:
    with build(database, without=frozenset({Role.TOWNSHIP}), silent=frozenset({Role.CARER})) as home:
        home.say("d1", Kind.SMOKE)
        assert home.told() == [("carer", "F1"), ("shift_leader", "F1+1"), ("head", "F1+1")]
        home.tick(MINUTE)
        assert home.told()[-1] == ("bureau", "F1+3")
        dead = home.rows(
            "SELECT details FROM alert_log l JOIN incidents i USING (incident_id)"
            " WHERE i.home_id = %(home_id)s AND action = 'dead_rung' ORDER BY number"
        )
        assert [(row["details"]["step"], row["details"]["why"]) for row in dead] == [
            (0, "no_channel"),
            (2, "nobody"),
        ]


def test_where_nobody_above_can_be_reached_those_below_are_called_again(database: str) -> None:
    above = frozenset({Role.TOWNSHIP, Role.BUREAU, Role.HEAD, Role.SHIFT_LEADER})
    with build(database, without=above) as home:
        home.say("d1", Kind.SMOKE)
        for _ in range(3):
            home.tick(MINUTE)
        assert [role for role, _ in home.told()].count("carer") >= 2


def test_a_home_without_any_channel_works_by_the_board_and_climbs_in_time(database: str) -> None:
    with build(database, silent=frozenset(Role)) as home:
        home.say("d1", Kind.SMOKE)
        [timer] = home.rows(
            "SELECT step, due_at FROM timers JOIN incidents USING (incident_id) WHERE home_id = %(home_id)s"
        )
        assert timer == {"step": 0, "due_at": home.now + MINUTE}
