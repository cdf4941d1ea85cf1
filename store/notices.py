"""What the database announces at each commit of an alert; the only asynchronous part of the store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import psycopg

from model.errors import Unavailable

CHANNEL = "yian_alerts"


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert that was raised or has changed; the same names as in the announcement."""

    alert_id: int
    incident_id: int
    home_id: int | None
    device_id: int | None
    alert_class: str
    state: str


def read(payload: str) -> Notice:
    """Return the notice that an announcement carries."""
    said = json.loads(payload)
    return Notice(
        said["alert_id"],
        said["incident_id"],
        said["home_id"],
        said["device_id"],
        said["class"],
        said["state"],
    )


async def listen(url: str, *, name: str, check_every: float) -> AsyncGenerator[Notice | None]:
    """Yield None once the connection listens, then each notice; for ever.

    Every `check_every` seconds of quiet the connection must answer, so that one that died without a word is
    noticed. Raises Unavailable when it is lost; what was said meanwhile is lost too: look again.
    """
    try:
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=5, application_name=f"yian-{name}"
        ) as conn:
            await conn.execute(f"LISTEN {CHANNEL}")
            yield None
            while True:
                async for said in conn.notifies(timeout=check_every):
                    yield read(said.payload)
                await asyncio.wait_for(conn.execute("SELECT 1"), timeout=check_every)
    except (psycopg.OperationalError, OSError, TimeoutError) as exc:
        raise Unavailable(f"数据库没有应答 database: {exc}") from exc
