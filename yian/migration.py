"""The schema, brought up to date from the command line or before the roles start."""

from __future__ import annotations

import psycopg

from model.errors import Unavailable
from store import migrate


def migrate_database(url: str) -> list[str]:
    """Bring the schema up to date; raises Unavailable where the database does not answer."""
    try:
        with psycopg.connect(url, connect_timeout=10) as conn:
            return migrate.migrate(conn)
    except psycopg.OperationalError as exc:
        raise Unavailable(f"database: {exc}") from exc
