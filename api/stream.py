"""The live stream: server-sent events, for the homes that a person may see."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.auth import SignedIn, Viewer, cookie_name, viewer_of_token
from api.hub import Message, Subscription
from api.service import OurService, Service
from model.errors import Unavailable

_LOG = logging.getLogger(__name__)
router = APIRouter(tags=["实时 Live"])


class LiveResponse(EventSourceResponse):
    """A stream whose browser is given up when it does not read; that is its trouble, not a fault of ours."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the stream ends, the browser leaves, or a send takes too long."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            _LOG.info("live stream: a browser that did not read was cut off")


@router.get(
    "/api/stream",
    summary="实时事件流 Live stream of alerts",
    description="事件：`hello` 首次连接；`alert` 报警有变化（JSON：alert_id, incident_id, home_id, "
    "device_id, class, state）；`resync` 可能漏了，请重新读取；`lost` 服务与数据库断开；`beat` 心跳；"
    "`signed_out` 登录已失效。"
    "\n\nEvents: `hello` on a first connection; `alert` for every committed change; `resync`: something "
    "may have been missed, read again; `lost`: the service lost its database; `beat` every ten seconds; "
    "`signed_out`.",
    response_class=LiveResponse,
)
async def stream(
    request: Request,
    viewer: SignedIn,
    service: OurService,
    last_event_id: Annotated[str, Header()] = "",
    last: Annotated[str, Query(max_length=64, description="同 Last-Event-ID")] = "",
) -> LiveResponse:
    """Open the stream; a client that reconnects is told to read again, for nothing is replayed."""
    token = request.cookies.get(cookie_name(service), "")
    greeting = "resync" if last_event_id or last else "hello"
    return LiveResponse(
        _events(service, viewer, token, greeting),
        # The beat is ours: a page can see an event, but not a comment.
        ping=0,
        send_timeout=service.config.send_within.total_seconds(),
    )


async def _events(
    service: Service, viewer: Viewer, token: str, greeting: str
) -> AsyncGenerator[ServerSentEvent]:
    hub, beat_s = service.hub, service.config.beat_every.total_seconds()
    loop = asyncio.get_running_loop()
    with hub.subscribe(_scope(viewer)) as subscription:
        yield _sent(
            hub.message(greeting, {"login": viewer.person.login, **_state(service.clock(), hub.live)})
        )
        beat_at = loop.time() + beat_s
        while not subscription.cut:
            message = await subscription.next(max(0.0, beat_at - loop.time()))
            if message is not None:
                yield _sent(message)
            if loop.time() >= beat_at:
                if not await _still_allowed(service, subscription, token):
                    yield _sent(hub.message("signed_out", {}))
                    return
                yield _sent(hub.message("beat", _state(service.clock(), hub.live)), comment="keep-alive")
                beat_at = loop.time() + beat_s


async def _still_allowed(service: Service, subscription: Subscription, token: str) -> bool:
    """Look again at who this is, so that a disabled login or a changed home ends what they may hear."""
    try:
        viewer = await run_in_threadpool(viewer_of_token, service, token, service.clock())
    except Unavailable:
        return True
    if viewer is None:
        return False
    subscription.homes = _scope(viewer)
    return True


def _scope(viewer: Viewer) -> frozenset[int] | None:
    return None if viewer.homes is None else frozenset(viewer.homes)


def _state(now: datetime, live: bool) -> dict[str, object]:
    return {"now": now.isoformat(), "live": live}


def _sent(message: Message, comment: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(
        data=message.data, event=message.event, id=message.message_id, comment=comment, sep="\n"
    )
