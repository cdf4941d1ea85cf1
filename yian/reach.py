"""The database that a command works on: the configured one, or the embedded one in the data folder."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from store import pool
from yian import embedded, roles
from yian.embedded import postgres
from yian.migration import migrate_database
from yian.settings import Settings


@contextmanager
def database(settings: Settings) -> Generator[str]:
    """Yield the address of the database while the block lasts.

    Without a configured one it is that of the embedded stack on the data folder; where none runs but
    the folder has a database, that is started for the block. Raises BadInput where there is neither.
    """
    services = None if settings.database_url is not None else embedded.running(settings.data)
    if services is not None:
        yield services.database_url
    elif settings.database_url is None and (settings.data / "postgres" / "pgdata").exists():
        server = postgres.start(settings.data / "postgres")
        try:
            # The folder may have rested since an older version of ours.
            migrate_database(server.url)
            yield server.url
        finally:
            server.stop()
    else:
        yield roles.database_url(settings)


@contextmanager
def connection(settings: Settings, name: str = "cli") -> Generator[Connection[Any]]:
    """Yield a connection to it that sees every home, in one transaction that commits at the end."""
    with database(settings) as url, pool.connect(url, name=name) as conn:
        yield conn
