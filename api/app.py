"""The application: routes, errors, headers, and the life of what a process holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from psycopg_pool import ConnectionPool
from starlette.staticfiles import StaticFiles

from api import (
    answer_link,
    auth,
    board,
    calling,
    canary,
    device_history,
    devices,
    drills,
    errors,
    hazards,
    health,
    homes,
    incidents,
    indicators,
    ledger,
    login_page,
    months,
    oversight,
    procedure,
    push,
    registers,
    report,
    report_words,
    rosters,
    score_card,
    strangers,
    stream,
    suppressions,
    uploads,
)
from api.config import ApiConfig
from api.headers import SafeHeaders
from api.hub import Hub
from api.limits import SizeLimit
from api.passwords import Passwords
from api.service import Service
from api.texts import Texts
from model.clock import utc_now
from store.pool import open_pool

DESCRIPTION = """养老机构安全值守。登录后以 Cookie 识别身份；
每次修改须带 X-CSRF-Token；带 Idempotency-Key 的登记一天内重发只存一次。看不到的机构如同不存在。

Safety watch for nursing homes. A cookie says who asks; every change carries X-CSRF-Token. What is
sent again within a day with the same Idempotency-Key is stored once. What a person may not see does not
exist for them. Errors are `{"error", "message"}`, with `field` and `expected` for bad
input (422). All instants are ISO 8601 in UTC."""

ROUTERS = tuple(
    room.router
    for room in (
        auth,
        incidents,
        devices,
        strangers,
        device_history,
        homes,
        registers,
        hazards,
        stream,
        health,
        login_page,
        board,
        calling,
        answer_link,
        ledger,
        score_card,
        months,
        report,
        report_words,
        indicators,
        suppressions,
        oversight,
        drills,
        procedure,
        rosters,
        canary,
        push,
    )
)
"""Every way in, apart from the static files and the description."""


def create_app(config: ApiConfig, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """Return the application. It starts while the database is down, and says so in /healthz."""
    texts, passwords = Texts(), Passwords()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncGenerator[None]:
        pool = open_pool(config.database_url, name="board", size=config.pool_size)
        hub = Hub(
            config.database_url,
            buffer=config.client_buffer,
            check_every_s=config.beat_every.total_seconds(),
        )
        app.state.service = Service(config, pool, hub, passwords, texts, clock)
        listening = asyncio.create_task(hub.run(), name="hub")
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await asyncio.to_thread(_close, pool)

    app = FastAPI(
        title="颐安 Yi'an",
        version="1",
        description=DESCRIPTION,
        lifespan=life,
        # The reference pages of the framework load from elsewhere; the description alone is served.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_middleware(SizeLimit, counted_there=uploads.PATHS)
    app.add_middleware(SafeHeaders, tls=config.secure_cookies)
    return app


def _close(pool: ConnectionPool) -> None:
    pool.close()
