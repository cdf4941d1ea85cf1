"""Sums of a scope, and beside them what each of its homes adds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, TypeVar

from psycopg.rows import kwargs_row

from store.narrowed import ask
from store.sql import Conn, Later

Row = TypeVar("Row")


class HomeSums:
    """Asks for sums, which come of all and of each home; the homes' are kept in the order of the answers."""

    def __init__(self, queries: Mapping[str, LiteralString], params: Mapping[str, object]) -> None:
        self._queries = queries
        self._params = params
        self.by_home: defaultdict[int, list[object]] = defaultdict(list)

    def ask(self, conn: Conn, query: str, row: type[Row]) -> Later[tuple[Row, ...]]:
        """Ask for the sums of all."""

        def made(home_id: int | None, **rest: Any) -> tuple[int | None, Row]:
            return home_id, row(**rest)

        asked = ask(conn.cursor(row_factory=kwargs_row(made)), self._queries[query], self._params)
        return lambda: tuple(one for home_id, one in asked.fetchall() if not self._of_home(home_id, one))

    def ask_value(self, conn: Conn, query: str) -> Later[Any]:
        """Ask for the value of all."""
        asked = ask(conn.cursor(), self._queries[query], self._params)
        return lambda: self.of_all(query, asked.fetchall())

    def of_all(self, query: str, found: Sequence[tuple[int | None, Any]]) -> Any:
        """Return the value of all, of what such a query has found."""
        return next(value for home_id, value in found if not self._of_home(home_id, (query, value)))

    def _of_home(self, home_id: int | None, one: object) -> bool:
        if home_id is not None:
            self.by_home[home_id].append(one)
        return home_id is not None
