"""A home's alarm is written next, whatever floods in before it: on a real database, through the lane."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from alerts.classes import Limits
from ingest.lane import Lane
from ingest.messages import Decoded, Message, Unreadable
from ingest.waiting import Turns
from model.clock import utc_now
from model.events import Event, Kind, State
from store import pool
from tests.small_ingest import enter_home

pytestmark = pytest.mark.ground("plain")
FLOOD = 400
AT_MOST = 8
NOW = utc_now()


def said(number: int, address: str, kind: Kind, home: str, state: State = State.ACTIVE) -> Decoded:
    at = NOW + timedelta(milliseconds=number)
    event = Event("yian", address, kind, state, at, str(number), home=home)
    return Decoded(Message(f"yian/v1/{home}/{address}/alarm", b"", at), (event,))


def toggles(number: int) -> Decoded:
    """Two kinds in turn, so that nothing of it is a run."""
    state = State.CLEAR if number // 2 % 2 else State.ACTIVE
    return said(number, "d1", (Kind.SMOKE, Kind.TAMPER)[number % 2], "h1", state)


def strangers(number: int) -> Decoded:
    """Everyone a new one, and each with a fire: in the name of the neighbour's home."""
    return said(number, f"stranger-{number}", Kind.SMOKE, "h2")


def garbage(number: int) -> Decoded:
    """Read by nobody, on topics of the neighbour's home."""
    return Decoded(Message(f"yian/v1/h2/{number}/alarm", b"?", NOW), unreadable=Unreadable("not JSON"))


@pytest.mark.parametrize("flood", [toggles, strangers, garbage])
def test_an_alarm_of_another_home_is_written_before_the_flood(
    database: str, flood: Callable[[int], Decoded]
) -> None:
    enter_home(database)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("INSERT INTO homes (code, name, kind) VALUES ('h2', '清水敬老院', '敬老院')")
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id) VALUES ('yian', 'n', 'n', 'detector', 2)"
        )

        def as_read(_: Message) -> Decoded:
            raise AssertionError("it was read already")

        lane = Lane(
            "alarm", lambda: pool.connect(database, name="lane"), Limits(), waiting=Turns(as_read, AT_MOST)
        )
        for number in range(FLOOD):
            lane.put(flood(number))
        lane.put(said(FLOOD, "n", Kind.SMOKE, "h2"))
        lane.start()
        assert lane.wait_idle(120)
        lane.stop()
        assert lane.counts.messages == FLOOD + 1
        before = conn.execute(
            "SELECT count(*) FROM (SELECT xmin FROM events UNION ALL SELECT xmin FROM dead_letters) AS written"
            " WHERE xmin::text::bigint < (SELECT e.xmin::text::bigint FROM events e JOIN devices USING (device_id)"
            " WHERE address = 'n')"
        ).fetchone()
        assert before is not None
        assert before[0] <= 2 * AT_MOST
        assert conn.execute(
            "SELECT count(*) FROM alerts WHERE home_id = 2 AND NOT unregistered"
        ).fetchone() == (1,)
