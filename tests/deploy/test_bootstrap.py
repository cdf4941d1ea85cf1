"""deploy/bootstrap makes what the compose file mounts, and the broker with it lets each login do its own."""

from __future__ import annotations

import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.services.absence import absent
from yian.embedded import broker as brokers
from yian.embedded import child

PROJECT = Path(__file__).parents[2]
WITHIN_S = 10.0


class Deployment:
    """The files of a deployment and the broker that runs on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = folder / "secrets"
        self.env_file = folder / "env"
        self.port = brokers.free_port()
        self.health_port = brokers.free_port()

    def bootstrap(self, *arguments: str) -> str:
        """Run deploy/bootstrap on this folder and return what it printed."""
        done = subprocess.run(
            [str(PROJECT / "deploy" / "bootstrap"), *arguments],
            env={**os.environ, "YIAN_SECRETS": str(self.secrets), "YIAN_ENV_FILE": str(self.env_file)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def env(self) -> dict[str, str]:
        """Return what the written .env sets."""
        lines = self.env_file.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def config(self) -> Path:
        """Return the broker's configuration with the container's folders replaced by ours."""
        text = (PROJECT / "deploy" / "mosquitto" / "mosquitto.conf").read_text(encoding="utf-8")
        data = self.folder / "data"
        data.mkdir()
        for inside, here in (
            ("/mosquitto/secrets", self.secrets / "broker"),
            ("/mosquitto/config", PROJECT / "deploy" / "mosquitto"),
            ("/mosquitto/data", data),
            ("listener 8883", f"listener {self.port} 127.0.0.1"),
            ("listener 1884", f"listener {self.health_port}"),
        ):
            assert inside in text
            text = text.replace(inside, str(here))
        file = self.folder / "mosquitto.conf"
        # As root mosquitto would become a user who may not enter pytest's folder.
        file.write_text(text + "user root\n", encoding="utf-8")
        return file


class Session:
    """A client over TLS; `publish` says whether the broker let it, `heard` what came."""

    def __init__(self, deployment: Deployment, login: str | None, password: str | None) -> None:
        self.heard: list[str] = []
        self.refused: str | None = None
        self._event = threading.Condition()
        self._answered = threading.Event()
        self._published: dict[int, bool] = {}
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.tls_set(str(deployment.secrets / "ca" / "ca.crt"), tls_version=ssl.PROTOCOL_TLS_CLIENT)
        if login is not None:
            self.client.username_pw_set(login, password)
        self.client.on_connect = self._on_connect
        self.client.on_message = self._on_message
        self.client.on_publish = self._on_publish
        self.client.connect("localhost", deployment.port)
        self.client.loop_start()
        assert self._answered.wait(WITHIN_S)

    def publish(self, topic: str) -> bool:
        """Publish at QoS 1; False where the broker says "not authorized"."""
        mid = self.client.publish(topic, b"x", 1).mid
        with self._event:
            assert self._event.wait_for(lambda: mid in self._published, WITHIN_S)
        return self._published[mid]

    def wait_for(self, count: int) -> list[str]:
        """Wait for so many messages; return the topics of all that came."""
        with self._event:
            self._event.wait_for(lambda: len(self.heard) >= count, WITHIN_S)
        return self.heard

    def close(self) -> None:
        """Disconnect."""
        self.client.disconnect()
        self.client.loop_stop()

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: object, _p: object
    ) -> None:
        if str(reason) == "Success":
            client.subscribe("#", 1)
            client.subscribe("yian/v1/+/+/cmd", 1)
        else:
            self.refused = str(reason)
        self._answered.set()

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._event:
            self.heard.append(message.topic)
            self._event.notify_all()

    def _on_publish(self, _client: mqtt.Client, _data: object, mid: int, reason: object, _p: object) -> None:
        with self._event:
            self._published[mid] = str(reason) != "Not authorized"
            self._event.notify_all()


Connect = Callable[[str | None, str | None], Session]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployment]:
    made = Deployment(tmp_path_factory.mktemp("deployment"))
    program = brokers.find_mosquitto()
    if program is None:
        absent("mosquitto is not installed")
    made.bootstrap("mqtt.example.org")
    made.bootstrap("login", "detector-1", "one")
    made.bootstrap("login", "detector-2", "two")
    running = child.start(
        "mosquitto", [str(program), "-c", str(made.config())], log=made.folder / "mosquitto.log"
    )
    running.wait_until(lambda: brokers.answers("127.0.0.1", made.health_port), within=timedelta(seconds=20))
    yield made
    running.stop()


@pytest.fixture
def connect(deployment: Deployment) -> Generator[Connect]:
    """A function that connects as somebody; all are disconnected after the test."""
    sessions: list[Session] = []

    def connect_as(login: str | None, password: str | None) -> Session:
        sessions.append(Session(deployment, login, password))
        return sessions[-1]

    yield connect_as
    for session in sessions:
        session.close()


@pytest.mark.parametrize(("login", "password"), [(None, None), ("detector-1", "wrong"), ("stranger", "one")])
def test_nobody_enters_without_a_login(connect: Connect, login: str | None, password: str | None) -> None:
    assert connect(login, password).refused == "Not authorized"


def test_the_receiver_logs_in_with_the_written_password_and_hears_devices(
    deployment: Deployment, connect: Connect
) -> None:
    receiver = connect("yian", deployment.env()["YIAN_MQTT_PASSWORD"])
    device = connect("detector-1", "one")
    assert device.publish("yian/v1/home/detector-1/alarm")
    assert receiver.wait_for(1) == ["yian/v1/home/detector-1/alarm"]


def test_a_device_speaks_for_itself_only(connect: Connect) -> None:
    device = connect("detector-1", "one")
    for leaf in ("alarm", "telemetry", "status"):
        assert device.publish(f"yian/v1/home/detector-1/{leaf}")
        assert not device.publish(f"yian/v1/home/detector-2/{leaf}")
    assert not device.publish("yian/v1/home/detector-1/cmd")
    assert not device.publish("zigbee2mqtt/kitchen")


def test_a_device_hears_its_own_commands_only(deployment: Deployment, connect: Connect) -> None:
    receiver = connect("yian", deployment.env()["YIAN_MQTT_PASSWORD"])
    one, two = connect("detector-1", "one"), connect("detector-2", "two")
    assert two.publish("yian/v1/home/detector-2/alarm")
    assert receiver.publish("yian/v1/home/detector-2/cmd")
    assert receiver.publish("yian/v1/home/detector-1/cmd")
    assert set(one.wait_for(1)) == {"yian/v1/home/detector-1/cmd"}
    assert set(two.wait_for(1)) == {"yian/v1/home/detector-2/cmd"}


def test_the_service_alone_sends_canaries_and_speaks_for_no_device(
    deployment: Deployment, connect: Connect
) -> None:
    service, device = connect("yian", deployment.env()["YIAN_MQTT_PASSWORD"]), connect("detector-1", "one")
    assert service.publish("yian/v1/home/canary/alarm")
    assert not device.publish("yian/v1/home/canary/alarm")
    assert not service.publish("yian/v1/home/detector-1/alarm")


def test_the_health_check_works_without_a_login(deployment: Deployment) -> None:
    done = subprocess.run(
        [
            "mosquitto_sub",
            "-p",
            str(deployment.health_port),
            "-t",
            "$SYS/broker/uptime",
            "-C",
            "1",
            "-W",
            "15",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "seconds" in done.stdout


def test_a_second_run_keeps_what_is_there(deployment: Deployment) -> None:
    before = {file: file.read_bytes() for file in deployment.secrets.rglob("*") if file.is_file()}
    env = deployment.env_file.read_bytes()
    deployment.bootstrap()
    assert {file: file.read_bytes() for file in before} == before
    assert deployment.env_file.read_bytes() == env


def test_others_on_the_machine_cannot_read_the_secrets(deployment: Deployment) -> None:
    assert deployment.secrets.stat().st_mode & 0o077 == 0
    assert deployment.env_file.stat().st_mode & 0o077 == 0
    # The broker's own user, who has another number, must be able to read what is mounted into its container.
    for file in (deployment.secrets / "broker").iterdir():
        assert file.stat().st_mode & 0o004, file


def test_what_the_compose_file_mounts_is_there(deployment: Deployment) -> None:
    compose = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    for line in compose.splitlines():
        if "./deploy/" in line:
            path = line.split("./deploy/")[1].split(":")[0]
            there = deployment.folder / path if path.startswith("secrets/") else PROJECT / "deploy" / path
            assert there.exists(), path
