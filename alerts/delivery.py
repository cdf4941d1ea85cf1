"""One message through one channel: apprise knows the channels, we only bound the time."""

from __future__ import annotations

from dataclasses import dataclass

import apprise

CONNECT_WITHIN_S = 3.0
READ_WITHIN_S = 5.0
"""Together within the 10 s in which an urgent message must have gone over to the next channel."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a channel answered; `error` is None where it took the message."""

    channel: str
    error: str | None = None


def channel_name(url: str) -> str:
    """Return a channel's address without what is secret in it: its scheme and host."""
    scheme, _, rest = url.partition("://")
    host = rest.split("?", 1)[0].rsplit("@", 1)[-1].split("/", 1)[0]
    return f"{scheme}://{host}"


def deliver(url: str, title: str, body: str) -> Delivered:
    """Send one message by one channel and return what came of it; raises nothing."""
    name = channel_name(url)
    bounded = f"{url}{'&' if '?' in url else '?'}cto={CONNECT_WITHIN_S:g}&rto={READ_WITHIN_S:g}"
    sender = apprise.Apprise()
    if not sender.add(bounded):
        return Delivered(name, "the address of this channel is not valid")
    # Why a channel did not take it stands in apprise's own log, which is shared by all senders.
    taken = sender.notify(title=title, body=body)
    return Delivered(name, None if taken else "the channel did not take it")
