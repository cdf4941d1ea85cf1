"""Publishing over real MQTT: one connection per gateway with its last will; QoS 1 until acknowledged."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from model.broker import BrokerLogin
from model.clock import utc_now
from model.errors import Unavailable
from simulators.devices import Message
from simulators.fleet import Will

_KEEPALIVE_S = 20
_IN_FLIGHT = 200
CONNECT_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, the moment it was handed over, and its acknowledgement."""

    message: Message
    published_at: datetime
    info: MQTTMessageInfo

    def acknowledged(self) -> bool:
        """Say whether the broker has taken it."""
        return self.info.is_published()


class Publisher:
    """The connections of a fleet. paho sends what is not acknowledged again after a reconnect."""

    def __init__(self, broker: BrokerLogin, lines: Mapping[str, Will | None], *, name: str) -> None:
        self._broker = broker
        self._wills = lines
        self._name = name
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()
        self.sent: list[Sent] = []

    def connect(self, within: timedelta = CONNECT_WITHIN) -> None:
        """Open all connections. Raises Unavailable where the broker does not answer in time."""
        waiting = {line: self._open(line) for line in self._wills}
        for line, connected in waiting.items():
            if not connected.wait(within.total_seconds()):
                self.close()
                raise Unavailable(
                    f"MQTT broker {self._broker.host}:{self._broker.port}: no connection for {line}"
                )

    def send(self, message: Message) -> Sent | None:
        """Publish one message; None where its connection is cut, as a device without network is not heard."""
        client = self._clients.get(message.line)
        if client is None:
            return None
        published_at = utc_now()
        info = client.publish(message.topic, message.payload, qos=message.qos, retain=message.retain)
        sent = Sent(message, published_at, info)
        with self._lock:
            self.sent.append(sent)
        return sent

    def all_sent(self) -> list[Sent]:
        """Return what has been sent so far."""
        with self._lock:
            return list(self.sent)

    def unacknowledged(self) -> int:
        """Return how many messages the broker has not taken yet."""
        return sum(not one.acknowledged() for one in self.all_sent())

    def cut(self, line: str) -> None:
        """Break a connection without a goodbye, once what it carries is through: the will is published."""
        client = self._clients.pop(line, None)
        if client is None:
            return
        with self._lock:
            pending = [one for one in self.sent if one.message.line == line and not one.acknowledged()]
        for one in pending:
            with suppress(RuntimeError, ValueError):
                one.info.wait_for_publish(2)
        client.loop_stop()
        sock = client.socket()
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def mend(self, line: str) -> None:
        """Bring a connection back. Raises Unavailable where the broker does not answer in time."""
        if not self._open(line).wait(CONNECT_WITHIN.total_seconds()):
            raise Unavailable(
                f"MQTT broker {self._broker.host}:{self._broker.port}: no connection for {line}"
            )

    def close(self) -> None:
        """Say goodbye on all connections, so that no last will is published."""
        for client in self._clients.values():
            client.disconnect()
            client.loop_stop()
        self._clients.clear()

    def _open(self, line: str) -> threading.Event:
        connected = threading.Event()
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{self._name}-{line}",
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls_ca is not None:
            client.tls_set(self._broker.tls_ca)
        will = self._wills[line]
        if will is not None:
            client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.reconnect_delay_set(1, 5)

        def on_connect(_client: Client, _userdata: Any, _flags: Any, reason: Any, _properties: Any) -> None:
            if not reason.is_failure:
                connected.set()

        client.on_connect = on_connect
        client.connect_async(self._broker.host, self._broker.port, _KEEPALIVE_S)
        if client.loop_start() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise Unavailable("the MQTT client does not start")
        self._clients[line] = client
        return connected
