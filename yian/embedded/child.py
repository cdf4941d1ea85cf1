"""A server as our child: it never outlives this process, however this process ends.

On Linux the kernel sees to that. Where it cannot, or the tool for it is missing, a guard does: a small
process between us and the server.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from model.errors import Unavailable
from yian.embedded.claim import Claim

_GUARD = Path(__file__).with_name("guard.py")
_UNLESS_ORPHANED = 'test "$PPID" = "$0" && exec "$@"'
"""For a shell: we may have been killed in the moment before the kernel was asked to tell of it."""
_LOG_KEPT_BYTES = 8 * 1024 * 1024
_POLL_S = 0.02

_starter = ThreadPoolExecutor(1, "starter")
"""Starts every server, for to the kernel a parent is a thread, and a passing one would take it along."""


@dataclass(frozen=True)
class Child:
    """One server; its output goes to `log`. `process` is the server itself, or its guard."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    grace: timedelta

    def running(self) -> bool:
        """Say whether the server is up; it may not answer yet."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Stop the server and wait until it is gone; a second call does nothing."""
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.grace.total_seconds())
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def wait_until(self, ready: Callable[[], bool], *, within: timedelta) -> None:
        """Return once `ready()`; stop the server and raise Unavailable where it ends or takes too long."""
        deadline = time.monotonic() + within.total_seconds()
        while not ready():
            ended = not self.running()
            if ended or time.monotonic() > deadline:
                self.stop()
                how = "ended at once" if ended else f"did not answer within {within.total_seconds():.0f} s"
                raise Unavailable(f"{self.name} {how}; {self.log} says: {self.last_words()}")
            time.sleep(_POLL_S)

    def last_words(self, lines: int = 5) -> str:
        """Return the end of the log in one line."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return " / ".join(text.strip().splitlines()[-lines:]) or "(nothing)"


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    claim: Claim | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    grace: timedelta = timedelta(seconds=30),
    identity: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Start `command`, which is sent `stop_signal` when this process is gone.

    The claim on the server's folder passes to the server too, so that the folder is free only once it has
    ended. `identity` is a prefix that changes the user (see `yian.embedded.identity`); `environment` is added
    to ours. Do not fork this process without exec afterwards: the copy would keep a guard waiting.
    """
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    by_kernel = ends_with_parent(stop_signal)
    if by_kernel:
        whole = [*identity, *by_kernel, "sh", "-c", _UNLESS_ORPHANED, str(os.getpid()), *command]
    else:
        guard = (sys.executable, "-I", "-S", str(_GUARD), str(int(stop_signal)), str(grace.total_seconds()))
        whole = [*guard, *identity, *command]
        # The guard gives the server its grace; we are not to kill the guard before.
        stop_signal, grace = signal.SIGTERM, 2 * grace
    with log.open("ab") as out:
        process = _starter.submit(
            subprocess.Popen,
            whole,
            stdin=subprocess.DEVNULL if by_kernel else subprocess.PIPE,
            stdout=out,
            stderr=out,
            env=None if environment is None else {**os.environ, **environment},
            # A session of its own: Ctrl-C on the terminal reaches us, and we stop the servers last.
            start_new_session=True,
            pass_fds=() if claim is None else (claim.fd,),
        ).result()
    return Child(name, process, log, stop_signal, grace)


@functools.cache
def ends_with_parent(stop_signal: signal.Signals) -> tuple[str, ...]:
    """Return a prefix that has the kernel send a command this signal when we end; empty where none can."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    prefix = (setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"))
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)  # noqa: S603
    return prefix if tried.returncode == 0 else ()
