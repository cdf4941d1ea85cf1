"""A request that is sent again after a time-out is done once, and answered as it was the first time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from psycopg import Connection
from pydantic import TypeAdapter

from api.auth import Writer
from api.service import OurService
from model.errors import BadInput
from store import answered
from store.answered import Asked

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Once:
    asked: Asked
    now: datetime

    def answer(self, conn: Connection[Any], kind: type[Answer], work: Callable[[], Answer]) -> Answer:
        """Return what the work returns, or what it returned to the same request before.

        Both are of one transaction, so that a request is done and answered, or neither. One without a key is
        always done. Raises BadInput where the key was another request's.
        Source: the draft "The Idempotency-Key HTTP Header Field" of the IETF's working group httpapi; it
        would answer one that is under way with 409, here it waits.
        """
        if not self.asked.key:
            return work()
        form = TypeAdapter[Answer](kind)
        if answered.begin(conn, self.asked, self.now):
            made = work()
            answered.keep(conn, self.asked, form.dump_python(made, mode="json"))
            return made
        digest, told = answered.told(conn, self.asked)
        if digest != self.asked.digest:
            raise BadInput("Idempotency-Key", "每个请求一个新值 a new one for each request", self.asked.key)
        return form.validate_python(told)


async def once(
    request: Request,
    viewer: Writer,
    service: OurService,
    idempotency_key: Annotated[
        str,
        Header(max_length=64, pattern="^[!-~]*$", description="同一请求重发时不变 the same when sent again"),
    ] = "",
) -> _Once:
    """Return the request as it is known again: by person, key, and a hash over its address and body."""
    digest = hashlib.sha256(str(request.url).encode() + b"\n" + await request.body()).digest()
    return _Once(Asked(viewer.person.person_id, idempotency_key, digest), service.clock())


Once = Annotated[_Once, Depends(once)]
