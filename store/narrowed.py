"""Queries as they read once it is known what narrows them: each kind of scope has a plan of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import LiteralString, TypeVar, cast

from psycopg import Cursor
from psycopg.rows import args_row

from store.scopes import Where
from store.sql import Conn, Later

Row = TypeVar("Row")
_UNLESS_NULL = re.compile(r"\(%\((\w+)\)s::\w+(?:\[\])? IS NULL OR ((?:[^()]|\((?:%\(\w+\)s|\w+)\))*)\)")


@cache
def narrowed(text: LiteralString, by: frozenset[str]) -> LiteralString:
    """Return a query as it reads once it is known which of its parameters narrow it, and which are NULL.

    Of `(%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))` the condition is left, or `true`. One plan
    for all values then finds rows by an index, where a NULL would have had it read every row.
    """
    return cast(LiteralString, _UNLESS_NULL.sub(lambda found: found[2] if found[1] in by else "true", text))


def ask(cur: Cursor[Row], text: LiteralString, params: Mapping[str, object]) -> Cursor[Row]:
    """Run a query as it reads for its kind of scope, each kind with a plan of its own.

    Whatever sees all homes is planned for these very parameters: a month and a year of the county differ too
    much, and planning is little of what it takes.
    """
    named = frozenset(name for name in ("homes", "device_id") if params[name] is not None)
    return cur.execute(narrowed(text, named), params, prepare=bool(named))


def ask_rows(
    conn: Conn, text: LiteralString, row: Callable[..., Row], params: Mapping[str, object]
) -> Later[tuple[Row, ...]]:
    """Ask for rows, each made of its columns by their position."""
    # By position: a county has thousands of rows, and a township is asked for while somebody waits.
    asked = ask(conn.cursor(row_factory=args_row(row)), text, params)
    return lambda: tuple(asked.fetchall())


@contextmanager
def planned_once(conn: Conn, where: Where) -> Generator[None]:
    """Let what is asked of some homes or a device keep its plan: to plan took longer than to answer."""
    if where.homes is None:
        yield
        return
    conn.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    yield
    conn.execute("SET LOCAL plan_cache_mode = auto")
