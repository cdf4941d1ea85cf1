"""A push service and a browser, for tests: takes pushes over HTTP and reads them as RFC 8291 and 8292 say.

The reading is written from the standards and not with the library that encrypts: what both get wrong would
else look right.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alerts.channels.subscription import Subscription
from tests.loopback import Loopback


def coded(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(length: int, salt: bytes, secret: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)


@dataclass(frozen=True)
class Browser:
    """What a browser keeps to itself: its key and its secret."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def subscription(self) -> Subscription:
        """What it tells the page."""
        return Subscription(self.endpoint, coded(_point(self.key.public_key())), coded(self.auth))

    def read(self, body: bytes) -> dict[str, Any]:
        """Return what was pushed. Source: RFC 8188 section 2.1 (header), RFC 8291 section 3.4 (keys)."""
        salt, record_size, id_length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, record = body[21 : 21 + id_length], body[21 + id_length :]
        assert len(record) <= record_size
        assert len(body) <= 4096
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        info = b"WebPush: info\0" + _point(self.key.public_key()) + theirs
        secret = _derived(32, self.auth, shared, info)
        key = _derived(16, salt, secret, b"Content-Encoding: aes128gcm\0")
        nonce = _derived(12, salt, secret, b"Content-Encoding: nonce\0")
        plain = AESGCM(key).decrypt(nonce, record, None)
        text, mark, padding = plain.rpartition(b"\2")
        assert mark
        assert not padding.strip(b"\0")
        return json.loads(text)


def claims_of(authorization: str, our_key: str) -> dict[str, Any]:
    """Return who sends, by a header that our key signed. Source: RFC 8292 sections 2 and 3."""
    scheme, _, rest = authorization.partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert fields["k"] == our_key
    signed, _, signature = fields["t"].rpartition(".")
    r, s = int.from_bytes(decoded(signature)[:32]), int.from_bytes(decoded(signature)[32:])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(our_key))
    key.verify(utils.encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, _, claims = signed.partition(".")
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
    return json.loads(decoded(claims))


@dataclass(frozen=True)
class Pushed:
    """One push as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService(Loopback):
    """A real HTTP server: answers 201, or what `statuses` says of a path."""

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.statuses: dict[str, int] = {}
        self._news = threading.Condition()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with service._news:
                    service.pushed.append(Pushed(self.path, headers, body))
                    number = len(service.pushed)
                    service._news.notify_all()
                self.send_response(service.statuses.get(self.path, 201))
                self.send_header("Location", f"{service.origin}/message/m{number}")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        super().__init__(Handler)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.host}"

    def browser(self, name: str) -> Browser:
        """Return a browser that has subscribed here."""
        return Browser(f"{self.origin}/push/{name}")

    def wait_for(self, pushes: int, within_s: float = 30) -> None:
        """Wait until so many pushes have come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.pushed) >= pushes, within_s), self.pushed
