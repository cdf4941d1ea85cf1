"""The telephones of the county: a small HTTP server that takes every message in and counts it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_LONGEST = 65_536


class Phones:
    """Receives what a JSON webhook sends to `/{login}`; use as a context manager."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.last: dict[str, Any] = {}
        phones = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length", "0")), _LONGEST)
                body = self.rfile.read(length)
                phones.take(self.path.strip("/"), body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """The TCP port that the server listens on."""
        return self._server.server_address[1]

    def channel(self, login: str) -> str:
        """Return the notification channel of a person: an apprise address."""
        return f"json://127.0.0.1:{self.port}/{login}"

    def take(self, login: str, body: bytes) -> None:
        """Take in one message."""
        try:
            message = json.loads(body)
        except ValueError:
            message = body.decode("utf-8", "replace")
        with self._lock:
            self.received[login] += 1
            self.last[login] = message

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
