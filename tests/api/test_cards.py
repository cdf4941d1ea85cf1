"""What a card makes of rows; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.cards import URGENCY, Card, make_card, next_answer, possible_answers, waiting_first
from api.script import script_119
from model.alerts import LIFE_SAFETY, AlertClass, AlertState, Answer
from model.people import Person, Role
from store.board import AlertRow, CannotWalk, IncidentRow

NOW = datetime(2026, 3, 9, 18, 13, tzinfo=UTC)
INCIDENT = IncidentRow(
    7, 1, "阳光敬老院", "人民路18号", "0555-1", "青河镇", "fire", "F1", None, False, NOW, None, NOW, 0
)
ROW = AlertRow(
    alert_id=1,
    incident_id=7,
    home_id=1,
    device_id=3,
    device_name="烟感 203",
    device_address="a",
    alert_class="F1",
    kind="smoke",
    state="raised",
    place_id=5,
    place=["主楼", "二层", "203室"],
    resident_name=None,
    resident_can_walk=None,
    resident_room=None,
    happened_at=NOW,
    raised_at=NOW,
    acknowledged_at=None,
    acknowledged_by=None,
    on_scene_at=None,
    on_scene_by=None,
    resolved_at=None,
    resolved_by=None,
    outcome=None,
    cause=None,
    cleared_by_device_at=None,
    late=False,
    unregistered=False,
    drill=False,
    reason="smoke",
    subject="device:3",
    repeats=0,
    muted=None,
    muted_until=None,
    muted_by=None,
)
CARER = Person(1, "zhang", "张敏", Role.CARER, 1, "138")


def test_what_is_overdue_leads_to_its_hazard() -> None:
    def hazard_of(subject: str) -> int | None:
        row = replace(ROW, subject=subject)
        return make_card(INCIDENT, [row], now=NOW).alerts[0].overdue_hazard

    assert hazard_of("home:13:hazard:4") == 4
    assert hazard_of("home:13:drill") is None
    assert hazard_of("device:hazard:4") is None


def test_a_stranger_is_told_by_what_is_known_of_it() -> None:
    unknown = replace(INCIDENT, home_id=None, home_name=None)
    row = replace(
        ROW,
        home_id=None,
        place=[],
        device_address="lost-7",
        device_source="yian",
        home_said="h99",
        unregistered=True,
    )
    told = make_card(unknown, [row], now=NOW).stranger
    assert told is not None
    assert (told.device_id, told.address, told.source, told.home_said, told.waits) == (
        3,
        "lost-7",
        "yian",
        "h99",
        True,
    )
    since = make_card(unknown, [replace(row, device_registered=True)], now=NOW).stranger
    assert since is not None
    assert since.waits is False
    assert make_card(INCIDENT, [ROW], now=NOW).stranger is None


def test_the_order_of_urgency_is_that_of_the_classes() -> None:
    assert [str(each) for each in URGENCY[:10]] == [
        "F2",
        "F1",
        "W5",
        "W1",
        "W2",
        "W3",
        "T4",
        "T1",
        "T3",
        "T2",
    ]
    assert set(URGENCY) == set(AlertClass)


def test_a_canary_is_acknowledged_and_ends_by_itself() -> None:
    assert possible_answers(AlertClass.C1, AlertState.RAISED, confirmed=False) == (Answer.ACKNOWLEDGE,)
    for state in (AlertState.ACKNOWLEDGED, AlertState.RESOLVED):
        assert next_answer(AlertClass.C1, state) is None
        assert possible_answers(AlertClass.C1, state, confirmed=False) == ()


@pytest.mark.parametrize("alert_class", [each for each in AlertClass if each is not AlertClass.C1])
@pytest.mark.parametrize("state", list(AlertState))
def test_every_open_state_has_one_next_answer_and_leads_to_the_end(
    alert_class: AlertClass, state: AlertState
) -> None:
    following = next_answer(alert_class, state)
    offered = possible_answers(alert_class, state, confirmed=False)
    if state is AlertState.RESOLVED:
        assert (following, offered) == (None, (Answer.REOPEN,))
        return
    assert following == offered[0]
    assert Answer.RESOLVE in offered
    assert (Answer.NEED_HELP in offered) == (alert_class in LIFE_SAFETY)


def test_nobody_is_sent_to_a_low_battery_before_it_may_be_resolved() -> None:
    assert next_answer(AlertClass.T2, AlertState.ACKNOWLEDGED) is Answer.RESOLVE
    assert next_answer(AlertClass.F1, AlertState.ACKNOWLEDGED) is Answer.ON_SCENE


def test_an_incident_is_as_far_as_its_least_advanced_open_alert() -> None:
    rows = [
        replace(ROW, alert_id=1, state="on_scene", acknowledged_at=NOW, acknowledged_by="张敏"),
        replace(ROW, alert_id=2, state="acknowledged"),
        replace(ROW, alert_id=3, state="resolved", resolved_at=NOW, outcome="false"),
    ]
    assert make_card(INCIDENT, rows, now=NOW).state is AlertState.ACKNOWLEDGED
    assert make_card(INCIDENT, rows[2:], now=NOW).state is AlertState.RESOLVED


def test_an_alert_that_joins_a_fire_takes_back_no_arrival_and_waits_for_its_answer() -> None:
    there = replace(ROW, alert_class="F2", state="on_scene", acknowledged_at=NOW, on_scene_at=NOW)
    fire = replace(INCIDENT, alert_class="F2")

    def card(minutes: int, alert_class: str = "F1") -> Card:
        joins = replace(ROW, alert_id=2, alert_class=alert_class, raised_at=NOW + timedelta(minutes=minutes))
        return make_card(fire, [there, joins], now=NOW + timedelta(minutes=minutes))

    assert (card(5).state, card(5).unanswered) == (AlertState.ON_SCENE, 1)
    assert card(5).next_answer is Answer.ACKNOWLEDGE
    assert card(5, "F2").state is AlertState.ON_SCENE
    assert card(31).state is AlertState.RAISED, "who went there half an hour ago need not be there"
    only_f1 = replace(there, alert_class="F1")
    graver = make_card(fire, [only_f1, replace(ROW, alert_id=2, alert_class="F2")], now=NOW)
    assert graver.state is AlertState.RAISED, "a fire that is confirmed has its own words to be read"


def test_who_is_beside_a_resident_is_there_no_more_when_that_one_walks_away() -> None:
    beside = replace(ROW, alert_class="W1", state="on_scene", acknowledged_at=NOW, on_scene_at=NOW)
    left = replace(ROW, alert_id=2, alert_class="W2", raised_at=NOW + timedelta(minutes=5))
    band = replace(INCIDENT, family="wristband", alert_class="W1")
    assert make_card(band, [beside, left], now=NOW).state is AlertState.RAISED


def test_one_device_that_is_well_again_does_not_clear_the_others() -> None:
    cleared = replace(ROW, alert_id=2, cleared_by_device_at=NOW)
    assert make_card(INCIDENT, [cleared], now=NOW).cleared_by_device is True
    assert make_card(INCIDENT, [ROW, cleared], now=NOW).cleared_by_device is False
    assert make_card(INCIDENT, [cleared], now=NOW).next_answer is Answer.ACKNOWLEDGE


def test_an_incident_without_alerts_or_home_is_still_a_card() -> None:
    card = make_card(replace(INCIDENT, home_id=None), [], now=NOW)
    assert card.home is None
    assert card.place == ()


def test_a_deadline_that_has_passed_is_overdue() -> None:
    card = make_card(INCIDENT, [ROW], now=NOW + timedelta(seconds=1))
    assert card.overdue is True
    assert make_card(replace(INCIDENT, closed_at=NOW), [ROW], now=NOW + timedelta(1)).overdue is False


def test_what_is_real_and_unanswered_stands_first() -> None:
    def card(number: int, *, drill: bool = False, state: str = "raised", age: int = 0) -> Card:
        incident = replace(INCIDENT, incident_id=number, drill=drill, opened_at=NOW - timedelta(seconds=age))
        return make_card(incident, [replace(ROW, state=state)], now=NOW)

    cards = [card(1, drill=True, age=99), card(2, state="acknowledged", age=50), card(3), card(4, age=10)]
    assert [each.incident_id for each in sorted(cards, key=waiting_first)] == [4, 3, 2, 1]


def test_the_words_for_119_say_a_drill_is_one() -> None:
    floor = [CannotWalk(5, "王桂兰", "203室"), CannotWalk(6, "赵秀英", "204室")]
    card = make_card(replace(INCIDENT, drill=True), [ROW], now=NOW, here=floor[:1], floor=floor)
    words = script_119(card, CARER)
    assert words is not None
    assert words.startswith("【演练，不要拨打119】")
    assert words.endswith("【演练】")
    assert "该处有1位、本层共2位" in words


def test_the_bureau_does_not_claim_to_be_of_the_home() -> None:
    officer = Person(9, "liu", "刘科长", Role.BUREAU, None)
    words = script_119(make_card(INCIDENT, [ROW], now=NOW), officer)
    assert words is not None
    assert "我是阳光敬老院的" not in words
    assert "联系电话：0555-1。" in words


def test_only_a_fire_has_words_for_119() -> None:
    card = make_card(replace(INCIDENT, family="wristband", alert_class="W1"), [ROW], now=NOW)
    assert script_119(card, CARER) is None
