"""All roles on one machine: each a process of its own, started again when it dies, stopped when we stop."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from yian.embedded.dying import die_with_parent

_log = logging.getLogger(__name__)
ROLES = ("ingest", "alerts", "api")
_PAUSE_S = 1.0


@dataclass(slots=True)
class Supervisor:
    """Keeps the roles running; `environment` is what they read their settings from."""

    environment: Mapping[str, str]
    logs: Path
    roles: Sequence[str] = ROLES
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _files: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Start every role."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for role in self.roles:
            self._start(role)
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def pid(self, role: str) -> int:
        """Return the process id of a role as it runs now."""
        return self._children[role].pid

    def stop(self) -> None:
        """Stop every role: ask first, then insist."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        for child in self._children.values():
            child.send_signal(signal.SIGTERM)
        for role, child in self._children.items():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                _log.warning("%s did not stop when asked", role)
                child.kill()
                child.wait()
        self._files.close()

    def _start(self, role: str) -> None:
        log = self._files.enter_context((self.logs / f"{role}.log").open("ab"))
        self._children[role] = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "yian", role],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,
        )

    def _watch(self) -> None:
        while not self._stopping.wait(_PAUSE_S):
            for role, child in list(self._children.items()):
                if child.poll() is not None:
                    _log.warning("%s ended with %s, starting it again", role, child.returncode)
                    self._start(role)
