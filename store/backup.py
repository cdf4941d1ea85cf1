"""What a backup must know of a database, and what a restore does before and after; as its owner."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from store import sql as files
from store.sql import Conn

_Q = files.load(__file__)
_ROLE = """
DO $$ BEGIN
    CREATE ROLE yian_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT yian_app TO CURRENT_USER
"""
"""The application's role belongs to the server, not to the database; no query that can be prepared."""


def server(conn: Conn) -> tuple[int, str | None]:
    """Return the server's major version, and the version of TimescaleDB where the database has it."""
    row = conn.execute(_Q["server"]).fetchone()
    assert row is not None  # noqa: S101 - a SELECT of scalars always returns its row
    return row[0], row[1]


def timescale_here(conn: Conn) -> list[str]:
    """Return the versions of TimescaleDB that this server could give a database; none where it has none."""
    row = conn.execute(_Q["timescale_here"]).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always returns its row
    return row[0]


def snapshot(conn: Conn) -> str:
    """Return the name by which another session sees what this transaction sees, while it lasts.

    The transaction is REPEATABLE READ and has seen nothing yet.
    """
    conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    row = conn.execute(_Q["snapshot"]).fetchone()
    assert row is not None  # noqa: S101 - a function of no rows always returns one
    return row[0]


def rows(conn: Conn) -> dict[str, int]:
    """Return how many rows each of our tables has; none at all for an empty database."""
    found: dict[str, int] = {}
    for (table,) in conn.execute(_Q["tables"]).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
        row = conn.execute(query).fetchone()
        found[table] = row[0] if row else 0
    return found


def migrations(conn: Conn) -> list[str]:
    """Return the migrations that were applied."""
    return [row[0] for row in conn.execute(_Q["migrations"]).fetchall()]


@contextmanager
def restoring(url: str, timescale: str | None) -> Generator[None]:
    """Make an empty database ready for a restore, and ready for use again when the block ends."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(_ROLE)
        if timescale is not None:
            version = sql.Literal(timescale)
            conn.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS timescaledb VERSION {}").format(version))
            conn.execute("SELECT timescaledb_pre_restore()")
    try:
        yield
    finally:
        if timescale is not None:
            with psycopg.connect(url, autocommit=True) as conn:
                conn.execute("SELECT timescaledb_post_restore()")
