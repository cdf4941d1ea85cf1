"""Live streams: one listening connection per process, fanned out to browsers by the homes they may see."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from model.errors import Unavailable
from store import notices
from store.notices import Notice

_LOG = logging.getLogger(__name__)
_SLOWEST_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """One server-sent event."""

    event: str
    data: str
    message_id: str


class Subscription:
    """What waits for one browser. One that does not keep up is cut off: it reconnects and looks again."""

    def __init__(self, homes: frozenset[int] | None, buffer: int) -> None:
        self.homes = homes
        self.cut = False
        self._buffer = buffer
        self._waiting: deque[Message] = deque()
        self._wake = asyncio.Event()

    def sees(self, home_id: int | None) -> bool:
        """Say whether the person may know of this home; None is a home that nobody knows yet."""
        return self.homes is None or (home_id is not None and home_id in self.homes)

    def push(self, message: Message) -> None:
        """Queue a message, or cut the browser off when it is too far behind."""
        if len(self._waiting) >= self._buffer:
            self.cut = True
            self._waiting.clear()
        if not self.cut:
            self._waiting.append(message)
        self._wake.set()

    async def next(self, timeout_s: float) -> Message | None:
        """Return the next message, None when none came in time or the browser was cut off."""
        if not self._waiting and not self.cut:
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), timeout_s)
        return self._waiting.popleft() if self._waiting else None


class Hub:
    """Hears of every alert that is committed and tells the browsers that may know."""

    def __init__(self, url: str, *, buffer: int, check_every_s: float = 10.0) -> None:
        self.live = False
        self._url = url
        self._buffer = buffer
        self._check_every_s = check_every_s
        self._subscriptions: set[Subscription] = set()
        self._run = secrets.token_hex(4)
        self._number = 0

    def message(self, event: str, data: object) -> Message:
        """Return a message with the next number of this process."""
        self._number += 1
        return Message(event, json.dumps(data, ensure_ascii=False), f"{self._run}-{self._number}")

    @contextmanager
    def subscribe(self, homes: frozenset[int] | None) -> Generator[Subscription]:
        """Yield a subscription that hears of these homes (None: all) until the block ends."""
        subscription = Subscription(homes, self._buffer)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    @property
    def listeners(self) -> int:
        """How many browsers listen now."""
        return len(self._subscriptions)

    def tell(self, notice: Notice) -> None:
        """Pass a notice on to those who may see its home."""
        message = self.message(
            "alert",
            {
                "alert_id": notice.alert_id,
                "incident_id": notice.incident_id,
                "home_id": notice.home_id,
                "device_id": notice.device_id,
                "class": notice.alert_class,
                "state": notice.state,
            },
        )
        for subscription in tuple(self._subscriptions):
            if subscription.sees(notice.home_id):
                subscription.push(message)

    def tell_all(self, event: str) -> None:
        """Pass a word about the stream itself on to everyone."""
        message = self.message(event, {})
        for subscription in tuple(self._subscriptions):
            subscription.push(message)

    async def run(self) -> None:
        """Listen for ever; `lost` goes out when the database is gone, `resync` when it is back."""
        retry_s = 0.2
        while True:
            try:
                async for notice in notices.listen(
                    self._url, name="board-listen", check_every=self._check_every_s
                ):
                    if notice is None:
                        self.live, retry_s = True, 0.2
                        self.tell_all("resync")
                    else:
                        self.tell(notice)
            except Unavailable as exc:
                _LOG.warning("live stream: %s", exc)
                if self.live:
                    self.tell_all("lost")
                self.live = False
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, _SLOWEST_RETRY_S)
