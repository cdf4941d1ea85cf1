"""What a channel's address tells of it without giving it away. Pure."""

from __future__ import annotations

import hashlib


def scheme_of(channel: str) -> str:
    """Return the kind of a channel: what stands before `://`."""
    return channel.partition("://")[0].lower()


def name_of(channel: str) -> str:
    """Return the name of the service behind a channel, the same for all addresses of one host or robot.

    It is a scheme and a digest, because an address may hold a password or be a secret itself.
    """
    scheme, _, rest = channel.partition("://")
    host = rest.partition("/")[0].partition("?")[0]
    return f"{scheme.lower()[:20]}#{digest_of(f'{scheme.lower()}://{host}')}"


def digest_of(text: str) -> str:
    """Return eight letters that tell texts apart and say nothing of what they are."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
