"""Playing: steps of scenarios and regular reports, each at its moment, over a publisher."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from datetime import timedelta

from model.clock import utc_now
from model.errors import Unavailable
from simulators.fleet import Action, Cut, Fleet, Mend
from simulators.publish import Publisher
from simulators.script import Scenario
from simulators.truth import Expected


class Player(threading.Thread):
    """Plays a fleet in a thread of its own until it is stopped.

    Every device reports at least every `report_every`; the first reports are spread over `settle_for`.
    """

    def __init__(
        self,
        fleet: Fleet,
        publisher: Publisher,
        *,
        report_every: timedelta = timedelta(seconds=20),
        settle_for: timedelta = timedelta(seconds=2),
    ) -> None:
        super().__init__(name="simulated-devices", daemon=True)
        self.fleet = fleet
        self.publisher = publisher
        self.failure: BaseException | None = None
        self._report_every = report_every
        self._due: list[tuple[float, int, Action | str]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._stopping = False
        begin = time.monotonic()
        for number, address in enumerate(fleet.voices):
            self._put(begin + settle_for.total_seconds() * number / len(fleet.voices), address)

    def schedule(
        self, scenario: Scenario, *, after: timedelta = timedelta(), speed: float = 1.0
    ) -> list[Expected]:
        """Play a scenario from `after` on, and return what must come of it."""
        with self._changed:
            begin, began_at = time.monotonic() + after.total_seconds(), utc_now() + after
            for step in scenario.steps:
                for action in step.actions:
                    self._put(begin + step.after_s / speed, action)
            self._changed.notify()
        return scenario.expected(began_at, speed)

    def stop(self) -> None:
        """Stop and wait for the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Play until stopped; what goes wrong is kept in `failure` for whoever waits for the outcome."""
        try:
            for line in self.fleet.lines():
                self._hello(line)
            while (what := self._next()) is not None:
                self._do(what)
        except Exception as exc:  # noqa: BLE001  a thread has nobody to raise to
            self.failure = exc

    def _put(self, due: float, what: Action | str) -> None:
        heapq.heappush(self._due, (due, next(self._count), what))

    def _next(self) -> Action | str | None:
        """Wait for the next thing that is due; None when it is time to stop."""
        with self._changed:
            while not self._stopping:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    due, _, what = heapq.heappop(self._due)
                    if isinstance(what, str):
                        every = self.fleet.report_every(what, self._report_every).total_seconds()
                        self._put(max(due + every, time.monotonic()), what)
                    return what
                self._changed.wait(wait)
        return None

    def _do(self, what: Action | str) -> None:
        if isinstance(what, Cut):
            self.publisher.cut(what.line)
        elif isinstance(what, Mend):
            self.publisher.mend(what.line)
            self._hello(what.line)
        now = utc_now()
        said = self.fleet.report(what, now) if isinstance(what, str) else self.fleet.perform(what, now)
        for message in said:
            self.publisher.send(message)

    def _hello(self, line: str) -> None:
        for message in self.fleet.hello(line, utc_now()):
            self.publisher.send(message)

    def raise_failure(self) -> None:
        """Raise what went wrong in the thread, if anything did."""
        if self.failure is not None:
            raise Unavailable(f"the simulated devices stopped: {self.failure}") from self.failure
