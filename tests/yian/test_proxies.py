"""Whose word is believed on where a caller comes from: log-ins are throttled by that address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from api.service import address_of
from yian.roles.api import http_config
from yian.settings import Settings, load


@contextmanager
def served(settings: Settings) -> Generator[str]:
    app = FastAPI()

    @app.get("/address")
    def address(request: Request) -> str:  # pyright: ignore[reportUnusedFunction]
        return address_of(request)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(http_config(settings, app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/address"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.mark.parametrize(
    ("trusted", "believed"), [([], "127.0.0.1"), (["127.0.0.1"], "203.0.113.7"), (["10.0.0.1"], "127.0.0.1")]
)
def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only(trusted: list[str], believed: str) -> None:
    with served(load(trusted_proxies=trusted)) as url:
        assert httpx.get(url, headers={"X-Forwarded-For": "203.0.113.7"}).json() == believed
