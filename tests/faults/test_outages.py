"""Promises 1 and 2: what was acknowledged survives, what was not is delivered again; late by the outage, not lost."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
import pytest

from ingest.service import Ingest
from tests.awaiting import eventually
from tests.small_ingest import Publisher, World, alarm, enter_home, now_text, world
from yian.embedded.broker import Broker


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(cast(LiteralString, query)).fetchall()


@contextlib.contextmanager
def ingest_process(url: str, broker: Broker, log: Path) -> Generator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "YIAN_DATABASE_URL": url,
        "YIAN_MQTT_HOST": broker.host,
        "YIAN_MQTT_PORT": str(broker.port),
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "yian", "ingest"], env=environment, stdout=out, stderr=out
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.mark.ground("plain")
def test_killing_ingest_again_and_again_loses_and_doubles_nothing(
    database: str, broker: Broker, tmp_path: Path
) -> None:
    """Messages prefetched by a client are lost on kill where it acknowledges on receipt (paho 348, 382)."""
    enter_home(database)
    with ingest_process(database, broker, tmp_path / "log"):
        eventually(lambda: rows(database, "SELECT 1 FROM services WHERE name = 'ingest'"), within_s=30)
    device = Publisher(broker.host, broker.port)
    sent = 0
    for _round in range(4):
        with ingest_process(database, broker, tmp_path / "log") as process:
            before = rows(database, "SELECT count(*) FROM readings")
            for _ in range(400):
                sent += 1
                device.say(
                    "yian/v1/h1/d1/telemetry", json.dumps({"seq": sent, "at": now_text(), "values": {}})
                )
                if sent % 100 == 0:
                    device.say(
                        "yian/v1/h1/d2/alarm", alarm(f"a{sent}", state="active" if sent % 200 else "clear")
                    )
            eventually(lambda: rows(database, "SELECT count(*) FROM readings") != before, within_s=30)  # noqa: B023
            process.send_signal(signal.SIGKILL)
            process.wait()
    device.close()
    with ingest_process(database, broker, tmp_path / "log"):
        eventually(lambda: rows(database, "SELECT count(*) FROM readings") == [(sent,)], within_s=40)
        smoke = "SELECT count(*), count(DISTINCT event_key) FROM events WHERE kind = 'smoke'"
        eventually(lambda: rows(database, smoke) == [(sent // 100, sent // 100)], within_s=40)
    assert rows(database, "SELECT count(DISTINCT reading_key) FROM readings") == [(sent,)]
    assert rows(database, "SELECT count(*) FROM alerts WHERE class = 'F1'") == [(1,)]


@pytest.fixture
def home(database: str, broker: Broker) -> Generator[World]:
    with world(database, broker.host, broker.port) as one:
        yield one


def test_an_alarm_during_a_database_outage_is_late_by_the_outage_and_not_lost(home: World) -> None:
    home.device.say("yian/v1/h1/d1/alarm", alarm("before"))
    eventually(lambda: len(home.alerts()) == 1)
    with psycopg.connect(home.url, autocommit=True) as conn:
        [(database_name,)] = conn.execute("SELECT current_database()").fetchall()
        # The outage: every connection is cut, and new ones get nowhere while the tables are locked.
        conn.execute("BEGIN")
        conn.execute("LOCK TABLE events, alerts, device_states, dead_letters IN ACCESS EXCLUSIVE MODE")
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'yian-ingest'",
            [database_name],
        )
        for number in (2, 3):
            home.device.say(f"yian/v1/h1/d{number}/alarm", alarm("during"))
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'yian-ingest'",
            [database_name],
        )
        conn.execute("ROLLBACK")
    eventually(lambda: len([row for row in home.alerts() if row[0] == "F1"]) == 3, within_s=30)
    assert home.rows("SELECT count(*) FROM events") == [(3,)]


def test_a_new_start_takes_up_what_the_broker_kept(home: World) -> None:
    home.ingest.stop()
    for number in (1, 2, 3):
        home.device.say(f"yian/v1/h1/d{number}/alarm", alarm("while away"))
    again = Ingest(home.config)
    again.start()
    try:
        eventually(lambda: len([row for row in home.alerts() if row[0] == "F1"]) == 3)
    finally:
        again.stop()
