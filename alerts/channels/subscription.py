"""A browser's subscription to web push, and the channel that it is kept as. Pure.

webpush+https://push.example/send/abc#p256dh=...&auth=...

The address is the subscription as the browser made it. Source: RFC 8030 (delivery), RFC 8291 (its keys).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from model.errors import BadInput

PREFIX = "webpush+"
SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""The push services of the browsers: only to these does a subscription make us send."""
PHONES_MOST = 5
"""Browsers of one person. Source: our choice."""
_POINT_BYTES, _AUTH_BYTES = 65, 16
_HOST_MOST, _ENDPOINT_MOST = 253, 2048


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser, as it subscribed: where to push, its public key and its secret, both in base64url."""

    endpoint: str
    p256dh: str
    auth: str

    def point(self) -> bytes:
        """Return the browser's public key, a point on P-256 (65 bytes). Raises BadInput where it is none."""
        return _decoded("p256dh", self.p256dh, _POINT_BYTES)

    def secret(self) -> bytes:
        """Return the browser's authentication secret (16 bytes). Raises BadInput where it is none."""
        return _decoded("auth", self.auth, _AUTH_BYTES)


def address_of(subscription: Subscription, services: Iterable[str] = SERVICES) -> str:
    """Return the channel for a subscription.

    Raises BadInput for one that is none, or of a push service that is not among `services`: hosts (and what
    is below them, by https), or whole origins.
    """
    if len(subscription.endpoint) > _ENDPOINT_MOST or not subscription.endpoint.isascii():
        raise BadInput("endpoint", f"最多 {_ENDPOINT_MOST} 个字符 at most {_ENDPOINT_MOST} characters")
    try:
        parts = urlsplit(subscription.endpoint)
        host, origin = (parts.hostname or "").lower(), f"{parts.scheme}://{parts.netloc}".lower()
    except ValueError as exc:
        raise BadInput("endpoint", "推送服务的地址 an address of a push service") from exc
    known = any(
        origin == service
        if "://" in service
        else origin == f"https://{host}" and (host == service or host.endswith(f".{service}"))
        for service in services
    )
    if not known or parts.fragment or len(host) > _HOST_MOST:
        raise BadInput("endpoint", "推送服务的地址 an address of a push service that is known here", host)
    subscription.point()
    subscription.secret()
    keys = urlencode({"p256dh": subscription.p256dh, "auth": subscription.auth})
    return f"{PREFIX}{subscription.endpoint}#{keys}"


def subscribed(channels: Sequence[str], channel: str) -> list[str]:
    """Return a person's channels, this one tried first; of more than five browsers the oldest go."""
    pushes = [one for one in channels if endpoint_of(one) not in (None, endpoint_of(channel))]
    kept = {*pushes[: PHONES_MOST - 1]}
    return [channel, *(one for one in channels if endpoint_of(one) is None or one in kept)]


def unsubscribed(channels: Sequence[str], endpoint: str) -> list[str]:
    """Return a person's channels without this browser."""
    return [one for one in channels if endpoint_of(one) != endpoint]


def endpoint_of(channel: str) -> str | None:
    """Return where a channel pushes to, None where it is no web push."""
    return channel.removeprefix(PREFIX).partition("#")[0] if channel.startswith(PREFIX) else None


def of_channel(channel: str) -> Subscription:
    """Return the subscription that a channel is; its keys are empty where the channel has none."""
    endpoint, _, keys = channel.removeprefix(PREFIX).partition("#")
    fields = dict(parse_qsl(keys))
    return Subscription(endpoint, fields.get("p256dh", ""), fields.get("auth", ""))


def _decoded(field: str, text: str, length: int) -> bytes:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadInput(field, f"base64url 编码的 {length} 字节 {length} bytes in base64url") from exc
    if len(found) != length:
        raise BadInput(field, f"base64url 编码的 {length} 字节 {length} bytes in base64url")
    return found
