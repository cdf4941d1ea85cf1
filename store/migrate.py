"""Numbered, forward-only migrations, each applied once in a transaction of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, LiteralString, cast

from psycopg import Connection

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7149_0001
"""Advisory lock: two services that start at once do not migrate at once."""


def migrate(conn: Connection[Any]) -> list[str]:
    """Bring the schema up to date and return the names of the migrations that were applied.

    `conn` must be idle and connected as the owner of the tables.
    """
    applied: list[str] = []
    conn.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    conn.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations"
        " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    conn.commit()
    try:
        done = {row[0] for row in conn.execute("SELECT name FROM schema_migrations").fetchall()}
        conn.commit()
        for file in sorted(FOLDER.glob("*.sql")):
            if file.stem in done:
                continue
            with conn.transaction():
                conn.execute(cast(LiteralString, file.read_text(encoding="utf-8")))
                conn.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [file.stem])
            applied.append(file.stem)
    finally:
        conn.rollback()
        conn.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        conn.commit()
    return applied


def pending(conn: Connection[Any]) -> list[str]:
    """Return the migrations that this code has and the database does not."""
    row = conn.execute("SELECT to_regclass('schema_migrations') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return [file.stem for file in sorted(FOLDER.glob("*.sql"))]
    done = {row[0] for row in conn.execute("SELECT name FROM schema_migrations").fetchall()}
    return [file.stem for file in sorted(FOLDER.glob("*.sql")) if file.stem not in done]
