"""A server that is started again where it ends by itself: killed for its memory, or crashed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from model.errors import Refused, Unavailable
from yian.embedded.child import Child

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.5


class Server(Protocol):
    """What `start` of a service returns."""

    @property
    def child(self) -> Child: ...

    def stop(self) -> None: ...


S = TypeVar("S", bound=Server)


class Kept(Generic[S]):
    """A server, looked after by a thread; `start` must give it the same address each time."""

    def __init__(self, start: Callable[[], S]) -> None:
        self.first = start()
        self._now: S = self.first
        self._start = start
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"keep {self.first.child.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let it end, and end it."""
        self._stopping.set()
        self._thread.join()
        self._now.stop()

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY_S):
            child = self._now.child
            if child.running():
                continue
            _log.error("%s has ended, starting it again; it said: %s", child.name, child.last_words())
            self._now.stop()
            try:
                self._now = self._start()
            except (Refused, Unavailable, OSError) as exc:
                _log.error("%s does not start, trying again: %s", child.name, exc)
