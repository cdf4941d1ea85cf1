"""The grounds that tests stand on are what they say they are."""

from __future__ import annotations

import psycopg
import pytest

from store.migrate import pending


def _extensions(url: str) -> set[str]:
    with psycopg.connect(url) as conn:
        return {row[0] for row in conn.execute("SELECT extname FROM pg_extension").fetchall()}


@pytest.mark.ground("timescale")
def test_one_ground_has_timescaledb(database: str) -> None:
    assert "timescaledb" in _extensions(database)


@pytest.mark.ground("plain")
def test_the_other_has_not(database: str) -> None:
    assert "timescaledb" not in _extensions(database)


def test_a_database_is_migrated_and_empty(database: str) -> None:
    with psycopg.connect(database) as conn:
        assert pending(conn) == []
        assert conn.execute("SELECT count(*) FROM homes").fetchone() == (0,)
        conn.execute("CREATE TABLE left_behind ()")


def test_what_one_test_leaves_the_next_does_not_find(database: str) -> None:
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT to_regclass('left_behind')").fetchone() == (None,)
