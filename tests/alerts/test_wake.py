"""Word from threads and from the database wakes one waiter, whichever way it comes."""

from __future__ import annotations

import threading
from collections.abc import Generator

import psycopg
import pytest

from alerts.wake import Wake
from store.sql import Conn

pytestmark = pytest.mark.ground("plain")
LONG_S = 60.0


@pytest.fixture
def wake() -> Generator[Wake]:
    with Wake() as one:
        yield one


@pytest.fixture
def told(database: str) -> Generator[Conn]:
    with psycopg.connect(database) as conn:
        conn.execute("LISTEN news")
        conn.commit()
        yield conn


def tell(database: str) -> None:
    with psycopg.connect(database) as conn:
        conn.execute("NOTIFY news")


def test_nobody_s_word_is_the_end_of_the_wait(wake: Wake, told: Conn) -> None:
    assert not wake.wait(0.01, None)
    assert not wake.wait(0.01, told)


def test_a_thread_wakes_who_waits_for_the_database_too(wake: Wake, told: Conn) -> None:
    thread = threading.Timer(0.05, wake.set)
    thread.start()
    assert wake.wait(LONG_S, told)
    thread.join()


def test_the_database_wakes_who_waits_for_threads_too(wake: Wake, told: Conn, database: str) -> None:
    thread = threading.Timer(0.05, tell, [database])
    thread.start()
    assert wake.wait(LONG_S, told)
    thread.join()
    assert not wake.wait(0.01, told)


def test_what_was_said_before_the_wait_is_not_slept_over(wake: Wake, told: Conn, database: str) -> None:
    wake.set()
    assert wake.wait(LONG_S, told)
    tell(database)
    assert wake.wait(LONG_S, told)


def test_what_came_with_the_answer_to_a_query_is_not_slept_over(
    wake: Wake, told: Conn, database: str
) -> None:
    tell(database)
    with told.transaction():
        told.execute("SELECT 1")
    assert wake.wait(LONG_S, told)


def test_saying_it_a_million_times_blocks_nobody_and_is_one_word(wake: Wake) -> None:
    for _ in range(1_000_000):
        wake.set()
    assert wake.wait(LONG_S, None)
    assert not wake.wait(0.01, None)


def test_a_thread_that_comes_back_too_late_does_no_harm() -> None:
    with Wake() as wake:
        pass
    wake.set()


def test_a_lost_connection_is_said(wake: Wake, told: Conn, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", [told.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        wait_on(wake, told)


def wait_on(wake: Wake, told: Conn) -> None:
    while True:
        wake.wait(LONG_S, told)
