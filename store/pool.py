"""Connections of the application role, each transaction bound to the homes it may see."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from model.errors import Unavailable
from store.sql import Conn

ALL_HOMES = "all"
_FREE_WITHIN_S = 0.001
"""So long a second connection is waited for. Source: our choice, next to nothing; it only spares time."""
KEPT_FOR = timedelta(seconds=30)
"""So long a pool keeps what nobody needs. Source: our choice; a connection is 16 MB, and a new one 10 ms."""


def configure(conn: Connection[Any]) -> None:
    """Make a fresh connection the application's: its role owns no table, its time is UTC."""
    conn.execute("SET ROLE yian_app")
    conn.execute("SET TIME ZONE 'UTC'")
    conn.commit()


def connect(url: str, *, name: str) -> Connection[TupleRow]:
    """Open one service connection that sees every home (for ingest and the alert clock).

    Raises Unavailable where the database does not answer.
    """
    try:
        conn = psycopg.connect(url, application_name=f"yian-{name}", connect_timeout=5)
    except psycopg.OperationalError as exc:
        raise Unavailable(f"数据库没有应答 database: {exc}") from exc
    # A service runs the same few queries for as long as it lives: plan each at its second run.
    conn.prepare_threshold = 1
    configure(conn)
    conn.execute("SELECT set_config('yian.homes', 'all', false)")
    conn.commit()
    return conn


def plan_once(conn: Conn) -> None:
    """Let a connection keep the first plan of each of its queries, and find every row by an index.

    For one that asks the same few questions of single rows: planning them anew costs more than answering. A
    plan that was made while a table was empty would read all of it for as long as the connection lives.
    """
    conn.prepare_threshold = 0
    with conn.transaction():
        conn.execute("SET plan_cache_mode = force_generic_plan")
        conn.execute("SET enable_seqscan = off")


def open_pool(
    url: str, *, name: str, size: int = 8, kept_for: timedelta = KEPT_FOR
) -> ConnectionPool[Connection[TupleRow]]:
    """Open a pool of connections that see no home until `scoped` says which.

    It holds none that nobody has needed twice as long as `kept_for`; several are let go one by one.
    """
    return ConnectionPool(
        url,
        min_size=0,
        max_size=size,
        max_idle=kept_for.total_seconds(),
        configure=configure,
        kwargs={"application_name": f"yian-{name}", "connect_timeout": 5},
        open=True,
    )


@contextmanager
def scoped(
    pool: ConnectionPool[Connection[TupleRow]], homes: Sequence[int] | None, *, snapshot: bool = False
) -> Generator[Connection[TupleRow]]:
    """Yield a connection in one transaction that sees only `homes` (None: all of them).

    With `snapshot` it sees one moment, so that what it counts agrees.
    Raises Unavailable where no connection can be had.
    """
    scope = ALL_HOMES if homes is None else "{" + ",".join(str(int(home)) for home in homes) + "}"
    try:
        with pool.connection(timeout=5) as conn:
            if snapshot:
                conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            conn.execute("SELECT set_config('yian.homes', %s, true)", [scope])
            yield conn
    except (psycopg.OperationalError, psycopg.errors.AdminShutdown) as exc:
        raise Unavailable(f"数据库没有应答 database: {exc}") from exc


@contextmanager
def beside(
    pool: ConnectionPool[Connection[TupleRow]], conn: Connection[Any]
) -> Generator[Connection[TupleRow] | None]:
    """Yield a second connection that sees the homes and the moment of `conn`, or None where none is free now.

    `conn` is one of `scoped` with `snapshot`. The second is in a pipeline: what is asked of it is answered
    while `conn` is asked other things.
    """
    try:
        lent = pool.getconn(timeout=_FREE_WITHIN_S)
    except PoolTimeout:
        yield None
        return
    try:
        row = conn.execute("SELECT pg_export_snapshot(), current_setting('yian.homes')").fetchone()
        assert row is not None  # noqa: S101 - it returns its row
        with lent.transaction(), lent.pipeline():
            lent.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            lent.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(row[0]))
            lent.execute("SELECT set_config('yian.homes', %s, true)", [row[1]])
            yield lent
    finally:
        pool.putconn(lent)
