"""Promises 2 and 3: the same message twice is one event and one alert, and nobody stands in another's way.

Repeats from one device are in tests/integration and tests/faults, races of single acts in tests/alerts. Here:
two receivers that both hear everything, with the clock ticking and people answering at the same time.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import psycopg
import pytest
from psycopg import Connection

from alerts import answers, clock
from alerts.log import broken
from ingest.batch import Counts
from ingest.service import Ingest
from model.alerts import Answer, Outcome
from model.clock import utc_now
from model.errors import Refused
from model.people import Actor
from store import alert_log
from tests.awaiting import eventually
from tests.small_ingest import World, alarm, now_text, world
from yian.embedded.broker import Broker

pytestmark = pytest.mark.ground("plain")

ROUNDS = 60


@pytest.fixture
def home(database: str, broker: Broker) -> Generator[World]:
    with world(database, broker.host, broker.port) as one:
        yield one


@contextmanager
def second_receiver(home: World) -> Generator[Ingest]:
    """Run a replica that is not shared: every message comes to both."""
    second = Ingest(replace(home.config, replica="2"))
    second.start()
    try:
        assert second.wait_ready(10)
        yield second
    finally:
        second.stop()


@contextmanager
def meanwhile(
    home: World, act: Callable[[Connection[tuple[object, ...]]], None]
) -> Generator[list[BaseException]]:
    """Do `act` again and again on a connection of its own until the block ends; yields what went wrong."""
    wrong: list[BaseException] = []
    stop = threading.Event()

    def run() -> None:
        with home.config.connect() as conn:
            while not stop.wait(0.005):
                try:
                    act(conn)
                except Refused:
                    conn.rollback()
                except psycopg.Error as exc:
                    wrong.append(exc)
                    conn.rollback()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield wrong
    finally:
        stop.set()
        thread.join(20)


def answer_everything(conn: Connection[tuple[object, ...]]) -> None:
    """Acknowledge what is open, then say that it was nothing."""
    found = conn.execute("SELECT incident_id FROM incidents WHERE closed_at IS NULL").fetchall()
    conn.commit()
    for (incident_id,) in found:
        for answer, outcome in ((Answer.ACKNOWLEDGE, None), (Answer.RESOLVE, Outcome.FALSE)):
            with conn.transaction():
                answers.answer(
                    conn,
                    answer=answer,
                    outcome=outcome,
                    actor=Actor(1, "王", "board"),
                    now=utc_now(),
                    incident_id=int(str(incident_id)),
                )


def all_heard(counts: Sequence[Counts], messages: int) -> bool:
    return sum(lane.messages for lane in counts) >= messages


def test_two_receivers_a_clock_and_people_at_once_lose_nothing_double_nothing_and_do_not_deadlock(
    home: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    at = now_text()
    with (
        second_receiver(home) as second,
        meanwhile(home, lambda conn: (clock.tick(conn, utc_now()), None)[1]) as late,
        meanwhile(home, answer_everything) as unanswered,
    ):
        for number in range(ROUNDS):
            sent: list[tuple[str, bytes | str]] = []
            for device in ("d1", "d2", "d3"):
                state = "active" if number % 2 == 0 else "clear"
                sent.append((f"yian/v1/h1/{device}/alarm", alarm(f"{number}", state=state, at=now_text())))
                body = json.dumps({"seq": number, "at": at, "values": {"battery_pct": 5 + 50 * (number % 2)}})
                sent.append((f"yian/v1/h1/{device}/telemetry", body))
                stranger = json.dumps({"smoke": False, "battery": 50})
                sent.append((f"zigbee2mqtt/new-{number}-{device}", stranger))
            sent.append(("yian/v1/h1/b1/alarm", alarm(f"{number}", kind="sos", state=None, at=now_text())))
            home.device.throw(sent)
        everything = ROUNDS * 10
        for counts in (
            (home.ingest.alarm.counts, home.ingest.telemetry.counts),
            (second.alarm.counts, second.telemetry.counts),
        ):
            eventually(partial(all_heard, counts, everything), within_s=40)
    assert (late, unanswered) == ([], [])
    waits = [record.getMessage() for record in caplog.records if "deadlock" in record.getMessage()]
    refused = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert (waits, refused) == ([], [])
    assert home.rows("SELECT count(*) FROM events WHERE kind = 'sos'") == [(ROUNDS,)]
    assert home.rows("SELECT count(*) FROM events WHERE kind = 'smoke'") == [(3 * ROUNDS,)]
    native = "SELECT count(*) FROM readings JOIN devices USING (device_id) WHERE source = 'yian'"
    assert home.rows(native) == [(3 * ROUNDS,)]
    assert home.rows("SELECT count(*) FROM devices WHERE NOT registered") == [(3 * ROUNDS,)]
    assert home.rows("SELECT count(*) FROM dead_letters") == [(0,)]
    # Whatever is not resolved is in an open incident, and the log of all of it holds.
    stray = "SELECT 1 FROM alerts JOIN incidents USING (incident_id) WHERE state <> 'resolved' AND closed_at IS NOT NULL"
    assert home.rows(stray) == []
    with home.config.connect() as conn:
        assert broken(alert_log.whole_log(conn)) == []
