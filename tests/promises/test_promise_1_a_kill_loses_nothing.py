"""Promise 1: what was acknowledged survives `kill -9` of any process of ours, at any moment.

Killing ingest is in tests/faults/test_outages.py, killing a sender in tests/faults/test_notifier.py, killing the
processes of one embedded server in tests/embedded. Here: the database and the broker of a whole stack that
must come back by themselves, the keeper of deadlines, and the board with a browser that listens.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from alerts import escalation
from ingest.service import Ingest
from store.migrate import migrate
from tests.awaiting import eventually
from tests.county import PASSWORD, fill, raise_alert
from tests.small_ingest import Publisher, World, alarm, config_of, enter_home, world
from yian import embedded
from yian.embedded import broker as brokers

pytestmark = pytest.mark.ground("plain")


@contextlib.contextmanager
def role(name: str, url: str, log: Path, **environment: str) -> Generator[subprocess.Popen[bytes]]:
    """Run one role of ours as a process; it is killed at the end of the block if it has not been before."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "yian", name],
            env={**os.environ, "YIAN_DATABASE_URL": url, **environment},
            stdout=out,
            stderr=out,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def home(database: str, broker: brokers.Broker) -> Generator[World]:
    with world(database, broker.host, broker.port) as one:
        yield one


def test_a_deadline_that_falls_due_while_its_keeper_is_dead_is_kept_by_the_next_one(
    home: World, tmp_path: Path
) -> None:
    log = tmp_path / "alerts.log"
    with role("alerts", home.url, log) as process:
        eventually(lambda: home.rows("SELECT 1 FROM services WHERE name = 'alerts'"), within_s=30)
        home.device.say("yian/v1/h1/d1/alarm", alarm("1"))
        eventually(lambda: home.rows("SELECT 1 FROM timers WHERE kind = %s", escalation.TIMER))
        kill(process)
    with psycopg.connect(home.url, autocommit=True) as conn:
        conn.execute("UPDATE timers SET due_at = now() WHERE kind = %s", [escalation.TIMER])
    assert home.rows("SELECT step FROM timers WHERE kind = %s", escalation.TIMER) == [(0,)]
    for _ in range(2):
        # The second one finds nothing to do: a deadline is acted on once.
        with role("alerts", home.url, log) as process:
            eventually(lambda: home.rows("SELECT 1 FROM timers WHERE step = 1"), within_s=30)
            kill(process)
    stages = home.rows("SELECT stage, person_id, count(*) FROM notifications GROUP BY 1, 2")
    assert {row[0] for row in stages} >= {"F1", "F1+1"}
    assert {row[2] for row in stages} == {1}


def test_the_database_and_the_broker_of_the_embedded_stack_come_back_with_all_that_they_took(
    tmp_path: Path,
) -> None:
    with embedded.services(tmp_path, mqtt_port=brokers.free_port()) as services:
        with psycopg.connect(services.database_url) as conn:
            migrate(conn)
        enter_home(services.database_url)
        ingest = Ingest(config_of(services.database_url, services.mqtt_host, services.mqtt_port))
        ingest.start()
        try:
            assert ingest.wait_ready(20)
            device = Publisher(services.mqtt_host, services.mqtt_port)
            device.say("yian/v1/h1/d1/alarm", alarm("before"))
            eventually(lambda: fires(services.database_url) == 1)
            for name in ("postgres", "mosquitto", "rumqttd"):
                for process in servers_under(tmp_path, name):
                    process.kill()
            eventually(lambda: fires(services.database_url) == 1, within_s=40)
            again = eventually(lambda: reached(services), within_s=40)
            eventually(lambda: all(one.connected() for one in ingest.subscribers), within_s=40)
            again.say("yian/v1/h1/d2/alarm", alarm("after"))
            eventually(lambda: fires(services.database_url) == 2, within_s=40)
            again.close()
            device.close()
        finally:
            ingest.stop()


def servers_under(folder: Path, name: str) -> list[psutil.Process]:
    """Return the servers of that name which work in the folder."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["name", "cmdline"]):
        said = " ".join(process.info["cmdline"] or [])
        if process.info["name"] == name and str(folder) in said:
            found.append(process)
    return found


def fires(url: str) -> int | None:
    """Return how many F1 there are; None while the database is away."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as conn:
            row = conn.execute("SELECT count(*) FROM alerts WHERE class = 'F1'").fetchone()
    except psycopg.OperationalError:
        return None
    return row[0] if row else None


def reached(services: embedded.EmbeddedServices) -> Publisher | None:
    """Return a device's connection; None while the broker is away."""
    try:
        return Publisher(services.mqtt_host, services.mqtt_port)
    except OSError:
        return None


def test_a_browser_that_listened_to_a_killed_board_is_told_to_read_again_by_the_next(
    database: str, tmp_path: Path
) -> None:
    county = fill(database)
    port = str(brokers.free_port())
    settings = {"YIAN_HTTP_PORT": port, "YIAN_SECRET_KEY": "a secret for tests only"}
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
    with role("api", database, tmp_path / "api.log", **settings) as process:
        eventually(lambda: up(client), within_s=40)
        signed = client.post("/api/login", json={"login": "sunny-carer", "password": PASSWORD}).json()
        incident, _ = raise_alert(county, "sunny/203室")
        with client.stream("GET", "/api/stream") as stream:
            lines = stream.iter_lines()
            last_id = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
            answered = client.post(
                f"/api/incidents/{incident}/answers",
                json={"answer": "acknowledge"},
                headers={"X-CSRF-Token": signed["csrf_token"]},
            )
            assert answered.status_code == 200
            kill(process)
            with pytest.raises(httpx.HTTPError):
                list(lines)
    raise_alert(county, "sunny/204室")
    with role("api", database, tmp_path / "api.log", **settings):
        eventually(lambda: up(client), within_s=40)
        with client.stream("GET", "/api/stream", headers={"Last-Event-ID": last_id}) as stream:
            assert next(line for line in stream.iter_lines() if line.startswith("event: ")) == "event: resync"
        # The session, and what was answered, outlive the process.
        cards = client.get("/api/incidents").json()
        assert len(cards) == 1
        states = {alert["state"] for alert in cards[0]["alerts"]}
        assert states == {"acknowledged", "raised"}
        assert json.loads(client.get("/api/me").text)["csrf_token"] == signed["csrf_token"]
    client.close()


def up(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").json()["database"] == "ok"
    except httpx.HTTPError:
        return False
