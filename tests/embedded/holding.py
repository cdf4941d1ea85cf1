"""A process that holds a service, for tests that kill it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_HOLDER = Path(__file__).with_name("holder.py")
_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Holder:
    """A holder; `said` is the address or the port that it printed."""

    process: subprocess.Popen[str]
    said: str

    def family(self) -> list[psutil.Process]:
        """Return all processes below it: the server, the server's own, and the guard where there is one."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> list[psutil.Process]:
        """Kill it as a power-mad administrator would; return those it leaves behind."""
        left = self.family()
        self.process.kill()
        self.process.wait()
        return left


@contextmanager
def holding(what: str, folder: Path, *, guarded: bool = False) -> Generator[Holder]:
    """Run a holder for the length of the block; guarded: as where the kernel ends no orphans."""
    process = subprocess.Popen(
        [sys.executable, str(_HOLDER), what, str(folder), *(["guarded"] if guarded else [])],
        cwd=_PROJECT,
        env={"PYTHONPATH": str(_PROJECT), "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = process.stdout.readline().strip()
        assert said, "the service did not come up"
        yield Holder(process, said)
    finally:
        if process.poll() is None:
            process.stdin.close()
            process.wait()
        else:
            process.stdin.close()
        process.stdout.close()


def gone(processes: list[psutil.Process], within_s: float = 20) -> bool:
    """Wait until all have ended; say whether they have. One that nobody has buried yet has ended too."""
    ended = threading.Event()
    deadline = time.monotonic() + within_s
    while not all(_ended(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        ended.wait(0.02)
    return True


def _ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
