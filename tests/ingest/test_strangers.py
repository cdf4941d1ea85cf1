"""Two lanes that meet the same strangers at once wait for each other in one order only."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ingest.registry import Registry
from model.events import Event, Kind
from store import pool
from tests.small_ingest import enter_home

pytestmark = pytest.mark.ground("plain")
STRANGERS = tuple(Event("yian", f"stranger-{number}", Kind.REPORT) for number in range(40))


def test_strangers_in_opposite_order_do_not_deadlock(database: str) -> None:
    gate = threading.Barrier(2)

    def learn(events: Sequence[Event]) -> None:
        with pool.connect(database, name="lane") as conn:
            gate.wait(timeout=60)
            with conn.transaction():
                Registry().learn(conn, events, named=frozenset())

    with ThreadPoolExecutor(2) as lanes:
        for done in [lanes.submit(learn, one) for one in (STRANGERS, STRANGERS[::-1])]:
            done.result(timeout=30)
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM devices WHERE NOT registered").fetchone() == (40,)


def test_a_stranger_waits_for_the_other_lane_before_it_holds_a_later_one(database: str) -> None:
    first, last = Event("yian", "a", Kind.REPORT), Event("yian", "b", Kind.REPORT)
    with pool.connect(database, name="one") as one, ThreadPoolExecutor(1) as lanes:
        with one.transaction():
            Registry().learn(one, [first, Event("yian", "a2", Kind.REPORT)], named=frozenset())

            def other() -> None:
                with pool.connect(database, name="two") as two, two.transaction():
                    Registry().learn(two, [last, first], named=frozenset())

            waiting = lanes.submit(other)
            # `other` may wait for "a" now, or not have come so far: it holds "b" in neither case.
            Registry().learn(one, [last, Event("yian", "c", Kind.REPORT)], named=frozenset())
        waiting.result(timeout=30)


def test_what_one_lane_has_learned_the_other_need_not_ask(database: str) -> None:
    enter_home(database)
    with psycopg.connect(database) as conn:
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id) VALUES ('yian', 'd', 'd', 'detector', 1)"
        )
        conn.commit()
    event = Event("yian", "d", Kind.REPORT)
    alarms = Registry()
    telemetry = Registry(beside=alarms)
    with pool.connect(database, name="lane") as conn:
        known = telemetry.device(conn, event)
    assert alarms.device(conn, event) is known, "a closed connection can be asked for nothing"
    telemetry.forget()
    with pytest.raises(psycopg.OperationalError):
        alarms.device(conn, event)
