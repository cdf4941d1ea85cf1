"""Hearing of alerts as the board does: LISTEN on a connection of its own, each notice stamped as it comes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg


class Ear:
    """When the first alert of each device was heard, by device id, in seconds of `time.perf_counter`."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.heard: dict[int, float] = {}
        self._conn = conn
        self._stopping = threading.Event()
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def wait_for(self, count: int, within_s: float) -> bool:
        """Wait until alerts of that many devices were heard."""
        with self._more:
            return self._more.wait_for(lambda: len(self.heard) >= count, within_s)

    def stop(self) -> None:
        """Stop listening."""
        self._stopping.set()
        self._thread.join()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            for notice in self._conn.notifies(timeout=0.2):
                at, device_id = time.perf_counter(), json.loads(notice.payload)["device_id"]
                with self._more:
                    if device_id is not None:
                        self.heard.setdefault(device_id, at)
                    self._more.notify_all()


@contextmanager
def listening(url: str) -> Generator[Ear]:
    """Yield an ear on the database's alerts."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("LISTEN yian_alerts")
        ear = Ear(conn)
        try:
            yield ear
        finally:
            ear.stop()
