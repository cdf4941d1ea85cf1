"""What is dear to read and may be a little old: read once, and given to all who ask shortly after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """What was read last, for `kept_for`; of those who ask at once one reads and the others wait."""

    def __init__(self, kept_for: timedelta) -> None:
        self._kept_for = kept_for
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, datetime, T] | None = None

    def get(self, key: Hashable, now: datetime, read: Callable[[], T]) -> T:
        """Return what was read for this key lately, else what `read` returns now."""
        with self._lock:
            if self._kept is not None:
                its, read_at, value = self._kept
                if its == key and now - read_at < self._kept_for:
                    return value
            value = read()
            self._kept = (key, now, value)
            return value
