"""The pool of the board: there when somebody looks, gone when nobody does."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from store import pool
from tests.awaiting import eventually

pytestmark = pytest.mark.ground("plain")


def test_a_pool_that_nobody_needs_holds_no_connection_and_serves_the_next_who_asks(database: str) -> None:
    with (
        psycopg.connect(database, autocommit=True) as admin,
        pool.open_pool(database, name="test", kept_for=timedelta(seconds=0.1)) as conns,
    ):

        def held() -> int:
            return admin.execute(
                "SELECT FROM pg_stat_activity"
                " WHERE application_name = 'yian-test' AND datname = current_database()"
            ).rowcount

        for _ in range(2):
            with pool.scoped(conns, [1]) as conn, pool.scoped(conns, None) as other:
                for one in (conn, other):
                    assert one.execute("SELECT current_user").fetchone() == ("yian_app",)
                assert held() == 2
            eventually(lambda: held() == 0)
