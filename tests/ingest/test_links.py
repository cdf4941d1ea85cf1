"""Links that stand again after an outage are stored by the batch; those that end an alert go by the rules."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Cursor

from alerts.classes import Limits
from ingest import writer
from ingest.messages import Decoded, Message
from ingest.registry import Registry
from model.clock import utc_now
from model.events import Event, Kind, State
from tests.small_ingest import enter_home

pytestmark = pytest.mark.ground("plain")
DEVICES = 300
NOW = utc_now()


class Counting(Cursor[Any]):
    """Counts the statements of all its kind."""

    statements = 0

    def execute(self, *args: Any, **kwargs: Any) -> Counting:
        """Count and execute."""
        Counting.statements += 1
        super().execute(*args, **kwargs)
        return self


@pytest.fixture
def conn(database: str) -> Generator[psycopg.Connection[Any]]:
    enter_home(database)
    with psycopg.connect(database, cursor_factory=Counting) as one:
        one.execute(
            "INSERT INTO devices (source, address, name, kind, home_id)"
            " SELECT 'yian', 'n' || n, 'n' || n, 'detector', 1 FROM generate_series(1, %s) n",
            [DEVICES],
        )
        one.commit()
        yield one


def link(number: int, state: State, later_s: float) -> Decoded:
    at = NOW + timedelta(seconds=later_s)
    event = Event("yian", f"n{number}", Kind.OFFLINE, state, at, f"{number}-{state}")
    return Decoded(Message(f"yian/v1/h1/n{number}/status", b"{}", at), (event,))


def write(conn: psycopg.Connection[Any], batch: list[Decoded]) -> int:
    before = Counting.statements
    writer.save(conn, batch, Registry(), Limits())
    return Counting.statements - before


def all_go(conn: psycopg.Connection[Any]) -> None:
    write(conn, [link(number, State.ACTIVE, 0) for number in range(1, DEVICES + 1)])


def test_many_links_stand_again_in_a_few_statements(conn: psycopg.Connection[Any]) -> None:
    all_go(conn)
    back = [link(number, State.CLEAR, 5) for number in range(1, DEVICES + 1)]
    assert write(conn, back) <= 15
    active = conn.execute("SELECT count(*) FROM device_states WHERE kind = 'offline' AND active").fetchone()
    stored = conn.execute("SELECT count(*) FROM events WHERE state = 'clear'").fetchone()
    waiting = conn.execute("SELECT count(*) FROM timers WHERE kind = 'offline'").fetchone()
    assert (active, stored, waiting) == ((0,), (DEVICES,), (0,))
    write(conn, back)
    assert conn.execute("SELECT count(*) FROM events WHERE state = 'clear'").fetchone() == (DEVICES,)


def test_a_link_that_ends_an_alert_says_so_on_the_alert(conn: psycopg.Connection[Any]) -> None:
    all_go(conn)
    conn.execute(
        "WITH i AS (INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at)"
        " SELECT 1, 'fault', 'device:' || device_id, 'T3',"
        """ '{"rungs": [], "on_scene_within_s": null, "repeat_every_s": null}', now()"""
        " FROM devices WHERE address = 'n7' RETURNING incident_id, scope)"
        " INSERT INTO alerts (incident_id, home_id, subject, class, kind, happened_at, raised_at, reason)"
        " SELECT incident_id, 1, scope, 'T3', 'offline', now(), now(), 'silent' FROM i"
    )
    write(conn, [link(number, State.CLEAR, 5) for number in range(1, DEVICES + 1)])
    assert conn.execute("SELECT cleared_by_device_at IS NOT NULL FROM alerts").fetchall() == [(True,)]
    assert conn.execute("SELECT count(*) FROM events WHERE state = 'clear'").fetchone() == (DEVICES,)
