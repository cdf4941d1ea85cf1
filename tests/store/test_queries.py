"""Every query that we ship is one that the migrated schema understands, on both kinds of database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import LiteralString, cast

import psycopg
import pytest
from psycopg import sql as composed

from store import sql
from store.narrowed import narrowed

STORE = Path(sql.__file__).parent
NARROWED_BY: tuple[tuple[str, ...], ...] = ((), ("homes",), ("homes", "device_id"))
QUERIES = [
    pytest.param(text, id=f"{file.stem}.{name}")
    for file in sorted(STORE.glob("*.sql"))
    for name, text in sql.load(str(file)).items()
] + [
    pytest.param(narrowed(text, frozenset(named)), id=f"figures.{name} by {named}")
    for name, text in sql.load(str(STORE / "figures.sql")).items()
    for named in NARROWED_BY
]
_PARAMETER = re.compile(r"%\((\w+)\)s")


def numbered(text: str) -> str:
    """Return a query with $1, $2... in place of its named parameters."""
    names: dict[str, int] = {}
    return _PARAMETER.sub(lambda m: f"${names.setdefault(m[1], len(names) + 1)}", text).replace("%%", "%")


def test_there_are_queries() -> None:
    assert len(QUERIES) > 50


def test_every_query_of_a_module_has_its_file_and_every_file_its_module() -> None:
    for file in STORE.glob("*.sql"):
        assert file.with_suffix(".py").exists(), f"{file.name} has no module"


def test_a_query_is_narrowed_by_what_is_named_and_by_nothing_else() -> None:
    text: LiteralString = (
        "WHERE (%(homes)s::int[] IS NULL OR t.home_id = ANY (%(homes)s))"
        " AND (%(device_id)s::int IS NULL OR device_id = %(device_id)s) AND (a IS NULL OR a >= %(start_on)s)"
    )
    rest = " AND (a IS NULL OR a >= %(start_on)s)"
    assert narrowed(text, frozenset[str]()) == "WHERE true AND true" + rest
    assert narrowed(text, frozenset({"homes"})) == ("WHERE t.home_id = ANY (%(homes)s) AND true" + rest)
    assert narrowed(text, frozenset({"homes", "device_id"})) == (
        "WHERE t.home_id = ANY (%(homes)s) AND device_id = %(device_id)s" + rest
    )


def test_every_query_prepares(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("CREATE TEMP TABLE readings_in (LIKE readings)")
        for number, parameter in enumerate(QUERIES):
            text = numbered(str(parameter.values[0]))
            if text.startswith(("COPY", "CREATE TEMP", "ANALYZE")):
                continue  # not statements that can be prepared; the integration tests run them
            try:
                conn.execute(
                    composed.SQL("PREPARE {} AS ").format(composed.Identifier(f"q{number}"))
                    + composed.SQL(cast(LiteralString, text))
                )
            except psycopg.Error as exc:
                pytest.fail(f"{parameter.id}: {exc}")
