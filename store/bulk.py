"""Many rows at once, with numbers of their own, into an empty database; the connection owns the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, sql

from store import sql as named

_Q = named.load(__file__)


def is_empty(conn: Connection[Any]) -> bool:
    """Say whether no home is registered yet."""
    row = conn.execute(_Q["is_empty"]).fetchone()
    return row is not None and bool(row[0])


def copy(
    conn: Connection[Any],
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    key: str | None,
) -> None:
    """Copy rows into a table; `key` is its identity column, numbered from 1 and carried on afterwards."""
    names = [key, *columns] if key else list(columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with conn.cursor() as cur, cur.copy(statement) as pipe:
        for number, row in enumerate(rows, 1):
            pipe.write_row([number, *row] if key else row)
    if key:
        conn.execute(_Q["carry_on"], {"table": table, "key": key, "last": len(rows)})


def analyze(conn: Connection[Any]) -> None:
    """Let the planner know what came."""
    conn.execute(_Q["analyze"])
