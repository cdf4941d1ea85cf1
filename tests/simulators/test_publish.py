"""Devices on a real broker: what is sent arrives, a cut is announced, a goodbye is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from model.broker import BrokerLogin
from model.errors import Unavailable
from simulators import county
from simulators.devices import Message
from simulators.fleet import Fleet, Will
from simulators.play import Player
from simulators.publish import Publisher
from simulators.scenarios import SCENARIOS
from simulators.script import Cast
from yian.embedded import broker as brokers

WITHIN_S = 10.0


class Ear:
    """Hears everything on a broker, and can be waited for."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._changed = threading.Condition()
        self.ready = threading.Event()

    def take(self, topic: str, payload: bytes) -> None:
        with self._changed:
            self.heard.append((topic, payload))
            self._changed.notify_all()

    def eventually(self, true: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(true, WITHIN_S)

    def hears(self, topic: str, payload: bytes) -> bool:
        return self.eventually(lambda: (topic, payload) in self.heard)


@contextmanager
def listening(at: brokers.Broker) -> Generator[Ear]:
    ear = Ear()
    client = Client(CallbackAPIVersion.VERSION2)

    def on_connect(connected: Client, *_: Any) -> None:
        connected.subscribe("#", 1)

    def on_subscribe(*_: Any) -> None:
        ear.ready.set()

    def on_message(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
        ear.take(message.topic, bytes(message.payload))

    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
    client.connect(at.host, at.port)
    client.loop_start()
    try:
        assert ear.ready.wait(WITHIN_S)
        yield ear
    finally:
        client.disconnect()
        client.loop_stop()


@contextmanager
def publishing(at: brokers.Broker) -> Generator[Publisher]:
    publisher = Publisher(BrokerLogin(at.host, at.port), {"gw": Will("gw/status", b"gone")}, name="test")
    publisher.connect()
    try:
        yield publisher
    finally:
        publisher.close()


def test_a_message_arrives_and_is_acknowledged(broker: brokers.Broker) -> None:
    with listening(broker) as ear, publishing(broker) as publisher:
        sent = publisher.send(Message("gw", "a/b", b"hello"))
        assert sent is not None
        assert ear.hears("a/b", b"hello")
        sent.info.wait_for_publish(WITHIN_S)
        assert publisher.unacknowledged() == 0


def test_a_cut_lets_the_broker_speak_the_last_will(broker: brokers.Broker) -> None:
    with listening(broker) as ear, publishing(broker) as publisher:
        publisher.send(Message("gw", "a/b", b"before"))
        publisher.cut("gw")
        assert ear.hears("gw/status", b"gone")
        assert ("a/b", b"before") in ear.heard, "what was said before the cut is through"
        assert publisher.send(Message("gw", "a/b", b"unheard")) is None
        publisher.mend("gw")
        publisher.send(Message("gw", "a/b", b"after"))
        assert ear.hears("a/b", b"after")


def test_a_goodbye_leaves_no_last_will(broker: brokers.Broker) -> None:
    with listening(broker) as ear:
        with publishing(broker) as publisher:
            publisher.send(Message("gw", "a/b", b"last"))
        with publishing(broker) as publisher:
            publisher.send(Message("gw", "a/b", b"next"))
            assert ear.hears("a/b", b"next")
        assert "gw/status" not in {topic for topic, _ in ear.heard}


def test_no_broker_is_said_in_words() -> None:
    publisher = Publisher(BrokerLogin("127.0.0.1", brokers.free_port()), {"gw": None}, name="test")
    with pytest.raises(Unavailable, match="no connection"):
        publisher.connect(within=timedelta(seconds=0.5))


def test_a_scenario_is_heard_as_it_is_written(broker: brokers.Broker) -> None:
    script = SCENARIOS["kitchen-smoke"]
    built = county.build(2, county.Size(homes=1, detectors=10, wristbands=2), date(2026, 3, 20))
    scenario = script.write(Cast(built, Random(2)))
    fleet = Fleet(built, Random(2))
    kitchen = str(scenario.truth[0].device)
    publisher = Publisher(BrokerLogin(broker.host, broker.port), fleet.lines(), name="test")
    with listening(broker) as ear:
        publisher.connect()
        player = Player(fleet, publisher, settle_for=timedelta(seconds=0.2))
        player.schedule(scenario, speed=20)
        player.start()
        try:
            last = f'"id":"{kitchen}-'
            assert ear.eventually(lambda: _alarms(ear, kitchen) == 4), "three times smoke, then clear"
            assert all(last in said.decode() for topic, said in ear.heard if topic.endswith("/alarm"))
            player.raise_failure()
        finally:
            player.stop()
            publisher.close()
    reported = {topic.split("/")[3] for topic, _ in ear.heard if topic.endswith("/telemetry")}
    assert reported == {address for address, voice in fleet.voices.items() if voice.entry.source == "yian"}


def _alarms(ear: Ear, device: str) -> int:
    return sum(topic.endswith(f"/{device}/alarm") for topic, _ in list(ear.heard))
