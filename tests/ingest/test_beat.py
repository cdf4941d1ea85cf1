"""Ingest says that it is alive by the telemetry lane, between two writes and on the lane's own connection."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
import pytest

from alerts.classes import Limits
from ingest.lane import Beat, Lane
from ingest.messages import Decoded, Message
from ingest.waiting import Line
from model.clock import utc_now
from model.events import Event, Kind
from store import pool
from store.sql import Conn
from tests.awaiting import eventually
from tests.small_ingest import enter_home, now_text, world
from yian.embedded.broker import Broker

pytestmark = pytest.mark.ground("plain")
MESSAGES, AT_MOST = 60, 10
NOW = utc_now()


def test_a_running_ingest_beats_and_holds_a_connection_for_each_lane_and_no_other(
    database: str, broker: Broker
) -> None:
    with world(database, broker.host, broker.port) as world_:
        world_.device.say("yian/v1/h1/d1/telemetry", json.dumps({"seq": 1, "at": now_text(), "values": {}}))
        eventually(lambda: world_.rows("SELECT 1 FROM services WHERE details['telemetry']['messages'] = '1'"))
        assert world_.rows(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = 'yian-ingest' AND datname = current_database()"
        ) == [(2,)]


def lane_with(beat: Beat, connect: Callable[[], Conn]) -> Lane:
    def as_read(_: Message) -> Decoded:
        raise AssertionError("it was read already")

    lane = Lane("telemetry", connect, Limits(), waiting=Line(as_read, AT_MOST), beat=beat)
    for number in range(MESSAGES):
        event = Event("yian", f"n{number}", Kind.REPORT, None, NOW, str(number))
        lane.put(Decoded(Message(f"yian/v1/h1/n{number}/telemetry", b"", NOW), (event,)))
    return lane


def test_a_lane_that_is_never_idle_beats_all_the_same(database: str) -> None:
    enter_home(database)
    waiting: list[int] = []

    def beat(_: Conn) -> float:
        waiting.append(lane.waiting())
        return 0.0

    lane = lane_with(beat, lambda: pool.connect(database, name="lane"))
    lane.start()
    assert lane.wait_idle(60)
    lane.stop()
    assert waiting[: MESSAGES // AT_MOST] == list(range(MESSAGES, 0, -AT_MOST))


def test_a_lane_with_nothing_to_do_beats(database: str) -> None:
    enter_home(database)
    beats: list[Conn] = []

    def beat(conn: Conn) -> float:
        beats.append(conn)
        return 0.01

    lane = lane_with(beat, lambda: pool.connect(database, name="lane"))
    lane.start()
    assert lane.wait_idle(60)
    already = len(beats)
    eventually(lambda: len(beats) > already + 3)
    lane.stop()
    assert len(set(map(id, beats))) == 1


@pytest.mark.parametrize("failure", [psycopg.OperationalError, psycopg.errors.UndefinedTable])
def test_a_beat_that_fails_takes_nothing_from_the_lane(database: str, failure: type[psycopg.Error]) -> None:
    enter_home(database)
    beats: list[Conn] = []

    def beat(conn: Conn) -> float:
        beats.append(conn)
        if len(beats) == 1:
            raise failure("no")
        return 0.01

    lane = lane_with(beat, lambda: pool.connect(database, name="lane"))
    lane.start()
    assert lane.wait_idle(60)
    eventually(lambda: len(beats) > 1)
    assert lane.alive()
    lane.stop()
    assert lane.counts.messages == MESSAGES
    assert beats[0].closed
