"""What one API process holds: its pool, the hub of live streams, the clock and the texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, cast

from fastapi import Depends, Request
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from api.config import ApiConfig
from api.hub import Hub
from api.passwords import Passwords
from api.recent import Recent
from api.texts import Texts
from compliance.report import Report
from store.pool import beside, scoped

YEAR_KEPT_FOR = timedelta(minutes=1)
"""Source: our choice; an example beside a phrase that is being typed may be so old."""


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that requests share; made once per process."""

    config: ApiConfig
    pool: ConnectionPool[Connection[TupleRow]]
    hub: Hub
    passwords: Passwords
    texts: Texts
    clock: Callable[[], datetime]
    this_year: Recent[Report] = field(default_factory=lambda: Recent[Report](YEAR_KEPT_FOR))

    def database(
        self, homes: Sequence[int] | None, *, snapshot: bool = False
    ) -> AbstractContextManager[Connection[TupleRow]]:
        """Return one transaction that sees only `homes` (None: all); it commits when the block ends.

        With `snapshot` it sees one moment.
        """
        return scoped(self.pool, homes, snapshot=snapshot)

    def beside(self, conn: Connection[TupleRow]) -> AbstractContextManager[Connection[TupleRow] | None]:
        """Return another transaction of the moment and homes of a `snapshot`, None where none is free."""
        return beside(self.pool, conn)


def service_of(request: Request) -> Service:
    """Return the service that a request runs in."""
    return cast(Service, request.app.state.service)


OurService = Annotated[Service, Depends(service_of)]


def address_of(request: Request) -> str:
    """Return the address that a request came from, as the server was told to see it behind a proxy."""
    return request.client.host if request.client else "unknown"
