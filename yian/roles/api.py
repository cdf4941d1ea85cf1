"""The api role: the API and the board are served until we are told to stop."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.config import ApiConfig
from model.errors import BadInput
from yian.roles import database_url, public_url, settle
from yian.settings import Settings


def run(settings: Settings, stopping: threading.Event) -> None:
    """Serve the API and the board until told to stop."""
    if settings.secret_key is None:
        raise BadInput("YIAN_SECRET_KEY", "a secret of at least 16 characters")
    address = public_url(settings)
    app = create_app(
        ApiConfig(
            database_url=database_url(settings),
            secret_key=settings.secret_key.get_secret_value(),
            public_url=address,
            push_services=settings.push_services,
            secure_cookies=address.startswith("https://"),
            import_mb=settings.import_mb,
            photo_mb=settings.photo_mb,
        )
    )
    config = http_config(settings, app)
    listening = listen(config.host, config.port)
    server = uvicorn.Server(config)

    def stop_when_told() -> None:
        stopping.wait()
        server.should_exit = True

    threading.Thread(target=stop_when_told, daemon=True).start()
    settle()
    server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; where uvicorn makes it, a taken port ends in a code of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as exc:
        here = f"{host}:{port}: {exc}"
        raise BadInput("YIAN_HTTP_HOST, YIAN_HTTP_PORT", "an address to listen on", here) from exc
    # asyncio does so where it makes the socket itself: else each answer waits 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def http_config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """Return how `app` is served; a caller's address is believed from a trusted proxy only."""
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
