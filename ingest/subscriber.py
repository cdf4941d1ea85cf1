"""One MQTT client: persistent session, acknowledged by hand, the window as back-pressure.

MQTT 5 where the broker speaks it (receive maximum, session expiry), 3.1.1 where not (the broker's window).
What is not acknowledged when a connection breaks is delivered again by the broker; an old packet id is never
acknowledged on a new connection, where it may name another message.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.messages import Message
from model.clock import utc_now

_log = logging.getLogger(__name__)
SESSION_EXPIRY_S = 7 * 24 * 3600
_UNSUPPORTED_VERSION = "Unsupported protocol version"


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and how to log in."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls_ca: str | None = None


class Subscriber:
    """Subscribes to `topics` at QoS 1 and hands every message to `take`, which must not raise."""

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        topics: Sequence[str],
        take: Callable[[Message], None],
        *,
        window: int = 1000,
        protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
    ) -> None:
        self.client_id = client_id
        self._broker = broker
        self._topics = topics
        self._take = take
        self._window = window
        self._generation = 0
        self._connected = threading.Event()
        self._stopping = False
        self.protocol = protocol
        self._client = self._make_client()

    def start(self) -> None:
        """Connect in the background, for as long as it takes."""
        host, port = self._broker.host, self._broker.port
        if self.protocol == MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = SESSION_EXPIRY_S
            properties.ReceiveMaximum = self._window
            self._client.connect_async(host, port, keepalive=30, clean_start=False, properties=properties)
        else:
            self._client.connect_async(host, port, keepalive=30)
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect; the broker keeps the session and what was not acknowledged."""
        self._stopping = True
        self._client.disconnect()
        self._client.loop_stop()

    def connected(self) -> bool:
        """Say whether the broker has taken the subscriptions of this connection."""
        return self._connected.is_set()

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until subscribed."""
        return self._connected.wait(timeout_s)

    def _make_client(self) -> mqtt.Client:
        v5 = self.protocol == MQTTProtocolVersion.MQTTv5
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id,
            protocol=self.protocol,
            manual_ack=True,
            clean_session=None if v5 else False,
        )
        if self._broker.username is not None:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls_ca is not None:
            client.tls_set(ca_certs=self._broker.tls_ca, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.reconnect_delay_set(min_delay=1, max_delay=5)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        self._generation += 1
        if reason.is_failure:
            _log.warning("%s: the broker refused the connection: %s", self.client_id, reason)
            if str(reason) == _UNSUPPORTED_VERSION and self.protocol == MQTTProtocolVersion.MQTTv5:
                # The thread of this client must end before another may start.
                threading.Thread(target=self._fall_back, daemon=True).start()
            return
        client.subscribe([(topic, 1) for topic in self._topics])

    def _fall_back(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        if not self._stopping:
            self.protocol = MQTTProtocolVersion.MQTTv311
            self._client = self._make_client()
            self.start()

    def _on_subscribe(
        self, _client: mqtt.Client, _data: object, _mid: int, reasons: list[ReasonCode], _props: object
    ) -> None:
        refused = [topic for topic, reason in zip(self._topics, reasons, strict=False) if reason.is_failure]
        if refused:
            _log.error("%s: the broker refused the subscriptions %s", self.client_id, ", ".join(refused))
            return
        self._connected.set()

    def _on_disconnect(
        self, _client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        self._connected.clear()
        self._generation += 1
        if not self._stopping:
            _log.warning(
                "%s: the connection to the broker is lost (%s), trying again", self.client_id, reason
            )

    def _on_message(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        generation, mid, qos = self._generation, message.mid, message.qos

        def done() -> None:
            if generation == self._generation:
                client.ack(mid, qos)

        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = bytes(message._topic).decode("utf-8", "backslashreplace")  # pyright: ignore[reportPrivateUsage]
        self._take(Message(topic, bytes(message.payload), utc_now(), bool(message.retain), done))
