"""All roles on one machine: each a process of its own, started again when it dies, stopped when we stop."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from yian.embedded import child
from yian.embedded.child import Child
from yian.roles import ROLES

_log = logging.getLogger(__name__)
_PAUSE_S = 1.0


class Supervisor:
    """Keeps the roles running; `environment` is what they read their settings from."""

    def __init__(self, environment: Mapping[str, str], logs: Path, roles: Sequence[str] = ROLES) -> None:
        self.logs = logs
        self._environment = environment
        self._roles = roles
        self._children: dict[str, Child] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start every role."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for role in self._roles:
            self._start(role)
        self._thread.start()

    def stop(self) -> None:
        """Stop every role, all at the same time: each writes what it has at hand and ends."""
        self._stopping.set()
        self._thread.join()
        stoppers = [threading.Thread(target=one.stop) for one in self._children.values()]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()

    def _start(self, role: str) -> None:
        self._children[role] = child.start(
            role,
            [sys.executable, "-m", "yian.roles", role],
            log=self.logs / f"{role}.log",
            environment=self._environment,
        )

    def _watch(self) -> None:
        while not self._stopping.wait(_PAUSE_S):
            for role, one in list(self._children.items()):
                if not one.running():
                    _log.warning("%s ended with %s, starting it again", role, one.process.returncode)
                    self._start(role)
