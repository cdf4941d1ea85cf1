"""Telemetry gives way to alarms between two messages, and for a second at most between two writes."""

from __future__ import annotations

from typing import NoReturn

import pytest

from alerts.classes import Limits
from ingest import lane as lane_module
from ingest.lane import PAUSE_AT_MOST_S, Lane
from ingest.messages import Decoded, Message
from ingest.waiting import Line


def _nowhere() -> NoReturn:
    raise AssertionError("nothing is written here")


def _unread(_: Message) -> Decoded:
    raise AssertionError("nothing is read here")


class Clocked(Lane):
    """A lane whose work takes longer than anybody waits, on a clock that only waiting moves."""

    def __init__(self, works: int) -> None:
        super().__init__("alarm", _nowhere, Limits(), waiting=Line(_unread, 1))
        self.works = works
        self.now_s = 0.0

    def waiting(self) -> int:
        return self.works

    def wait_idle(self, timeout_s: float) -> bool:
        self.now_s += min(timeout_s, 0.3)
        return False


def _behind(alarms: Clocked, monkeypatch: pytest.MonkeyPatch) -> Lane:
    monkeypatch.setattr(lane_module.time, "monotonic", lambda: alarms.now_s)
    return Lane("telemetry", _nowhere, Limits(), waiting=Line(_unread, 1), after=alarms)


def test_it_waits_while_an_alarm_is_on_its_way_and_a_second_at_most_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alarms = Clocked(works=1)
    telemetry = _behind(alarms, monkeypatch)
    telemetry.give_way()
    assert alarms.now_s == pytest.approx(0.3)
    for _ in range(10):
        telemetry.give_way()
    assert alarms.now_s == pytest.approx(PAUSE_AT_MOST_S)


def test_it_waits_for_nothing_where_no_alarm_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    alarms = Clocked(works=0)
    telemetry = _behind(alarms, monkeypatch)
    telemetry.give_way()
    assert alarms.now_s == 0
