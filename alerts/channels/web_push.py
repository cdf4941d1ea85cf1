"""Web push: a message to one browser on one phone, encrypted for it alone.

Source: RFC 8030 (delivery), RFC 8291 (encryption), RFC 8292 (who sends). Our key follows from the secret key,
so that there is one secret to keep and every replica has it; with another secret key phones must be put on
again.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.channels import http, subscription
from alerts.channels.outgoing import Gone, Outgoing
from alerts.channels.subscription import Subscription
from model.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_KEPT_FOR = timedelta(hours=12)
"""How long the push service keeps a message for a phone that is off: as long as its link answers."""
_TOKEN_FOR = timedelta(hours=1)
"""RFC 8292 allows a day."""
_BODY_MOST = 600
"""Characters of the text below the title; the whole must stay below 4096 bytes (RFC 8291 section 4)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pushes: the secret that our key follows from, and where whoever runs us is to be found."""

    secret_key: str
    public_url: str


def prepare() -> None:
    """Load the libraries, so that the first push does not wait for them."""
    for name in ("http_ece", "py_vapid", "httpx"):
        import_module(name)


def deliver(channel: str, message: Outgoing, within: timedelta, now: datetime, sender: Sender | None) -> str:
    """Push a message; the receipt says that the push service has it, not that the phone showed it.

    Raises Gone where the browser has unsubscribed, Unavailable where the push service does not take it now,
    BadInput where it never will, or there is no secret key.
    """
    if sender is None:
        raise BadInput("channel", "a secret key in the settings, to sign a web push")
    browser = subscription.of_channel(channel)
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(_KEPT_FOR.total_seconds())),
        "Urgency": "high" if message.urgent else "normal",
        "Authorization": authorization(browser.endpoint, sender, now),
    }
    if message.incident_id is not None:
        # What waits for a phone that is off is replaced by what is newer (RFC 8030 section 5.4).
        headers["Topic"] = f"i{message.incident_id}"
    body = encrypted(payload(message, sender.public_url), browser)
    reply = http.exchange("POST", browser.endpoint, within, content=body, headers=headers)
    if reply.status in (404, 410):
        raise Gone("channel", "a subscription that is still there", f"HTTP {reply.status}")
    if reply.status in (400, 401, 403, 413):
        raise BadInput("channel", "a push that its service takes", f"HTTP {reply.status}")
    if not reply.good:
        raise Unavailable(f"HTTP {reply.status}")
    return urlsplit(reply.headers.get("location", "")).path.rpartition("/")[2] or "accepted"


def payload(message: Outgoing, public_url: str) -> bytes:
    """Return what the phone shows: the title, a few lines, and the link that a tap opens."""
    lines = (line for line in message.body.splitlines() if message.link is None or message.link not in line)
    return json.dumps(
        {
            "title": message.title,
            "body": "\n".join(lines)[:_BODY_MOST],
            "url": message.link or public_url,
            "tag": f"incident-{message.incident_id}" if message.incident_id else message.stage,
            "urgent": message.urgent,
        },
        ensure_ascii=False,
    ).encode()


def encrypted(plain: bytes, browser: Subscription) -> bytes:
    """Return bytes that only this browser can read (RFC 8291). Raises BadInput where its key is none."""
    import http_ece  # pyright: ignore[reportMissingTypeStubs]
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        return http_ece.encrypt(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            plain,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=browser.point(),
            auth_secret=browser.secret(),
            version="aes128gcm",
        )
    except ValueError as exc:
        raise BadInput("p256dh", "a point on the curve P-256") from exc


def authorization(endpoint: str, sender: Sender, now: datetime) -> str:
    """Return the header that tells a push service who sends (RFC 8292), good for an hour."""
    from py_vapid import Vapid02  # pyright: ignore[reportMissingTypeStubs]

    parts = urlsplit(endpoint)
    # Where people reach us by http only, no push service of the world would take it: a name for tests.
    subject = sender.public_url if sender.public_url.startswith("https://") else "mailto:yian@localhost"
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _TOKEN_FOR).timestamp()),
        "sub": subject,
    }
    # Its own check of the subject knows no address with a port.
    signer = Vapid02(private_key=_private_key(sender.secret_key), conf={"no-strict": True})  # pyright: ignore[reportUnknownVariableType, reportCallIssue]
    return signer.sign(claims)["Authorization"]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def public_key(secret_key: str) -> str:
    """Return our public key as a browser wants it for a subscription: the point, in base64url."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _private_key(secret_key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _private_key(secret_key: str) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(hashes.SHA256(), 48, salt=None, info=b"yian-web-push").derive(secret_key.encode())
    # 48 bytes for a curve of 32: the remainder is even to within 2^-128. Source: NIST SP 800-56A, appendix A.
    return ec.derive_private_key(int.from_bytes(derived) % (_ORDER - 1) + 1, ec.SECP256R1())


_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256. Source: NIST SP 800-186 section 3.2.1.3."""
