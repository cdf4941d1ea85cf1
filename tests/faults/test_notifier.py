"""Channels that answer 500, hang or reset, senders that die, a database that goes away: the message arrives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import psycopg
import pytest

from alerts import links, outbox
from alerts.channels.delivery import Channels
from alerts.channels.names import name_of
from alerts.channels.outgoing import Outgoing
from alerts.retries import Policy
from alerts.sender import LinkOf, Sender
from model.alerts import Answer
from model.clock import utc_now
from model.events import Kind
from store import outbox as box
from store import pool
from tests.alerts.small_home import SmallHome, build
from tests.awaiting import eventually
from tests.faults.receiver import Receiver

pytestmark = pytest.mark.ground("plain")
SECOND = timedelta(seconds=1)
PATIENCE_S = 30
QUICK = Policy(urgent_try_for=timedelta(seconds=0.5), try_for=timedelta(seconds=1))


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as small:
        yield small


@pytest.fixture
def receiver() -> Generator[Receiver]:
    with Receiver() as running:
        yield running


def put(
    home: SmallHome,
    channels: Sequence[str],
    stage: str = "F1",
    *,
    urgent: bool = True,
    now: datetime | None = None,
) -> int:
    with home.conn.transaction():
        number = box.insert(
            home.conn,
            incident_id=None,
            home_id=home.home_id,
            person_id=home.people["carer"],
            stage=stage,
            channels=channels,
            title=f"【火警】{stage}",
            body="立即到场",
            urgent=urgent,
            now=now or home.now,
        )
    assert number is not None
    return number


def message(home: SmallHome, number: int) -> dict[str, object]:
    [row] = home.rows("SELECT * FROM notifications WHERE notification_id = %(number)s", number=number)
    return row


@contextmanager
def sending(url: str, policy: Policy = QUICK, link_of: LinkOf | None = None) -> Generator[threading.Event]:
    """Run the sender as the alerts role does."""
    stopping = threading.Event()
    thread = threading.Thread(
        target=outbox.run,
        args=(partial(pool.connect, url, name="sender"), stopping),
        kwargs={"policy": policy, "link_of": link_of},
    )
    thread.start()
    try:
        yield stopping
    finally:
        stopping.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


class Stepped:
    """A sender whose time is told to it."""

    def __init__(self, home: SmallHome, policy: Policy | None = None) -> None:
        self.home = home
        self.came_back = threading.Event()
        self.sender = Sender(policy=policy or Policy(), wake=self.came_back, jitter=lambda: 0.0)

    def step(self, later: timedelta = timedelta(0)) -> int:
        self.home.now += later
        return self.sender.step(self.home.conn, self.home.now)

    def settle(self) -> None:
        """Step on the spot until what is under way has come back, except for what hangs."""
        self.step()
        until = time.monotonic() + PATIENCE_S
        while not self.sender.idle():
            assert time.monotonic() < until
            self.came_back.wait(0.05)
            self.came_back.clear()
            self.step()


@pytest.mark.parametrize("fault", ["broken", "reset"])
def test_a_channel_that_fails_is_left_for_the_next_one_at_once(
    home: SmallHome, receiver: Receiver, fault: str
) -> None:
    number = put(home, [receiver.channel(fault), receiver.channel("ok/second")])
    Stepped(home).settle()
    assert receiver.paths() == ["/ok/second"]
    assert message(home, number)["sent_at"] == home.now
    assert message(home, number)["channel_index"] == 1


def test_two_channels_that_hang_are_left_for_the_third_within_ten_seconds(
    home: SmallHome, receiver: Receiver
) -> None:
    # Time is told: what is measured is what the deadlines allow, not how fast this machine is.
    hang = receiver.channel("hang").replace("json://", "json://a:x@")
    also = receiver.channel("hang").replace("json://", "json://b:x@")
    number = put(home, [hang, also, receiver.channel("ok/third")])
    began_at, policy = home.now, Policy()
    stepped = Stepped(home)
    stepped.step()
    receiver.wait_for_tries(1)
    stepped.step(policy.urgent_try_for)
    receiver.wait_for_tries(2)
    stepped.step(policy.urgent_try_for)
    receiver.wait_for(1)
    stepped.settle()
    sent_at = message(home, number)["sent_at"]
    assert isinstance(sent_at, datetime)
    assert sent_at - began_at <= timedelta(seconds=10)


def test_the_running_sender_leaves_a_channel_that_hangs_by_its_own_clock(
    home: SmallHome, receiver: Receiver
) -> None:
    with sending(home.url, Policy()):
        put(home, [receiver.channel("hang"), receiver.channel("ok/second")], now=utc_now())
        receiver.wait_for(1)
        assert receiver.paths() == ["/ok/second"]


def test_a_channel_that_hangs_delays_only_its_own_messages(home: SmallHome, receiver: Receiver) -> None:
    hang = receiver.channel("hang").replace("json://", "json://slow:x@")
    for number in range(40):
        put(home, [hang], f"F1+{number}")
    put(home, [receiver.channel("ok/other")], "F1")
    stepped = Stepped(home)
    stepped.step()
    receiver.wait_for(1)
    assert receiver.paths() == ["/ok/other"]
    # And those that hang hold no more than their share of places, however many wait.
    assert sum("hang" in path for path in receiver.tried) <= Policy().at_once_per_channel


@dataclass
class Watched:
    """The real channels, and when each message was first tried by which, by the clock of the outbox."""

    first: dict[tuple[int, str], datetime] = field(default_factory=dict[tuple[int, str], datetime])
    news: threading.Condition = field(default_factory=threading.Condition)
    answering: int = 0

    def deliver(self, channel: str, message: Outgoing, within: timedelta, now: datetime) -> str:
        kind = channel.rpartition("/")[2]
        hangs = kind == "hang"
        with self.news:
            self.first.setdefault((message.notification_id, kind), now)
            self.answering += not hangs
        try:
            return Channels().deliver(channel, message, within, now)
        finally:
            with self.news:
                self.answering -= not hangs
                self.news.notify_all()

    def rest(self) -> None:
        """Wait until nothing is under way but what hangs."""
        with self.news:
            assert self.news.wait_for(lambda: self.answering == 0, PATIENCE_S)


@pytest.mark.parametrize("second", ["hang", "broken", "reset"])
def test_the_third_channel_of_many_is_tried_within_ten_seconds_though_all_others_hang(
    home: SmallHome, receiver: Receiver, second: str
) -> None:
    # Each person has a robot of their own at a host that hangs: no limit of one channel protects the others.
    numbers = [
        put(
            home,
            [
                receiver.channel("hang").replace("json://", f"json://a{n}:x@"),
                receiver.channel(second).replace("json://", f"json://b{n}:x@"),
                receiver.channel("third"),
            ],
            f"F1+{n}",
        )
        for n in range(90)
    ]
    with home.conn.transaction():
        home.conn.execute(
            "UPDATE people SET channels = %s WHERE login = 'small-carer'",
            [[receiver.channel("hang"), receiver.channel("acked")]],
        )
    home.say("d1", Kind.SMOKE)
    began_at, watched, stepped = home.now, Watched(), Stepped(home)
    stepped.sender.deliver = watched.deliver
    stepped.step()
    home.now += SECOND
    home.answer(Answer.ACKNOWLEDGE, by="carer", incident_id=home.open_incident())
    while home.now - began_at < 12 * SECOND:
        stepped.step(SECOND / 10)
        watched.rest()
    third = {number: watched.first[number, "third"] - began_at for number in numbers}
    assert max(third.values()) <= timedelta(seconds=10)
    assert all(message(home, number)["sent_at"] for number in numbers)
    assert Counter(path for path in receiver.paths()) == {"/third": 90}
    assert "/acked" not in receiver.tried, "who acknowledged is told nothing more"


def test_an_urgent_message_finds_a_place_beside_others_that_hang(home: SmallHome, receiver: Receiver) -> None:
    for number in range(20):
        put(home, [receiver.channel("hang")], f"T3+{number}", urgent=False)
    stepped = Stepped(home)
    stepped.step()
    put(home, [receiver.channel("ok/urgent")], "F1")
    stepped.step()
    receiver.wait_for(1)
    assert receiver.paths() == ["/ok/urgent"]


def test_when_all_channels_fail_it_is_tried_again_until_one_is_well(
    home: SmallHome, receiver: Receiver
) -> None:
    number = put(home, [receiver.channel("broken"), receiver.channel("reset")])
    stepped = Stepped(home)
    for _ in range(6):
        stepped.settle()
        home.now += timedelta(minutes=1)
    assert message(home, number)["sent_at"] is None
    assert message(home, number)["last_error"]
    receiver.broken = False
    stepped.settle()
    assert receiver.paths() == ["/broken"]
    assert message(home, number)["sent_at"] is not None


def test_what_cannot_be_sent_for_a_day_is_given_up_visibly(home: SmallHome, receiver: Receiver) -> None:
    number = put(home, [receiver.channel("broken")])
    stepped = Stepped(home)
    stepped.settle()
    home.now += timedelta(days=1)
    stepped.settle()
    assert message(home, number)["given_up_at"] == home.now
    assert "500" in str(message(home, number)["last_error"])


def test_nothing_is_sent_to_a_person_who_has_acknowledged(database: str, receiver: Receiver) -> None:
    with build(database, "acked") as home:
        with home.conn.transaction():
            home.conn.execute("UPDATE people SET channels = %s", [[receiver.channel("broken")]])
        home.say("d1", Kind.SMOKE)
        stepped = Stepped(home)
        stepped.settle()
        assert receiver.tried == ["/broken"]
        home.now += SECOND
        home.answer(Answer.ACKNOWLEDGE, by="carer", incident_id=home.open_incident())
        receiver.broken = False
        for _ in range(5):
            stepped.settle()
            home.now += timedelta(seconds=30)
        assert receiver.tried == ["/broken"]


def test_what_waits_for_its_channel_is_not_sent_to_who_acknowledges_meanwhile(home: SmallHome) -> None:
    channel, free, tried = "json://127.0.0.1:9/carer", threading.Event(), list[str]()

    def deliver(_channel: str, message: Outgoing, _within: timedelta, _now: datetime) -> str:
        tried.append(message.stage)
        assert free.wait(PATIENCE_S)
        return "taken"

    with home.conn.transaction():
        home.conn.execute("UPDATE people SET channels = %s", [[channel]])
    put(home, [channel], "before")
    stepped = Stepped(home, Policy(at_once_per_channel=1))
    stepped.sender.deliver = deliver
    stepped.step()
    eventually(lambda: tried == ["before"])
    home.say("d1", Kind.SMOKE)
    stepped.step(SECOND)
    home.answer(Answer.ACKNOWLEDGE, by="carer", incident_id=home.open_incident())
    free.set()
    stepped.settle()
    assert tried == ["before"]
    [withdrawn] = home.rows("SELECT withdrawn_at FROM notifications WHERE stage = 'F1'")
    assert withdrawn["withdrawn_at"] is not None


_DIES_AFTER_SENDING = """
import os, sys, threading
from functools import partial
from alerts import outbox
from alerts.channels.delivery import Channels
from alerts.channels.outgoing import Outgoing
from store import pool

