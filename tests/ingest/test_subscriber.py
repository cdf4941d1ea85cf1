"""The subscriber finds the protocol that a broker speaks."""

from __future__ import annotations

import logging
import queue
import socket
from collections.abc import Sequence

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from ingest.messages import Message
from ingest.subscriber import Subscriber
from model.broker import BrokerLogin
from yian.embedded import broker as brokers
from yian.embedded.broker import Kind

WITHIN_S = 15.0


def _ignore(_messages: Sequence[Message]) -> None:
    """Take messages and do nothing."""


@pytest.mark.parametrize(
    ("broker", "spoken"),
    [(Kind.MOSQUITTO, MQTTProtocolVersion.MQTTv5), (Kind.RUMQTTD, MQTTProtocolVersion.MQTTv311)],
    indirect=["broker"],
    ids=lambda value: value.name,
)
def test_it_speaks_5_where_the_broker_does_and_3_1_1_where_it_hangs_up_on_5(
    broker: brokers.Broker, spoken: MQTTProtocolVersion
) -> None:
    subscriber = Subscriber(BrokerLogin(broker.host, broker.port), "ingest-test", ["t"], _ignore)
    subscriber.start()
    try:
        assert subscriber.wait_connected(WITHIN_S)
        assert subscriber.protocol == spoken
    finally:
        subscriber.stop()


def test_it_comes_back_to_5_when_what_hung_up_was_no_broker_yet(broker: brokers.Broker) -> None:
    broker.stop()
    with socket.create_server((broker.host, broker.port)) as not_yet:
        subscriber = Subscriber(BrokerLogin(broker.host, broker.port), "ingest-test", ["t"], _ignore)
        subscriber.start()
        # Once for each protocol.
        for _ in range(2):
            not_yet.accept()[0].close()
    again = brokers.start(broker.child.log.parent, port=broker.port, kind=Kind.MOSQUITTO)
    try:
        assert subscriber.wait_connected(WITHIN_S)
        assert subscriber.protocol == MQTTProtocolVersion.MQTTv5
    finally:
        subscriber.stop()
        again.stop()


def test_it_says_once_that_there_is_no_broker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port: int = once.getsockname()[1]
    told, tries = queue.SimpleQueue[str](), queue.SimpleQueue[None]()
    handler = logging.Handler()
    handler.emit = lambda record: told.put(record.getMessage())
    log = logging.getLogger("ingest.subscriber")
    log.addHandler(handler)
    subscriber = Subscriber(BrokerLogin("127.0.0.1", port), "ingest-test", ["t"], _ignore)
    tell = subscriber._on_connect_fail  # pyright: ignore[reportPrivateUsage] - to know when it has failed twice

    def count(client: mqtt.Client, data: object) -> None:
        tell(client, data)
        tries.put(None)

    subscriber._client.on_connect_fail = count  # pyright: ignore[reportPrivateUsage]
    subscriber.start()
    try:
        for _ in range(2):
            tries.get(timeout=WITHIN_S)
        assert f"no broker at 127.0.0.1:{port}" in told.get(timeout=WITHIN_S)
        assert told.empty()
    finally:
        subscriber.stop()
        log.removeHandler(handler)
