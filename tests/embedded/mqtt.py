"""A small MQTT client for tests: it records what it gets and can be killed."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

V311 = MQTTProtocolVersion.MQTTv311
V5 = MQTTProtocolVersion.MQTTv5
WITHIN_S = 10.0


class Client:
    """Connected from the start; `keep` asks for a session that outlives the connection."""

    def __init__(
        self,
        port: int,
        name: str,
        *,
        keep: bool = False,
        version: MQTTProtocolVersion = V311,
        by_hand: bool = False,
        receive_maximum: int | None = None,
        will: tuple[str, str] | None = None,
        keepalive_s: int = 60,
    ) -> None:
        v5 = version is V5
        self.got: list[mqtt.MQTTMessage] = []
        self.session_present = False
        self._changed = threading.Condition()
        self._connected = threading.Event()
        self._subscribed = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            protocol=version,
            manual_ack=by_hand,
            clean_session=None if v5 else not keep,
        )
        self._client.on_message = self._on_message
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        if will is not None:
            self._client.will_set(*will, qos=1)
        properties = None
        if v5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 3600 if keep else 0
            if receive_maximum is not None:
                properties.ReceiveMaximum = receive_maximum
        start: dict[str, Any] = {"clean_start": not keep, "properties": properties} if v5 else {}
        self._client.connect("127.0.0.1", port, keepalive_s, **start)
        self._client.loop_start()
        assert self._connected.wait(WITHIN_S), "no CONNACK"

    def subscribe(self, topic: str) -> None:
        """Subscribe at QoS 1 and wait until the broker has it."""
        self._subscribed.clear()
        self._client.subscribe(topic, 1)
        assert self._subscribed.wait(WITHIN_S), "no SUBACK"

    def publish(self, topic: str, *payloads: str, retain: bool = False) -> None:
        """Publish at QoS 1 and wait until the broker has acknowledged all."""
        for said in [self._client.publish(topic, payload, 1, retain) for payload in payloads]:
            said.wait_for_publish(WITHIN_S)
            assert said.is_published(), "no PUBACK"

    def acknowledge(self, *messages: mqtt.MQTTMessage) -> None:
        """Acknowledge by hand."""
        for message in messages:
            self._client.ack(message.mid, message.qos)

    def wait_for(self, count: int, within_s: float = WITHIN_S) -> list[str]:
        """Wait until so many messages have come; return the payloads of all that did."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.got) >= count, within_s)
            return [message.payload.decode() for message in self.got]

    def kill(self) -> None:
        """Break the connection without a DISCONNECT, as a crash does."""
        self._client.loop_stop()
        self._client._sock_close()  # pyright: ignore[reportPrivateUsage]  the only way to go without a word

    def fall_silent(self) -> None:
        """Keep the connection open and say nothing more, as a hung device does."""
        self._client.loop_stop()

    def close(self) -> None:
        """Disconnect in order; does nothing after a kill."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            self.got.append(message)
            self._changed.notify_all()

    def _on_subscribe(self, *_rest: object) -> None:
        self._subscribed.set()

    def _on_connect(
        self, _client: mqtt.Client, _data: object, flags: mqtt.ConnectFlags, *_rest: object
    ) -> None:
        self.session_present = flags.session_present
        self._connected.set()


@contextmanager
def client(port: int, name: str, **options: Any) -> Generator[Client]:
    """Yield a client that is closed after the block."""
    made = Client(port, name, **options)
    try:
        yield made
    finally:
        made.close()
