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


def test_a_second_connection_sees_the_moment_and_the_homes_of_the_first(database: str) -> None:
    with (
        psycopg.connect(database, autocommit=True) as admin,
        pool.open_pool(database, name="test", size=2) as conns,
    ):

        def found(code: str) -> int:
            row = admin.execute(
                "INSERT INTO homes (code, name, kind) VALUES (%s, %s, '敬老院') RETURNING home_id",
                [code, code],
            ).fetchone()
            assert row is not None
            return row[0]

        homes = [found("a"), found("b")]
        with pool.scoped(conns, None), pool.scoped(conns, None):
            pass  # now both are open, and free
        with pool.scoped(conns, homes[:1], snapshot=True) as conn:
            conn.execute("SELECT FROM homes")  # the moment is that of the first question
            admin.execute("UPDATE homes SET name = 'another'")
            with pool.beside(conns, conn) as other:
                assert other is not None
                assert other.execute("SELECT home_id, name FROM homes").fetchall() == [(homes[0], "a")]
            admin.execute("UPDATE homes SET name = 'a third'")
            assert conn.execute("SELECT home_id, name FROM homes").fetchall() == [(homes[0], "a")]


def test_a_second_connection_is_not_waited_for_and_comes_back_after_an_error(database: str) -> None:
    with pool.open_pool(database, name="test", size=2) as conns:
        with (
            pool.scoped(conns, None),
            pool.scoped(conns, None, snapshot=True) as conn,
            pool.beside(conns, conn) as other,
        ):
            assert other is None

        def ask_nonsense() -> None:
            with pool.scoped(conns, None, snapshot=True) as conn, pool.beside(conns, conn) as other:
                assert other is not None
                other.execute("SELECT * FROM nothing_of_the_kind").fetchall()

        for _ in range(3):
            with pytest.raises(psycopg.errors.UndefinedTable):
                ask_nonsense()
