"""One HTTP request of a channel, and what its answer means."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from model.errors import BadInput, Unavailable


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
    # Here and not above: few use such a channel, and every sender would carry the library.
    import httpx

    content: dict[str, Any] = {"json": json} if json is not None else {"data": data} if data else {}
    try:
        answer = httpx.request(
            method, url, timeout=within.total_seconds(), headers=headers, follow_redirects=False, **content
        )
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as exc:
        raise BadInput("channel", "an HTTP address") from exc
    except httpx.HTTPError as exc:
        raise Unavailable(f"no answer: {type(exc).__name__}") from exc
    if not answer.is_success:
        raise Unavailable(f"HTTP {answer.status_code}")
    return answer.text


def with_query(url: str, fields: dict[str, str]) -> str:
    """Return an address with these parameters."""
    return f"{url}?{urlencode(fields)}"
