"""How a process of ours is told to stop."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta


def stop_signal(within: timedelta | None = None) -> threading.Event:
    """Return an event that is set by SIGTERM or SIGINT; `within` that time the process ends anyway."""
    stopping = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        stopping.set()
        if within is not None:
            signal.setitimer(signal.ITIMER_REAL, within.total_seconds())

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stopping
