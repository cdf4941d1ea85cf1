"""The alert clock as a role: one leads, the others wait; the daily message goes out once; a day is rolled up."""

from __future__ import annotations

import functools

import psycopg
import pytest

from store import liveness, pool
from tests.small_ingest import enter_home, eventually
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
    assert {row[0] for row in first} >= {1}
