"""All roles on one machine, in processes that are started again when they die, stopped when we stop."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from yian.embedded import child
from yian.embedded.child import Child

_log = logging.getLogger(__name__)
PROCESSES = (("ingest",), ("alerts", "api"))
"""Roles that share a process. Ingest shares with none: an alarm must not wait for a page or a report.

The other two are at rest most of the time, and each interpreter with its libraries is some 45 MB; a page that
is slow takes from deadlines, which are kept by the second, no more than a moment.
"""
_PAUSE_S = 1.0


class Supervisor:
    """Keeps the roles running; `environment` is what they read their settings from."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self.logs = logs
        self._environment = environment
        self._children: dict[Sequence[str], Child] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start every process."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for roles in PROCESSES:
            self._start(roles)
        self._thread.start()

    def stop(self) -> None:
        """Stop every process, all at the same time: each writes what it has at hand and ends."""
        self._stopping.set()
        self._thread.join()
        stoppers = [threading.Thread(target=one.stop) for one in self._children.values()]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()

    def _start(self, roles: Sequence[str]) -> None:
        name = "-".join(roles)
        self._children[roles] = child.start(
            name,
            [sys.executable, "-m", "yian.roles", *roles],
            log=self.logs / f"{name}.log",
            environment=self._environment,
        )

    def _watch(self) -> None:
        while not self._stopping.wait(_PAUSE_S):
            for roles, one in list(self._children.items()):
                if not one.running():
                    _log.warning("%s ended with %s, starting it again", one.name, one.process.returncode)
                    self._start(roles)
