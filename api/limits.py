"""A request is read up to a limit: nobody fills the memory, logged in or not."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BYTES = 1024 * 1024
"""Source: our choice; the largest request of ours but files is an answer with a cause, less than 2 KiB."""


class SizeLimit:
    """Stops reading a body that is larger, whatever it says; plain ASGI, so that nothing gathers it first."""

    def __init__(self, app: ASGIApp, largest_bytes: int = LARGEST_BYTES, counted_there: str = "(?!)") -> None:
        """Take the limit, and a pattern of paths whose routes count for themselves (files)."""
        self._app = app
        self._largest_bytes = largest_bytes
        self._counted_there = re.compile(counted_there)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what it brings; who reads too much of it gets an HTTPException."""
        if scope["type"] != "http" or self._counted_there.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "")
        read = int(said) if said.isdecimal() and len(said) < 20 else 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            if not said:
                read += len(message.get("body", b""))
            if read > self._largest_bytes:
                raise HTTPException(
                    413,
                    f"请求最多 {self._largest_bytes} 字节 a request has at most {self._largest_bytes} bytes",
                )
            return message

        await self._app(scope, counted, send)
