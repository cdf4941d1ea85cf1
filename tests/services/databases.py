"""Databases for tests: a template that is migrated once, and a clone of it for each test."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from store.migrate import migrate


def on(url: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return make_conninfo(url, dbname=database)


@contextmanager
def template(server_url: str) -> Generator[str]:
    """Yield the name of a migrated database that may be cloned; nobody can connect to it any more."""
    name = f"yian_template_{secrets.token_hex(4)}"
    _run(server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        with psycopg.connect(on(server_url, name)) as conn:
            migrate(conn)
        # TimescaleDB's workers would sit in it otherwise, and a database in use cannot be cloned.
        _run(
            server_url,
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false IS_TEMPLATE true").format(
                sql.Identifier(name)
            ),
        )
        with psycopg.connect(server_url, autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        yield name
    finally:
        _run(server_url, sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
        _drop(server_url, name)


@contextmanager
def clone(server_url: str, template_name: str) -> Generator[str]:
    """Yield the address of a database of one test's own."""
    name = f"yian_test_{secrets.token_hex(6)}"
    _run(
        server_url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template_name)),
    )
    try:
        yield on(server_url, name)
    finally:
        _drop(server_url, name)


def _drop(server_url: str, name: str) -> None:
    _run(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(server_url: str, statement: sql.Composed) -> None:
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(statement)