def deliver(channel, message, within, now):
    Channels().deliver(channel, message, within, now)
    os.kill(os.getpid(), 9)

outbox.run(partial(pool.connect, sys.argv[1], name="dies"), threading.Event(), deliver)
"""


def test_a_sender_that_is_killed_between_sending_and_writing_leaves_the_message_to_be_sent_again(
    home: SmallHome, receiver: Receiver
) -> None:
    now = utc_now()
    number = put(home, [receiver.channel("ok/carer")], now=now)
    killed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _DIES_AFTER_SENDING, home.url],
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert killed.returncode == -9
    assert len(receiver.taken) == 1
    assert message(home, number)["sent_at"] is None
    home.now = utc_now()
    stepped = Stepped(home)
    stepped.settle()
    assert len(receiver.taken) == 1, "the lease of the dead still runs"
    home.now += Policy().lease_of(urgent=True)
    stepped.settle()
    assert len(receiver.taken) == 2
    assert message(home, number)["sent_at"] is not None


def test_two_senders_at_once_send_each_message_once(home: SmallHome, receiver: Receiver) -> None:
    many = 120
    for number in range(many):
        put(home, [receiver.channel(f"ok/{number}")], f"F1+{number}", now=utc_now())
    with sending(home.url, Policy()), sending(home.url, Policy()):
        receiver.wait_for(many)
        eventually(lambda: not home.rows("SELECT 1 FROM notifications WHERE sent_at IS NULL"))
    assert set(Counter(receiver.paths()).values()) == {1}
    assert len(receiver.taken) == many


def test_a_message_that_was_sent_while_the_database_was_away_is_not_sent_again(
    home: SmallHome, receiver: Receiver
) -> None:
    def cut() -> None:
        with psycopg.connect(home.url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'yian-sender' AND datname = current_database()"
            )

    def deliver(channel: str, one: Outgoing, within: timedelta, now: datetime) -> str:
        receipt = Channels().deliver(channel, one, within, now)
        cut()
        return receipt

    stopping = threading.Event()
    connect = partial(pool.connect, home.url, name="sender")
    thread = threading.Thread(target=outbox.run, args=(connect, stopping, deliver))
    thread.start()
    try:
        first = put(home, [receiver.channel("ok/first")], "F1", now=utc_now())
        eventually(lambda: message(home, first)["sent_at"] is not None)
        second = put(home, [receiver.channel("ok/second")], "F2", now=utc_now())
        eventually(lambda: message(home, second)["sent_at"] is not None)
    finally:
        stopping.set()
        thread.join(PATIENCE_S)
    assert sorted(receiver.paths()) == ["/ok/first", "/ok/second"]


def test_a_sender_is_woken_by_what_is_put_in_on_the_one_connection_that_it_has(
    home: SmallHome, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_TICK_S", 2 * PATIENCE_S)
    with psycopg.connect(home.url, autocommit=True) as admin:

        def held() -> int:
            return admin.execute(
                "SELECT FROM pg_stat_activity"
                " WHERE application_name = 'yian-sender' AND datname = current_database()"
            ).rowcount

        with sending(home.url) as stopping:
            for number in range(3):
                put(home, [receiver.channel(f"ok/{number}")], f"F{number}", now=utc_now())
                receiver.wait_for(number + 1)
            assert held() == 1
            stopping.set()
            put(
                home, [receiver.channel("ok/late")], "F3", now=utc_now()
            )  # it wakes once more and sees the end


def test_a_sender_starts_without_a_database_and_sends_when_it_is_there(
    home: SmallHome, receiver: Receiver
) -> None:
    calls = list[None]()

    def connect() -> psycopg.Connection[tuple[object, ...]]:
        calls.append(None)
        if len(calls) <= 3:
            return pool.connect("postgresql://nobody@127.0.0.1:1/none", name="sender")
        return pool.connect(home.url, name="sender")

    put(home, [receiver.channel("ok/late")], now=utc_now())
    stopping = threading.Event()
    thread = threading.Thread(target=outbox.run, args=(connect, stopping))
    thread.start()
    try:
        receiver.wait_for(1)
    finally:
        stopping.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_a_sender_stops_though_a_channel_hangs_and_gives_back_what_it_has_not_started(
    home: SmallHome, receiver: Receiver
) -> None:
    numbers = [put(home, [receiver.channel("hang")], f"F1+{n}", now=utc_now()) for n in range(12)]
    with sending(home.url, Policy(urgent_try_for=timedelta(seconds=2))) as stopping:
        receiver.wait_for_tries(8)
        stopping.set()
    waiting = [message(home, number)["next_try_at"] for number in numbers]
    assert all(isinstance(at, datetime) and at <= utc_now() + timedelta(seconds=40) for at in waiting)


def test_a_channel_that_keeps_failing_is_reported_once_and_once_more_when_it_is_well(
    home: SmallHome, receiver: Receiver
) -> None:
    with home.conn.transaction():
        home.conn.execute(
            "UPDATE people SET channels = %s WHERE role = 'bureau'",
            [[f"json://{receiver.host.replace('127.0.0.1', 'localhost')}/ok/bureau"]],
        )
    broken = receiver.channel("broken/gate")
    for number in range(5):
        put(home, [broken], f"F1+{number}")
    stepped = Stepped(home)
    for _ in range(4):
        stepped.settle()
        home.now += timedelta(minutes=1)
    told = [body for path, body in receiver.taken if path == "/ok/bureau"]
    assert len(told) == 1
    assert name_of(broken) in told[0]["title"]
    assert "500" in told[0]["message"]
    receiver.broken = False
    for _ in range(3):
        stepped.settle()
        home.now += timedelta(minutes=1)
    told = [body["title"] for path, body in receiver.taken if path == "/ok/bureau"]
    assert len(told) == 2
    assert "恢复" in told[1]


def test_a_channel_takes_no_more_than_its_rate_and_urgent_messages_go_round_it(
    home: SmallHome, receiver: Receiver
) -> None:
    robot = receiver.channel("ok/robot")
    other = f"sms+http://{receiver.host}/ok/sms?text={{text}}"
    urgent = [put(home, [robot, other], f"F1+{n}") for n in range(3)]
    stepped = Stepped(home, Policy(per_minute={"json": 2}))
    stepped.settle()
    assert Counter(path.partition("?")[0] for path in receiver.paths()) == {"/ok/robot": 2, "/ok/sms": 1}
    assert all(message(home, number)["sent_at"] for number in urgent)
    calm = put(home, [robot, other], "T2", urgent=False)
    stepped.settle()
    assert message(home, calm)["sent_at"] is None
    home.now += timedelta(minutes=1)
    stepped.settle()
    assert message(home, calm)["sent_at"] is not None
    assert message(home, calm)["channel_index"] == 0


def test_the_link_is_made_as_the_message_leaves_and_is_not_stored(
    home: SmallHome, receiver: Receiver
) -> None:
    key = "a key of more than sixteen characters"
    with home.conn.transaction():
        home.conn.execute(
            "UPDATE people SET channels = %s WHERE role = 'carer'", [[receiver.channel("ok/carer")]]
        )
    home.now = utc_now()

    def link_of(incident_id: int, person_id: int, now: datetime) -> str:
        until = now + timedelta(hours=12)
        return "https://yian.example/a/" + links.make(incident_id, person_id, links.ANSWER, until, key)

    home.say("d1", Kind.SMOKE)
    with sending(home.url, link_of=link_of):
        receiver.wait_for(1)
    [(_, body)] = [one for one in receiver.taken if one[0] == "/ok/carer"]
    token = body["message"].rpartition("/")[2]
    link = links.read(token, utc_now(), key)
    assert (link.incident_id, link.person_id) == (home.open_incident(), home.people["carer"])
    assert not home.rows("SELECT 1 FROM notifications WHERE body LIKE '%%/a/%%'")


def test_what_is_due_is_sent_once_however_often_the_sender_looks(home: SmallHome, receiver: Receiver) -> None:
    put(home, [receiver.channel("ok/a")], "F1")
    put(home, [receiver.channel("ok/b")], "F2")
    stepped = Stepped(home)
    stepped.settle()
    stepped.settle()
    assert sorted(receiver.paths()) == ["/ok/a", "/ok/b"]
