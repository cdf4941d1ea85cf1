"""The people on duty: they see an alert, answer, go there, and say what it was. HTTP only."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from model.alerts import AlertClass, Outcome
from model.errors import Refused, Unavailable
from simulators.browser import AlertSeen, Session

_log = logging.getLogger(__name__)
_REPAIRED = frozenset({AlertClass.T1, AlertClass.T2, AlertClass.T3, AlertClass.T4})
_CAUSES = {
    Outcome.TRUE: "情况属实，已处置",
    Outcome.FALSE: "油烟或误触，现场无异常",
    Outcome.FAULT: "已更换或修复",
    Outcome.TEST: "测试",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds after the alert people answer, arrive and are done; each from .. to."""

    acknowledge_s: tuple[float, float] = (2.0, 4.0)
    on_scene_s: tuple[float, float] = (4.5, 7.0)
    resolve_s: tuple[float, float] = (9.0, 13.0)


BRISK = Pace()
CALM = Pace((6.0, 30.0), (35.0, 80.0), (90.0, 200.0))


@dataclass(frozen=True, slots=True)
class _Task:
    seen: AlertSeen
    act: str


class Staff(threading.Thread):
    """Answers every alert of the homes it has logins for.

    `posts` maps a home's id to the logins of a carer and of a repairer; `outcome_of` says what whoever looks
    will find.
    """

    def __init__(
        self,
        board_url: str,
        posts: Mapping[int, tuple[str, str]],
        password: str,
        outcome_of: Callable[[AlertSeen], Outcome],
        rng: Random,
        pace: Pace = BRISK,
    ) -> None:
        super().__init__(name="simulated-staff", daemon=True)
        self.answers = 0
        self._board_url = board_url
        self._posts = posts
        self._password = password
        self._outcome_of = outcome_of
        self._rng = rng
        self._pace = pace
        self._sessions: dict[str, Session] = {}
        self._tasks: list[tuple[float, int, _Task]] = []
        self._taken: set[int] = set()
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._stopping = False

    def see(self, seen: AlertSeen) -> None:
        """Take note of an alert; each is taken on once."""
        if seen.state != "raised" or seen.home_id not in self._posts:
            return
        with self._changed:
            if seen.alert_id in self._taken:
                return
            self._taken.add(seen.alert_id)
            now = time.monotonic()
            acts = {
                "acknowledge": self._pace.acknowledge_s,
                "on_scene": self._pace.on_scene_s,
                "resolve": self._pace.resolve_s,
            }
            for act, (soonest, latest) in acts.items():
                due = now + self._rng.uniform(soonest, latest)
                heapq.heappush(self._tasks, (due, next(self._count), _Task(seen, act)))
            self._changed.notify()

    def stop(self) -> None:
        """Stop and wait for the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.is_alive():
            self.join()
        for session in self._sessions.values():
            session.close()

    def run(self) -> None:
        """Answer until stopped; an answer that is not possible any more was given by somebody else."""
        while (task := self._next()) is not None:
            try:
                self._do(task)
                self.answers += 1
            except Refused as refused:
                _log.debug("not answered: %s", refused)
            except Unavailable as away:
                _log.warning("the board does not answer: %s", away)

    def _next(self) -> _Task | None:
        with self._changed:
            while not self._stopping:
                wait = self._tasks[0][0] - time.monotonic() if self._tasks else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._tasks)[2]
                self._changed.wait(wait)
        return None

    def _do(self, task: _Task) -> None:
        seen = task.seen
        carer, repairer = self._posts[seen.home_id or 0]
        session = self._session(repairer if AlertClass(seen.alert_class) in _REPAIRED else carer)
        if task.act == "resolve":
            outcome = self._outcome_of(seen)
            session.resolve(seen.alert_id, outcome, _CAUSES[outcome])
        else:
            session.answer_incident(seen.incident_id, task.act)

    def _session(self, login: str) -> Session:
        if login not in self._sessions:
            self._sessions[login] = Session(self._board_url, login, self._password)
        return self._sessions[login]
