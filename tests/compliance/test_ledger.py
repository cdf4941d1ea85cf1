"""The proof-test ledger: only a test that arrives proves a device, and both times of it are kept."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from compliance.ledger import Round, round_of, week_of
from model.clock import local_day
from model.events import Kind, State
from store import ledger
from tests.alerts.small_home import SmallHome, build

MINUTE = timedelta(minutes=1)


def _place(home: SmallHome, name: str) -> int:
    row = home.conn.execute("SELECT place_id FROM places WHERE name = %s", [name]).fetchone()
    assert row is not None
    return row[0]


def test_a_walk_ticks_off_what_arrives_and_lists_what_does_not(database: str) -> None:
    with build(database) as home:
        names = [name for name, device in home.devices.items() if device.kind == "detector"][:2]
        with home.conn.transaction():
            zone = _place(home, "东区")
            walk = ledger.start(home.conn, zone, home.people["carer"], "王", home.now)
            assert ledger.start(home.conn, zone, home.people["carer"], "王", home.now) == walk
        home.now += MINUTE
        home.say(names[0], Kind.TEST)
        home.say(names[0], Kind.TEST, State.CLEAR)
        home.now += MINUTE
        with home.conn.transaction():
            assert ledger.learn(home.conn, home.now) == 1
            assert ledger.learn(home.conn, home.now) == 0
            rows = ledger.walked(home.conn, walk)
            assert ledger.stop(home.conn, walk, home.now)
        proven = {row.device_id for row in rows if row.proven_at}
        assert proven == {home.devices[names[0]].device_id}
        assert home.devices[names[1]].device_id in {row.device_id for row in rows if not row.proven_at}

        # Nobody walks any more: the test still proves the device, by nobody whom we know.
        home.now += MINUTE
        home.say(names[1], Kind.TEST, ago=timedelta(seconds=20))
        with home.conn.transaction():
            ledger.learn(home.conn, home.now + MINUTE)
            _, start, end = week_of(home.now)
            found = ledger.tests(home.conn, home.home_id, start, end, home.now + MINUTE)
            as_known_before = ledger.tests(home.conn, home.home_id, start, end, home.now)
        assert [(one.tested_by, one.walk_id) for one in found] == [(None, None), ("王", walk)]
        assert found[0].arrived_at - found[0].tested_at == timedelta(seconds=20)
        assert found[0].learned_at - found[0].arrived_at == MINUTE
        assert as_known_before == found[1:]


def test_the_round_of_a_week_begins_anew_on_monday(database: str) -> None:
    with build(database) as home:
        name = next(name for name, device in home.devices.items() if device.kind == "detector")
        home.say(name, Kind.TEST)
        with home.conn.transaction():
            ledger.learn(home.conn, home.now)
            rounds: dict[int, Round] = {}
            for weeks in (0, 1):
                at = home.now + timedelta(weeks=weeks)
                on = local_day(at)
                rounds[weeks] = round_of(ledger.due(home.conn, home.home_id, on, week_of(at)[2], at), at)
        this, coming = rounds[0], rounds[1]
        assert this.due == coming.due > 1
        assert len(this.missing) == this.due - 1
        assert len(coming.missing) == coming.due
        assert this.monday.weekday() == 0


def test_a_row_of_the_ledger_is_never_changed(database: str) -> None:
    with build(database) as home:
        home.say(next(iter(home.devices)), Kind.TEST)
        with home.conn.transaction():
            ledger.learn(home.conn, home.now)
        for statement in ("UPDATE proof_tests SET tested_by = 'x'", "DELETE FROM proof_tests"):
            with (
                pytest.raises(psycopg.Error, match=r"only added to|permission denied"),
                home.conn.transaction(),
            ):
                home.conn.execute(statement)


def test_a_walk_is_over_when_another_begins_there_or_after_two_hours(database: str) -> None:
    with build(database) as home:
        name = next(name for name, device in home.devices.items() if device.kind == "detector")
        with home.conn.transaction():
            zone = _place(home, "东区")
            first = ledger.start(home.conn, zone, home.people["carer"], "王", home.now)
            home.now += MINUTE
            second = ledger.start(home.conn, zone, home.people["leader"], "李", home.now)
            assert ledger.walk(home.conn, first).ended_at == home.now
        home.now += timedelta(hours=3)
        home.say(name, Kind.TEST)
        with home.conn.transaction():
            ledger.learn(home.conn, home.now)
            assert not any(row.proven_at for row in ledger.walked(home.conn, second))
            third = ledger.start(home.conn, zone, home.people["leader"], "李", home.now)
            assert third != second
            forgotten = ledger.walk(home.conn, second)
            assert forgotten.ended_at == forgotten.started_at + timedelta(hours=2)
