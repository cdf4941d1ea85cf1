"""The alert clock as a role: one leads, the others wait; the daily message goes out once; a day is rolled up."""

from __future__ import annotations

import functools
from datetime import timedelta

import psycopg
import pytest

from model.clock import local_day, utc_now
from store import dead_letters, liveness, pool
from tests.alerts.small_home import build
from tests.awaiting import eventually
from tests.small_ingest import enter_home
from yian.roles.alert_clock import AlertClock


def clock(url: str, replica: str) -> AlertClock:
    return AlertClock(functools.partial(pool.connect, url, name="alerts"), replica)


@pytest.mark.ground("plain")
def test_one_replica_leads_and_another_takes_over_when_it_ends(database: str) -> None:
    first, second = clock(database, "1"), clock(database, "2")
    first.tick()
    second.tick()
    with pool.connect(database, name="test") as conn:
        assert [row["replica"] for row in liveness.services(conn)] == ["1"]
        conn.commit()
        first.close()

        def both_have_led() -> bool:
            second.tick()
            found = [row["replica"] for row in liveness.services(conn)]
            conn.commit()
            return found == ["1", "2"]

        # The server frees the lock when it notices that the connection has ended.
        eventually(both_have_led)
    second.close()


def test_the_daily_message_goes_to_the_overseers_once_a_day(database: str) -> None:
    enter_home(database)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO people (login, name, role, password_hash, channels)"
            " VALUES ('b', '刘', 'bureau', '-', '{json://127.0.0.1:9/b}')"
        )
        conn.execute(
            "WITH i AS (INSERT INTO incidents (family, scope, class, ladder, opened_at)"
            " VALUES ('fault', 'x', 'T1', '{}', now()) RETURNING incident_id)"
            " INSERT INTO alert_log (incident_id, number, at, actor, via, action, previous_hash, hash)"
            " SELECT incident_id, 1, now(), '颐安', 'clock', 'raise', '', sha256('x') FROM i"
        )
        one = clock(database, "1")
        one.morning()
        one.morning()
        rows = conn.execute("SELECT p.login, n.body FROM notifications n JOIN people p USING (person_id)")
        [(login, body)] = rows.fetchall()
        [(head,)] = conn.execute("SELECT encode(hash, 'hex') FROM alert_log_seals").fetchall()
    assert login == "b"
    # The seal of the evidence leaves the database with it.
    assert f"第 1 条，封存码 {head[:16]}" in body


def test_a_night_rolls_yesterday_up_and_a_second_run_changes_nothing(database: str) -> None:
    enter_home(database)
    days = "SELECT device_id, day, reports FROM device_days ORDER BY day, device_id"
    one = clock(database, "1")
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from) VALUES (1, now() - interval '40 hours')"
        )
        conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at)"
            " VALUES (1, now() - interval '40 hours', 'a', now())"
        )
        one.nightly()
        first = conn.execute(days).fetchall()
        one.nightly()
        assert conn.execute(days).fetchall() == first
        [(days_online,)] = conn.execute("SELECT count(*) FROM online_days").fetchall()
    assert {row[0] for row in first} >= {1}
    assert days_online >= 1


def test_an_hour_counts_what_no_day_holds_yet_where_the_replica_leads(database: str) -> None:
    enter_home(database)
    one, second = clock(database, "1"), clock(database, "2")
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from) VALUES (1, now() - interval '40 hours')"
        )
        conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at)"
            " VALUES (1, now() - interval '40 hours', 'a', now())"
        )
        second.hourly()
        assert conn.execute("SELECT count(*) FROM device_tails").fetchall() == [(0,)]
        one.tick()
        one.hourly()
        counted = conn.execute("SELECT reports FROM device_tails WHERE device_id = 1").fetchall()
    one.close()
    assert counted == [(1,)]


@pytest.mark.ground("plain")
def test_a_dead_letter_is_let_go_after_its_time_and_still_counted(database: str) -> None:
    now = utc_now()
    kept = timedelta(days=30)
    with pool.connect(database, name="test") as conn:
        for number, age in enumerate((31, 31, 29, 400)):
            dead_letters.bury(
                conn,
                topic="t",
                payload=b"%d" % number,
                reason=f"at: expected a time, got {number!r}",
                traceback=None,
                arrived_at=now - timedelta(days=age),
            )
        # What still comes is still of use, however old its first arrival.
        dead_letters.bury(conn, topic="t", payload=b"3", reason="bug", traceback=None, arrived_at=now)
        conn.commit()
        AlertClock(functools.partial(pool.connect, database, name="alerts"), "1", letters_kept=kept).nightly()
        assert [letter.payload for letter in dead_letters.letters(conn)] == [b"3", b"2"]
        [day] = dead_letters.days(conn)
    assert (day.reason, day.letters, day.messages, day.replayed) == ("at: expected a time", 2, 2, 0)
    assert day.day == local_day(now - timedelta(days=31))


@pytest.mark.ground("plain")
def test_garbage_of_every_kind_does_not_fill_the_counts(database: str) -> None:
    now = utc_now()
    with pool.connect(database, name="test") as conn:
        for number in range(60):
            dead_letters.bury(
                conn,
                topic="t",
                payload=b"%d" % number,
                reason=f"r{number:02}",
                traceback=None,
                arrived_at=now,
            )
        assert dead_letters.let_go(conn, now + timedelta(seconds=1)) == 60
        assert dead_letters.let_go(conn, now + timedelta(seconds=1)) == 0
        found = dead_letters.days(conn)
    assert len(found) == 51
    assert sum(day.letters for day in found) == 60
    assert found[0].reason == "other"


@pytest.mark.ground("plain")
def test_a_head_is_told_of_gaps_by_the_replica_that_leads(database: str) -> None:
    with build(database, on_duty=False) as home:
        idle, leader = clock(database, "1"), clock(database, "2")
        leader.tick()
        idle.gaps()
        assert home.rows("SELECT 1 AS one FROM notifications") == []
        leader.gaps()
        leader.gaps()
        leader.close()
        [told] = home.rows("SELECT person_id, title FROM notifications")
        assert (told["person_id"], told["title"]) == (
            home.people["head"],
            "【值班空档】小院 未来 7 天 1 处无人值班",
        )
