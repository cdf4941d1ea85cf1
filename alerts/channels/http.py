"""One HTTP request of a channel, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from model.errors import BadInput, Unavailable


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, the text, and the headers by their names in small letters."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def good(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300


def exchange(
    method: str,
    url: str,
    within: timedelta,
    *,
    json: object = None,
    data: dict[str, str] | None = None,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Return the answer, whatever it is.

    Raises Unavailable where there is none, BadInput for an address that is none. No error holds the address.
    """
    # Here and not above: few use such a channel, and every sender would carry the library.
    import httpx

    body: dict[str, Any] = {}
    if json is not None:
        body = {"json": json}
    elif content is not None:
        body = {"content": content}
    elif data:
        body = {"data": data}
    try:
        answer = httpx.request(
            method, url, timeout=within.total_seconds(), headers=headers, follow_redirects=False, **body
        )
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as exc:
        raise BadInput("channel", "an HTTP address") from exc
    except httpx.HTTPError as exc:
        raise Unavailable(f"no answer: {type(exc).__name__}") from exc
    return Reply(answer.status_code, answer.text, answer.headers)


def request(
    method: str,
    url: str,
    within: timedelta,
    *,
    json: object = None,
    data: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> str:
    """Return the text of a good answer (2xx).

    Raises Unavailable for any other answer or none, BadInput for an address that is none. No error holds the
    address.
    """
    reply = exchange(method, url, within, json=json, data=data, headers=headers)
    if not reply.good:
        raise Unavailable(f"HTTP {reply.status}")
    return reply.text


def with_query(url: str, fields: dict[str, str]) -> str:
    """Return an address with these parameters."""
    return f"{url}?{urlencode(fields)}"
