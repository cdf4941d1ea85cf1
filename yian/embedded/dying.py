"""Ties a process of ours to its parent: when the parent is gone, the kernel asks the child to stop."""

from __future__ import annotations

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2)."""

# Loaded before any fork: between fork and exec nothing may take a lock.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Have the kernel send SIGTERM when the thread that started this process ends; a `preexec_fn`.

    Does nothing where the system has no such call (macOS): there only an orderly stop reaches the child.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
