"""The whole embedded stack as it is started by its users: whichever of its processes is killed, it recovers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from datetime import datetime
from pathlib import Path

import psutil
import psycopg
import pytest

from model.clock import utc_now
from tests.awaiting import eventually
from tests.embedded.holding import gone
from tests.small_ingest import Publisher, alarm, enter_home
from yian.embedded import EmbeddedServices
from yian.embedded.broker import free_port

pytestmark = pytest.mark.ground("plain")
PATIENCE_S = 60
RESIDENT_AT_MOST_MB = 300
"""Shared pages counted for each process. `yian bench board` says which takes how much."""


class Served:
    """`yian serve --embedded` on a folder of its own."""

    def __init__(self, process: subprocess.Popen[str], data: Path) -> None:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        self.process, self.board = psutil.Process(process.pid), found.group()
        self.services = EmbeddedServices(**json.loads((data / "services.json").read_text(encoding="utf-8")))

    def child(self, word: str) -> psutil.Process:
        """Return the child whose command holds this word."""
        return next(one for one in self.process.children() if word in " ".join(one.cmdline()))

    def well_since(self, since: datetime) -> bool:
        """Say whether every role has been at work after an instant."""
        try:
            with urllib.request.urlopen(f"{self.board}/readyz", timeout=5):
                pass
            with psycopg.connect(self.services.database_url) as conn:
                [(roles,)] = conn.execute(
                    "SELECT count(*) FROM services WHERE beat_at > %s", [since]
                ).fetchall()
        except (OSError, psycopg.OperationalError):
            return False
        return roles == 2


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    ports = {"YIAN_MQTT_PORT": str(free_port()), "YIAN_HTTP_PORT": str(free_port())}
    process = subprocess.Popen(
        [sys.executable, "-m", "yian", "serve", "--embedded", "--data", str(tmp_path)],
        env={**os.environ, **ports},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process, tmp_path)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close() if process.stdout is not None else None


def test_it_recovers_from_the_end_of_each_process_and_ends_with_the_one_that_started_it(
    served: Served,
) -> None:
    enter_home(served.services.database_url)
    for number, word in enumerate(("roles ingest", "roles alerts api", "mosquitto", "bin/postgres"), 1):
        killed = served.child(word)
        killed.kill()
        since = utc_now()
        eventually(lambda: served.well_since(since), within_s=PATIENCE_S)  # noqa: B023
        assert served.child(word).pid != killed.pid
        device = Publisher(served.services.mqtt_host, served.services.mqtt_port)
        device.say(f"yian/v1/h1/d{number}/alarm", alarm(f"after {word}"))
        device.close()
        eventually(lambda: raised(served) >= number, within_s=PATIENCE_S)  # noqa: B023
    left = served.process.children(recursive=True)
    assert len(left) > 8
    served.process.kill()
    assert gone(left)


def test_at_rest_all_processes_added_up_take_no_more_than_they_may(served: Served) -> None:
    def resident_mb() -> float:
        found = 0
        for process in (served.process, *served.process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):  # a connection for a moment
                found += process.memory_info().rss
        return found / 2**20

    eventually(lambda: resident_mb() <= RESIDENT_AT_MOST_MB, within_s=2 * PATIENCE_S)


def raised(served: Served) -> int:
    with psycopg.connect(served.services.database_url) as conn:
        [(events,)] = conn.execute("SELECT count(*) FROM events WHERE kind = 'smoke'").fetchall()
    return events


def test_roles_that_share_a_process_end_with_the_one_that_cannot_go_on() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YIAN_")}
    environment["YIAN_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"
    done = subprocess.run(
        [sys.executable, "-m", "yian.roles", "api", "alerts"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("yian: YIAN_SECRET_KEY: expected a secret")
