"""Receivers of messages that behave as the path says: `ok`, `broken`, `hang`, `reset`; and a mail server."""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.loopback import Loopback


class Receiver(Loopback):
    """A real HTTP server on loopback: `/ok/...` answers 200, `/broken` 500, `/hang` never, `/reset` cuts."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.tried: list[str] = []
        self.broken = True
        self._news = threading.Condition()
        self._ending = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                receiver.answer(self, None)

            def do_POST(self) -> None:
                receiver.answer(self, self.rfile.read(int(self.headers.get("Content-Length", "0"))))

            def log_message(self, format: str, *args: Any) -> None:
                return

        super().__init__(Handler)

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes | None) -> None:
        """Answer one request as its path says."""
        what = urlsplit(handler.path).path.strip("/").partition("/")[0]
        with self._news:
            self.tried.append(handler.path)
            self._news.notify_all()
        if what == "hang":
            self._ending.wait()
            return
        if what == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            return
        if what == "broken" and self.broken:
            handler.send_error(500)
            return
        said = b'{"code":0}' if what != "refuses" else b'{"code":7}'
        with self._news:
            self.taken.append((handler.path, json.loads(body) if body and body[:1] == b"{" else body))
            self._news.notify_all()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    def channel(self, path: str) -> str:
        """Return an apprise address that posts here."""
        return f"json://{self.host}/{path}"

    def wait_for(self, taken: int, within_s: float = 30) -> None:
        """Wait until that many messages were taken."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.taken) >= taken, within_s), self.taken

    def wait_for_tries(self, tries: int, within_s: float = 30) -> None:
        """Wait until that many requests have come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.tried) >= tries, within_s), self.tried

    def paths(self) -> list[str]:
        """Return the paths of what was taken, in order."""
        return [path for path, _ in self.taken]

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        super().__exit__()


class MailServer(Loopback):
    """A real SMTP server of five verbs."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 here")
                while line := self.rfile.readline().decode().strip():
                    verb = line[:4].upper()
                    if verb == "DATA":
                        self._say("354 go on")
                        server.mails.append(self._mail())
                        self._say("250 taken")
                    elif verb == "QUIT":
                        self._say("221 bye")
                        return
                    else:
                        self._say("250 fine")

            def _mail(self) -> str:
                lines: list[str] = []
                while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(line)
                return "\n".join(lines)

            def _say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

        super().__init__(Handler)

    @property
    def channel(self) -> str:
        """An apprise address that sends a mail here."""
        return f"mailto://{self.host}?from=yian@example.org&to=head@example.org&mode=insecure"
