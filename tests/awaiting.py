"""Waiting for what becomes true elsewhere: in another thread, another process, or the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any


def eventually(look: Callable[[], Any], *, within_s: float = 30.0) -> Any:
    """Return what `look` returns as soon as it is true; fail where it does not become so."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"did not come true within {within_s} s, last: {found!r}"
        pause.wait(0.02)
