"""Signed links by which a person answers from a message, without a login wall. Pure.

A link says who it was sent to, for which incident, for what, and until when. It holds no secret, and whoever
it is forwarded to is told whom it is for. The signature is the first 128 bits of an HMAC-SHA-256, so that a
link still fits a short message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from model.errors import BadInput, Refused

ANSWER = "answer"
"""The purpose of the link in a message: see the incident and answer it."""
_FORM = re.compile(r"(\d{1,18})\.(\d{1,9})\.([a-z_]{1,20})\.(\d{1,11})\.([A-Za-z0-9_-]{22})", re.ASCII)
_PURPOSE = re.compile(r"[a-z_]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """What a valid link says."""

    incident_id: int
    person_id: int
    purpose: str
    expires_at: datetime


def make(incident_id: int, person_id: int, purpose: str, expires_at: datetime, key: str) -> str:
    """Return a token of URL-safe characters; it expires with the whole second of `expires_at`.

    Raises BadInput for a purpose that is not 1 to 20 small letters or underscores.
    """
    if not _PURPOSE.fullmatch(purpose):
        raise BadInput("purpose", "1 到 20 个小写字母 1 to 20 small letters", purpose)
    said = f"{incident_id}.{person_id}.{purpose}.{int(expires_at.timestamp())}"
    return f"{said}.{_sign(said, key)}"


def read(token: str, now: datetime, key: str, *, purpose: str = ANSWER) -> Link:
    """Return what the link says.

    Raises BadInput where this is no link of ours, Refused where it has expired or is for another purpose.
    """
    found = _FORM.fullmatch(token)
    if found is None:
        raise BadInput("link", "收到的完整链接 a link as it was sent", token)
    said, signature = token.rsplit(".", 1)
    if not hmac.compare_digest(_sign(said, key), signature):
        raise BadInput("link", "收到的完整链接 a link as it was sent", token)
    incident_id, person_id, its_purpose, seconds, _ = found.groups()
    link = Link(int(incident_id), int(person_id), its_purpose, datetime.fromtimestamp(int(seconds), UTC))
    if link.purpose != purpose:
        raise Refused(f"链接另有用途 this link is for another purpose: {link.purpose}")
    if now >= link.expires_at:
        raise Refused(f"链接已过期 this link expired at {link.expires_at:%Y-%m-%d %H:%M} UTC")
    return link


def _sign(said: str, key: str) -> str:
    digest = hmac.new(key.encode(), b"yian-link:" + said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
