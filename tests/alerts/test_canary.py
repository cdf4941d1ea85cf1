"""A canary goes the way of a fire, counts as none, and is a fault where it does not arrive or is not answered."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import canary, quality
from alerts.canary import ANSWER_WITHIN, BEGIN_WITHIN
from ingest.adapters import native
from model.alerts import Answer, Outcome
from model.devices import DeviceKind
from model.errors import Missing, Refused, Unavailable
from model.events import Kind
from store import canaries, devices, heartbeat, locks, suppressions
from store.canaries import Stages
from store.rosters import HomeName
from tests.alerts.small_home import NOW, SmallHome, build

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
AT = time(2, 5)
"""In Shanghai; NOW is 02:00 there."""
HALF_PAST_NINE = time(9, 30)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}+08:00")


def test_a_canary_is_due_once_a_day_from_its_time_on_and_missed_two_hours_later() -> None:
    set_at = shanghai("01T12:00")
    before, at, late = shanghai("02T09:29"), shanghai("02T09:30"), shanghai("02T11:31")
    assert canary.due(HALF_PAST_NINE, set_at, None, before) is None
    assert canary.due(HALF_PAST_NINE, set_at, None, at) == (date(2026, 3, 2), False)
    assert canary.due(HALF_PAST_NINE, set_at, date(2026, 3, 1), at) == (date(2026, 3, 2), False)
    assert canary.due(HALF_PAST_NINE, set_at, date(2026, 3, 2), at) is None
    assert canary.due(HALF_PAST_NINE, set_at, None, late) == (date(2026, 3, 2), True)
    # A plan that is made in the afternoon begins tomorrow.
    assert canary.due(HALF_PAST_NINE, shanghai("02T10:00"), None, late) is None


@given(st.times(), st.timedeltas(timedelta(0), timedelta(days=366)))
def test_whatever_the_time_of_day_it_is_due_on_exactly_one_moment_of_each_day(
    at: time, later: timedelta
) -> None:
    now = NOW + later
    set_at = now - 3 * DAY
    found = canary.due(at, set_at, None, now)
    assert found is None or canary.due(at, set_at, found[0], now) is None
    assert found == canary.due(at, set_at, found[0] - DAY if found else None, now)


WHOLE = Stages(
    1, 1, 1, "小院", "王", None, NOW, NOW + ANSWER_WITHIN, NOW, NOW, NOW, NOW, 1, NOW, "json#1", "ok", NOW,
    "王", "link", None, None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "word"),
    [
        ("published_at", "not_published"),
        ("stored_at", "not_stored"),
        ("sent_at", "not_sent"),
        ("answered_at", "not_answered"),
    ],
)
def test_the_first_stage_that_is_missing_is_named(stage: str, word: str) -> None:
    assert canary.missing(WHOLE) is None
    assert canary.missing(replace(WHOLE, **{stage: None})) == word
    assert canary.missing(replace(WHOLE, answered_at=WHOLE.due_at + SECOND)) == "not_answered"


@dataclass
class Tried:
    """A small home whose carer is tried, and what its sender has published."""

    home: SmallHome
    published: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    broker_down: bool = False

    def publish(self, topic: str, payload: bytes) -> None:
        if self.broker_down:
            raise Unavailable("no broker")
        self.published.append((topic, payload))

    def tick(self, later: timedelta = timedelta(0)) -> None:
        self.home.now += later
        canary.tick(self.home.conn, lambda: self.home.now, self.publish)

    def arrive(self) -> None:
        """Let what was published last arrive, as the receiver decodes it."""
        [event] = native.decode(*self.published[-1], self.home.now)
        with self.home.conn.transaction():
            device = devices.find_device(self.home.conn, event.source, event.address)
        assert device is not None
        self.home.devices["canary"] = device
        self.home.receive(event, "canary")

    def send(self) -> None:
        with self.home.conn.transaction():
            self.home.conn.execute(
                "UPDATE notifications SET sent_at = %s, sent_by = 'json#1', receipt = 'ok' WHERE stage = 'C1'",
                [self.home.now],
            )

    def last(self) -> Stages:
        with self.home.conn.transaction():
            return canaries.stages(self.home.conn, home_id=self.home.home_id)[-1]

    def faults(self) -> list[tuple[str, str]]:
        return [
            (row["reason"], row["title"])
            for row in self.home.rows(
                "SELECT a.reason, n.title FROM alerts a JOIN notifications n USING (incident_id)"
                " WHERE a.class = 'T1' AND a.subject = 'canary:' || %(home_id)s ORDER BY a.alert_id"
            )
        ]


@pytest.fixture
def tried(database: str) -> Generator[Tried]:
    with build(database) as home:
        with home.conn.transaction():
            canaries.set_plan(
                home.conn,
                HomeName(home.home_id, home.code, "小院"),
                person_id=home.people["carer"],
                at=AT,
                set_by="陈院长",
                now=home.now,
            )
        yield Tried(home)


@pytest.mark.ground("plain")
def test_a_canary_goes_the_whole_way_to_one_person_and_ends_with_their_tap(tried: Tried) -> None:
    home = tried.home
    tried.tick(4 * MINUTE)
    assert tried.published == []
    tried.tick(MINUTE)
    [(topic, payload)] = tried.published
    assert topic == "yian/v1/small/canary/alarm"
    assert json.loads(payload)["kind"] == "canary"
    published_at = home.now
    home.now += SECOND
    tried.arrive()
    [told] = home.rows("SELECT person_id, stage, title, body, urgent FROM notifications")
    assert (told["person_id"], told["stage"], told["urgent"]) == (home.people["carer"], "C1", True)
    assert "【试报】" in told["title"]
    assert "火警】" not in told["title"]
    assert "119" not in told["body"]
    home.now += SECOND
    tried.send()
    tried.tick(5 * SECOND)
    assert tried.last().ended_at is None
    home.now += 30 * SECOND
    home.answer(Answer.ACKNOWLEDGE, incident_id=home.open_incident())
    answered_at = home.now
    tried.tick(SECOND)
    done = tried.last()
    assert (done.published_at, done.sent_at) == (published_at, published_at + 2 * SECOND)
    assert done.arrived_at == published_at + SECOND
    assert done.stored_at is not None
    assert (done.answered_at, done.answered_by, done.answered_via) == (answered_at, "carer", "board")
    assert (done.failed, done.ended_at) == (None, home.now)
    assert home.rows("SELECT state, outcome, unregistered FROM alerts") == [
        {"state": "resolved", "outcome": "test", "unregistered": False}
    ]
    assert home.rows("SELECT 1 AS one FROM incidents WHERE closed_at IS NULL") == []
    # Nobody else is ever told, and the day is over.
    home.tick(30 * MINUTE)
    tried.tick()
    assert len(home.told()) == 1
    assert len(tried.published) == 1
    assert tried.faults() == []


@pytest.mark.ground("plain")
def test_a_canary_is_in_no_figure_of_alarms_or_devices(tried: Tried) -> None:
    home, start = tried.home, tried.home.now
    with home.conn.transaction():
        before = heartbeat.counts(home.conn)
    tried.tick(5 * MINUTE)
    tried.arrive()
    assert home.open_incident()
    with home.conn.transaction():
        assert heartbeat.counts(home.conn) == before
        assert quality.read(home.conn, home.home_id, start, home.now + MINUTE).alerts == 0
    assert home.devices["canary"].kind is DeviceKind.CANARY
    # Nor does it make a fire of the next room less of one.
    home.say("d1", Kind.SMOKE)
    assert ("carer", "F1") in home.told()


@pytest.mark.ground("plain")
def test_a_canary_that_the_broker_does_not_take_is_tried_again_and_then_a_fault_of_the_way_there(
    tried: Tried,
) -> None:
    tried.broker_down = True
    tried.tick(5 * MINUTE)
    tried.tick(ANSWER_WITHIN - SECOND)
    assert tried.faults() == []
    tried.tick(SECOND)
    assert tried.last().failed == "not_published"
    assert [reason for reason, _ in tried.faults()] == ["canary_not_published"]
    # The next day's is well, and the fault that stands says so.
    tried.broker_down = False
    tried.tick(DAY)
    tried.arrive()
    tried.send()
    tried.home.answer(Answer.ACKNOWLEDGE, incident_id=tried.last().incident_id)
    tried.tick(SECOND)
    assert tried.last().failed is None
    [fault] = tried.home.rows("SELECT cleared_by_device_at, state FROM alerts WHERE class = 'T1'")
    assert fault == {"cleared_by_device_at": tried.home.now, "state": "raised"}


@pytest.mark.ground("plain")
def test_each_stage_that_is_not_reached_is_told_to_the_overseers_only(tried: Tried) -> None:
    home = tried.home
    tried.tick(5 * MINUTE)
    tried.tick(ANSWER_WITHIN)
    assert tried.last().failed == "not_stored"
    [(reason, title)] = tried.faults()
    assert reason == "canary_not_stored"
    assert title.startswith("【试报失败·未入库】小院每日试报")
    assert {role for role, _ in home.told()} == set()  # those have no home: not one of the home is told
    told = home.rows(
        "SELECT p.role FROM notifications n JOIN people p USING (person_id) WHERE n.home_id IS NULL"
    )
    assert {row["role"] for row in told} == {"bureau"}
    tried.tick(DAY)
    tried.arrive()
    tried.tick(ANSWER_WITHIN)
    assert tried.last().failed == "not_sent"
    tried.tick(DAY)
    tried.arrive()
    tried.send()
    tried.tick(ANSWER_WITHIN)
    assert tried.last().failed == "not_answered"
    assert len(tried.faults()) == 1, "one fault stands; it is not raised each day anew"


@pytest.mark.ground("plain")
def test_a_service_that_was_down_at_the_time_tries_late_or_says_that_the_day_was_missed(tried: Tried) -> None:
    tried.tick(5 * MINUTE + BEGIN_WITHIN)
    assert len(tried.published) == 1
    tried.tick(ANSWER_WITHIN)
    tried.tick(DAY)
    assert tried.last().failed == "missed"
    assert len(tried.published) == 1


@pytest.mark.ground("plain")
def test_only_the_sender_of_canaries_can_send_one_and_a_detector_cannot(tried: Tried) -> None:
    home = tried.home
    home.say("d1", Kind.CANARY, None)
    assert home.rows("SELECT 1 AS one FROM alerts") == []


@pytest.mark.ground("plain")
def test_a_canary_is_acknowledged_and_nothing_else_and_one_runs_at_a_time(tried: Tried) -> None:
    home = tried.home
    with home.conn.transaction():
        canary.begin_now(home.conn, home.home_id, home.now)
    with pytest.raises(Refused), home.conn.transaction():
        canary.begin_now(home.conn, home.home_id, home.now)
    with pytest.raises(Missing), home.conn.transaction():
        canary.begin_now(home.conn, home.home_id + 1, home.now)
    tried.tick()
    tried.arrive()
    incident = home.open_incident()
    for answer in (Answer.CONFIRM, Answer.NEED_HELP, Answer.ON_SCENE, Answer.REOPEN):
        with pytest.raises(Refused):
            home.answer(answer, incident_id=incident)
    home.answer(Answer.RESOLVE, outcome=Outcome.TEST, incident_id=incident)
    tried.send()
    tried.tick()
    assert tried.last().failed is None


@pytest.mark.ground("plain")
def test_a_window_of_maintenance_holds_no_canary_back(tried: Tried) -> None:
    home = tried.home
    with home.conn.transaction():
        suppressions.insert(
            home.conn,
            kind="maintenance",
            home_id=home.home_id,
            reason="改线路",
            starts_at=home.now,
            ends_at=home.now + DAY,
            made_by=None,
            now=home.now,
        )
        locks.lock_home(home.conn, home.home_id)
    tried.tick(5 * MINUTE)
    tried.arrive()
    assert home.told() == [("carer", "C1")]
