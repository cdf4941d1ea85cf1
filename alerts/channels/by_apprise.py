"""E-mail, ntfy, WeCom, DingTalk, Feishu, webhooks and two hundred more, through apprise."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from datetime import timedelta

import apprise

from alerts.channels.outgoing import Outgoing
from model.errors import BadInput, Unavailable

_said: ContextVar[list[str] | None] = ContextVar("apprise_said", default=None)
_ERROR_LENGTH = 200


class _Listener(logging.Handler):
    """Keeps what apprise says about the try of this thread: it returns only yes or no."""

    def emit(self, record: logging.LogRecord) -> None:
        said = _said.get()
        if said is not None:
            said.append(record.getMessage())


logging.getLogger("apprise").addHandler(_Listener(logging.WARNING))


def prepare() -> None:
    """Load the plug-ins, which takes a second or two, so that the first alarm does not wait for it."""
    apprise.Apprise.instantiate("json://localhost")


def deliver(channel: str, message: Outgoing, within: timedelta) -> str:
    """Send by an apprise address; the time limits of the address itself go first.

    Raises Unavailable with what apprise said, BadInput for an address that apprise does not understand.
    """
    said: list[str] = []
    token = _said.set(said)
    try:
        service = apprise.Apprise.instantiate(_bounded(channel, within))
        if service is None:
            raise BadInput("channel", "an address that apprise understands", channel.partition("://")[0])
        if not service.notify(
            title=message.title,
            body=message.body,
            notify_type=apprise.NotifyType.FAILURE if message.urgent else apprise.NotifyType.WARNING,
        ):
            raise Unavailable(_scrubbed(said[0] if said else "the service did not take it", channel))
    except OSError as exc:
        raise Unavailable(_scrubbed(f"{type(exc).__name__}: {exc}", channel)) from exc
    finally:
        _said.reset(token)
    return "accepted"


def _bounded(channel: str, within: timedelta) -> str:
    seconds = within.total_seconds()
    bounded = channel
    for name in ("cto", "rto"):
        if not re.search(rf"[?&]{name}=", channel):
            bounded += f"{'&' if '?' in bounded else '?'}{name}={seconds:g}"
    return bounded


def _scrubbed(text: str, channel: str) -> str:
    """Take out of an error what may be a secret of the address, and cut it to a line."""
    for piece in sorted(re.split(r"[/:@?&=#]+", channel), key=len, reverse=True):
        if len(piece) >= 12:
            text = text.replace(piece, "…")
    return " ".join(text.split())[:_ERROR_LENGTH]
