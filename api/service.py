"""What one API process holds: its pool, the hub of live streams, the clock and the texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from api.config import ApiConfig
from api.hub import Hub
from api.passwords import Passwords
from api.texts import Texts
from store.pool import scoped


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that requests share; made once per process."""

    config: ApiConfig
    pool: ConnectionPool[Connection[TupleRow]]
    hub: Hub
    passwords: Passwords
    texts: Texts
    clock: Callable[[], datetime]

    def database(
        self, homes: Sequence[int] | None, *, snapshot: bool = False
    ) -> AbstractContextManager[Connection[TupleRow]]:
        """Return one transaction that sees only `homes` (None: all); it commits when the block ends.

        With `snapshot` it sees one moment.
        """
        return scoped(self.pool, homes, snapshot=snapshot)


def service_of(request: Request) -> Service:
    """Return the service that a request runs in."""
    return cast(Service, request.app.state.service)


OurService = Annotated[Service, Depends(service_of)]


def address_of(request: Request) -> str:
    """Return the address that a request came from, as the server was told to see it behind a proxy."""
    return request.client.host if request.client else "unknown"
