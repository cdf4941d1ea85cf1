"""The schema, brought up to date from the command line or before the roles start.

`python -m yian.migration` is `yian migrate` without the command line, for `YIAN_DATABASE_URL`.
"""

from __future__ import annotations

import os

import psycopg

from model.errors import Unavailable
from store import migrate
from yian.edge import plain_errors


def migrate_database(url: str) -> list[str]:
    """Bring the schema up to date; raises Unavailable where the database does not answer."""
    try:
        with psycopg.connect(url, connect_timeout=10) as conn:
            return migrate.migrate(conn)
    except psycopg.OperationalError as exc:
        raise Unavailable(f"database: {exc}") from exc


if __name__ == "__main__":
    with plain_errors():
        migrate_database(os.environ["YIAN_DATABASE_URL"])
