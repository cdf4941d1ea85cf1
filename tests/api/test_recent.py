"""What is dear to read is read once for all who ask shortly after."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from api.recent import Recent

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_it_is_read_anew_when_it_is_old_or_another_is_asked_for() -> None:
    recent: Recent[int] = Recent(timedelta(minutes=1))
    reads = iter(range(10))

    def ask(key: str, after_s: int) -> int:
        return recent.get(key, NOON + timedelta(seconds=after_s), lambda: next(reads))

    assert [ask("a", 0), ask("a", 59), ask("a", 60), ask("b", 61), ask("a", 62)] == [0, 0, 1, 2, 3]


def test_who_asks_at_once_waits_for_the_one_who_reads() -> None:
    recent: Recent[int] = Recent(timedelta(minutes=1))
    reads = iter(range(10))
    begun, go_on = threading.Event(), threading.Event()

    def read() -> int:
        begun.set()
        go_on.wait(10)
        return next(reads)

    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(recent.get, "a", NOON, read) for _ in range(3)]
        begun.wait(10)
        go_on.set()
        assert [one.result(10) for one in asked] == [0, 0, 0]


def test_what_could_not_be_read_is_not_kept() -> None:
    recent: Recent[int] = Recent(timedelta(minutes=1))

    def fail() -> int:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        recent.get("a", NOON, fail)
    assert recent.get("a", NOON, lambda: 7) == 7
