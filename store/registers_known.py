"""Registers as they were known on a day, from what the log says of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import psycopg
from psycopg import sql

from model.sheets import SHEETS
from model.sheets.shape import Sheet, Stored
from store import register_sheets
from store import sql as files
from store.sql import Conn

_Q = files.load(__file__)
_POINTED_AT = {
    "home": ("homes",),
    "path": ("places",),
    "place": ("places",),
    "resident": ("residents",),
    "login": ("people", "homes"),
    "watched_by": ("devices",),
}
"""Which tables a column's words come from."""
_NUMBERS = {sheet.table: sheet.number for sheet in SHEETS}


def rows(conn: Conn, sheet: Sheet, known_until: datetime) -> list[Stored]:
    """Return a register as it was known before an instant, by the names that its homes and places had then.

    The register's own query runs over tables of the same names that are made for it, and are gone again
    when it has run. A row that was there before changes were written down counts as always known.
    """
    tables = {table for column in sheet.columns for table in _POINTED_AT.get(column.field, ())}
    found: list[Stored] = []
    with conn.transaction() as here:
        # Named first: what was planned for the tables themselves is then planned anew.
        conn.execute("SET LOCAL search_path = pg_temp, public")
        for table in sorted(tables | {sheet.table}):
            conn.execute(
                sql.SQL(_Q["known"]).format(
                    table=sql.Identifier(table), number=sql.Identifier(_NUMBERS[table])
                ),
                {"register": table, "known_until": known_until},
            )
        found = register_sheets.rows(conn, sheet)
        raise psycopg.Rollback(here)
    return found


def names(conn: Conn, wanted: Mapping[str, Sequence[int]]) -> dict[tuple[str, int], str]:
    """Return what people call rows of homes, places, residents, people and devices today."""
    given = {
        table: list(wanted.get(table, ())) for table in ("homes", "places", "residents", "people", "devices")
    }
    return {(row[0], row[1]): row[2] for row in conn.execute(_Q["names"], given).fetchall()}
