"""Promise 6: every change of state has who, when and from where, in a log that shows tampering.

The chain itself is in tests/alerts/test_log.py. Here: the role that the service runs under, on a real server.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg.types.json import Jsonb

from alerts import log
from alerts.log import broken
from model.clock import utc_now
from model.people import Actor
from store import alert_log, pool
from tests.county import fill, raise_alert

pytestmark = pytest.mark.ground("plain")

ATTEMPTS = (
    "UPDATE alert_log SET actor = 'somebody else'",
    "DELETE FROM alert_log",
    "TRUNCATE alert_log",
    "ALTER TABLE alert_log DISABLE TRIGGER alert_log_append_only",
    "DROP TRIGGER alert_log_append_only ON alert_log",
    "SET session_replication_role = 'replica'",
    "ALTER TABLE alert_log DISABLE ROW LEVEL SECURITY",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP TABLE alert_log CASCADE",
    "WITH gone AS (DELETE FROM alert_log RETURNING 1) SELECT count(*) FROM gone",
)


def test_the_role_of_the_service_can_only_append(database: str) -> None:
    county = fill(database)
    raise_alert(county, "sunny/203室")
    with pool.connect(database, name="test") as conn:
        if conn.execute("SELECT session_user = current_user").fetchone() == (True,):
            pytest.fail("the service runs under its login's own role")
        for attempt in ATTEMPTS:
            with pytest.raises(psycopg.Error) as refused, conn.transaction():
                conn.execute(attempt)  # pyright: ignore[reportArgumentType, reportCallIssue]
            assert isinstance(refused.value, psycopg.errors.InsufficientPrivilege), attempt
        assert broken(alert_log.whole_log(conn)) == []


def test_who_owns_the_database_can_change_a_row_but_not_unseen(database: str) -> None:
    county = fill(database)
    incident, alert = raise_alert(county, "sunny/203室")
    with psycopg.connect(database) as conn:
        for action in ("acknowledge", "on_scene"):
            log.append(
                conn,
                incident_id=incident,
                at=utc_now(),
                actor=Actor(1, "张敏", "board ::1"),
                action=action,
                alert_id=alert,
            )
        conn.commit()
        for change in (
            "UPDATE alert_log SET at = at - interval '10 minutes' WHERE number = 2",
            "UPDATE alert_log SET person_id = NULL WHERE number = 2",
            "UPDATE alert_log SET via = 'link' WHERE number = 2",
            "DELETE FROM alert_log WHERE number = 2",
            "UPDATE alert_log SET number = number + 10 WHERE number = 3",
        ):
            with conn.transaction(force_rollback=True):
                conn.execute("ALTER TABLE alert_log DISABLE TRIGGER alert_log_append_only")
                conn.execute(change)  # pyright: ignore[reportArgumentType, reportCallIssue]
                assert broken(alert_log.whole_log(conn)), change
        with pytest.raises(psycopg.errors.RaiseException), conn.transaction():
            conn.execute("UPDATE alert_log SET details = %s", [Jsonb({})])
