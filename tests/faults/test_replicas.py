"""Two ingest replicas share the messages; one is killed in the middle; none is lost and none is there twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from benchmarks.stand import register
from benchmarks.wire import CHUNK, Publisher, alarm, telemetry
from model.clock import utc_now
from tests.awaiting import eventually
from yian.embedded import broker as brokers

ROOT = Path(__file__).resolve().parents[2]
DEVICES = 250
MESSAGES = 8000
ALARMS = 20
WITHIN_S = 60.0


def _replica(broker: brokers.Broker, url: str, name: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "benchmarks.subjects",
            "role",
            broker.host,
            str(broker.port),
            url,
            name,
            "shared",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ready"]
    return process


@pytest.mark.ground("plain")
def test_a_replica_that_is_killed_loses_and_doubles_nothing(broker: brokers.Broker, database: str) -> None:
    with psycopg.connect(database) as conn:
        register(conn, DEVICES)
    doomed, other = _replica(broker, database, "a"), _replica(broker, database, "b")
    try:
        publisher = Publisher(broker.host, broker.port, "devices")
        began_at = utc_now()
        for first in range(0, MESSAGES, CHUNK):
            publisher.send([telemetry(first + n, DEVICES, began_at) for n in range(CHUNK)])
            if first == MESSAGES // 2:
                publisher.send([alarm(n * 10, utc_now(), n) for n in range(ALARMS)])
                doomed.kill()
        publisher.finish()
        publisher.close()
        doomed.communicate()
        # Its session holds what it had not acknowledged; it comes back under the same name, as a supervisor does.
        doomed = _replica(broker, database, "a")
        with psycopg.connect(database, autocommit=True) as conn:
            eventually(lambda: _stored(conn) == (MESSAGES, ALARMS), within_s=WITHIN_S)
            assert _all(conn) == (MESSAGES, ALARMS)
    finally:
        for process in (doomed, other):
            process.kill()
            process.communicate()


def _stored(conn: psycopg.Connection[tuple[int, int]]) -> tuple[int, int] | None:
    """Return how many different readings there are, and of how many devices an alert."""
    return conn.execute(
        "SELECT (SELECT count(DISTINCT reading_key) FROM readings),"
        " (SELECT count(DISTINCT device_id) FROM alerts WHERE class = 'F1')"
    ).fetchone()


def _all(conn: psycopg.Connection[tuple[int, int]]) -> tuple[int, int] | None:
    return conn.execute(
        "SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM alerts WHERE class = 'F1')"
    ).fetchone()
