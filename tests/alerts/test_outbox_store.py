"""The outbox in the database: who is told, how often, and what an answer takes back."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest

from alerts import overseers
from alerts.service_messages import HeartbeatFacts
from model.alerts import Answer, Outcome
from model.events import Kind
from store import outbox
from store.outbox import Claimed
from tests.alerts.small_home import SmallHome, build

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=9)


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as small:
        yield small


def claim(home: SmallHome, *, limit: int = 100, ordinary: bool = True) -> list[Claimed]:
    with home.conn.transaction():
        return outbox.claim(
            home.conn, home.now, limit=limit, ordinary=ordinary, urgent_lease=LEASE, lease=2 * LEASE
        )


def put(home: SmallHome, stage: str, *, urgent: bool = True, person: str = "carer") -> int | None:
    with home.conn.transaction():
        return outbox.insert(
            home.conn,
            incident_id=None,
            home_id=home.home_id,
            person_id=home.people[person],
            stage=stage,
            channels=["json://somewhere"],
            title="t",
            body="b",
            urgent=urgent,
            now=home.now,
        )


def test_a_person_is_told_once_of_a_stage(home: SmallHome) -> None:
    assert put(home, "F1") is not None
    assert put(home, "F1") is None
    assert put(home, "F1+1") is not None
    assert len(claim(home)) == 2


def test_urgent_messages_are_claimed_first_or_alone(home: SmallHome) -> None:
    put(home, "T2", urgent=False)
    home.now += SECOND
    put(home, "F1")
    [first] = claim(home, limit=1)
    assert first.stage == "F1"
    assert claim(home, ordinary=False) == []
    assert [row.stage for row in claim(home)] == ["T2"]


def test_what_is_claimed_is_due_again_when_its_lease_has_run_out(home: SmallHome) -> None:
    put(home, "F1")
    [first] = claim(home)
    home.now += LEASE - SECOND
    assert claim(home) == []
    home.now += SECOND
    [again] = claim(home)
    assert (again.notification_id, again.tries) == (first.notification_id, 2)


def test_who_claimed_first_and_was_too_slow_does_not_overwrite_the_second(home: SmallHome) -> None:
    put(home, "F1")
    [slow] = claim(home)
    home.now += LEASE
    claim(home)
    with home.conn.transaction():
        outbox.mark_given_up(home.conn, slow, home.now, "late")
        outbox.mark_failed(home.conn, slow, next_try_at=home.now, channel_index=0, error="late")
    assert claim(home) == []
    assert home.rows("SELECT given_up_at FROM notifications") == [{"given_up_at": None}]


def test_a_receipt_is_kept_once_with_its_latency(home: SmallHome) -> None:
    put(home, "F1")
    [row] = claim(home)
    home.now += 2 * SECOND
    with home.conn.transaction():
        took = outbox.mark_sent(home.conn, row.notification_id, home.now, sent_by="json#1", receipt="id 7")
        assert took == 2 * SECOND
        assert outbox.mark_sent(home.conn, row.notification_id, home.now, sent_by="x", receipt="y") is None
    assert home.rows("SELECT sent_by, receipt FROM notifications") == [
        {"sent_by": "json#1", "receipt": "id 7"}
    ]


def test_an_acknowledgement_takes_back_what_was_on_its_way_up(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    claim(home)
    home.tick(MINUTE)
    assert ("head", "F1+1") in home.told()
    home.now += SECOND
    home.answer(Answer.ACKNOWLEDGE, incident_id=home.open_incident())
    home.now += LEASE
    assert claim(home) == []


def test_nothing_is_tried_again_for_who_has_acknowledged_though_the_others_are_still_told(
    home: SmallHome,
) -> None:
    home.say("point", Kind.CALL_POINT)
    assert {row.stage for row in claim(home)} == {"F2"}
    home.now += SECOND
    home.answer(Answer.ACKNOWLEDGE, by="carer", incident_id=home.open_incident())
    home.now += LEASE
    told = {row.person_id for row in claim(home)}
    assert home.people["carer"] not in told
    assert home.people["head"] in told


def test_who_confirms_a_fire_is_sent_the_words_for_119(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.now += SECOND
    home.answer(Answer.CONFIRM, by="carer", incident_id=home.open_incident())
    mine = [row for row in claim(home) if row.person_id == home.people["carer"] and row.stage == "F2"]
    assert len(mine) == 1
    assert "119" in mine[0].body


def test_a_closed_incident_sends_nothing_more(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.answer(Answer.RESOLVE, outcome=Outcome.FALSE, incident_id=home.open_incident())
    home.now += LEASE
    assert claim(home) == []


def test_a_stage_that_was_taken_back_can_be_told_after_all(home: SmallHome) -> None:
    home.say("d1", Kind.SMOKE)
    home.tick(MINUTE)
    incident = home.open_incident()
    home.now += SECOND
    home.answer(Answer.ACKNOWLEDGE, incident_id=incident)
    with home.conn.transaction():
        again = outbox.insert(
            home.conn,
            incident_id=incident,
            home_id=home.home_id,
            person_id=home.people["head"],
            stage="F1+1",
            channels=["json://somewhere"],
            title="t",
            body="again",
            urgent=True,
            now=home.now + SECOND,
        )
    assert again is not None
    home.now += SECOND
    assert "again" in [row.body for row in claim(home)]


def test_the_daily_message_goes_once_to_those_who_see_to_the_service(home: SmallHome) -> None:
    facts = HeartbeatFacts(home.now.date(), 1, 5, 5, 0, 0, 0)
    for _ in range(2):
        with home.conn.transaction():
            overseers.tell_heartbeat(home.conn, facts, home.now)
    assert [row.person_id for row in claim(home)] == [home.people["bureau"]]


def test_every_query_is_used_and_prepares(home: SmallHome) -> None:
    with home.conn.transaction():
        assert outbox.failing_channels(home.conn) == 0
        assert outbox.channel_ok(home.conn, "json#1", home.now) is None
        state = outbox.channel_failed(home.conn, "json#1", home.now, "HTTP 500")
        assert (state.failures, state.failing_since) == (1, home.now)
        assert outbox.channel_failed(home.conn, "json#1", home.now + SECOND, "no").failing_since == home.now
        assert outbox.report_channel(home.conn, "json#1", home.now)
        assert not outbox.report_channel(home.conn, "json#1", home.now)
        assert outbox.failing_channels(home.conn) == 1
        assert outbox.channel_ok(home.conn, "json#1", home.now) == home.now
        assert outbox.failing_channels(home.conn) == 0
