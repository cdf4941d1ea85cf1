"""A server as our child: it never outlives this process, however this process ends."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from model.errors import Unavailable
from yian.embedded.claim import Claim

_GUARD = Path(__file__).with_name("guard.py")
_LOG_KEPT_BYTES = 8 * 1024 * 1024
_POLL_S = 0.02


@dataclass(frozen=True)
class Child:
    """One server and its guard; the server's output goes to `log`."""

    name: str
    guard: subprocess.Popen[bytes]
    log: Path

    def running(self) -> bool:
        """Say whether the server is up; it may not answer yet."""
        return self.guard.poll() is None

    def stop(self) -> None:
        """Stop the server and wait until it is gone; a second call does nothing."""
        if self.guard.stdin is not None:
            self.guard.stdin.close()
        self.guard.wait()

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
    """Start `command` under a guard that stops it with `stop_signal` when this process is gone.

    The claim on the server's folder passes to the guard too, so that the folder is free only once the server
    has ended. `identity` is a prefix that changes the user (see `yian.embedded.identity`); `environment` is
    added to ours. Do not fork this process without exec afterwards: the copy would hold the pipe open.
    """
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as out:
        guard = subprocess.Popen(  # noqa: S603  our own command, no shell
            [
                *(sys.executable, "-I", "-S", str(_GUARD), str(int(stop_signal)), str(grace.total_seconds())),
                *(*identity, *_dies_with_guard(stop_signal), *command),
            ],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            env=None if environment is None else {**os.environ, **environment},
            # A session of its own: Ctrl-C on the terminal reaches us, and we stop the servers last.
            start_new_session=True,
            pass_fds=() if claim is None else (claim.fd,),
        )
    return Child(name, guard, log)


@functools.cache
def _dies_with_guard(stop_signal: signal.Signals) -> tuple[str, ...]:
    """Return a prefix that has the kernel stop the server if even the guard is killed (Linux only)."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    prefix = (setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"))
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)  # noqa: S603
    return prefix if tried.returncode == 0 else ()
