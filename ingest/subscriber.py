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

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.arrivals import Arrivals
from ingest.messages import Message
from ingest.wire import BlockClient, Published
from model.broker import BrokerLogin
from model.clock import utc_now

_log = logging.getLogger(__name__)
SESSION_EXPIRY_S = 7 * 24 * 3600
_PAUSE_S = 1.0
_UNSUPPORTED_VERSION = "Unsupported protocol version"


class Subscriber:
    """Subscribes to `topics` at QoS 1 and hands what comes to `take`, some at a time; it must not raise."""

    def __init__(
        self,
        broker: BrokerLogin,
        client_id: str,
        topics: Sequence[str],
        take: Callable[[Sequence[Message]], None],
        *,
        window: int = 1000,
        protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
    ) -> None:
        self.client_id = client_id
        self._broker = broker
        self._topics = topics
        self._take = take
        self._window = window
        self._link = _Link()
        self._arrivals = Arrivals()
        self._connected = threading.Event()
        self._changing = False
        self._stop_asked = threading.Event()
        self._ever_answered = False
        self._told_away = False
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
        self._stop_asked.set()
        self._client.disconnect()
        self._client.loop_stop()

    def connected(self) -> bool:
        """Say whether the broker has taken the subscriptions of this connection."""
        return self._connected.is_set()

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until subscribed."""
        return self._connected.wait(timeout_s)

    def _make_client(self) -> BlockClient:
        v5 = self.protocol == MQTTProtocolVersion.MQTTv5
        client = BlockClient(
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
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_block = self._on_block
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        self._link.lose()
        self._ever_answered, self._told_away = True, False
        if reason.is_failure:
            _log.warning("%s: the broker refused the connection: %s", self.client_id, reason)
            if str(reason) == _UNSUPPORTED_VERSION and self.protocol == MQTTProtocolVersion.MQTTv5:
                self._change_protocol()
            return
        self._link = _Link(self._client)
        client.subscribe([(topic, 1) for topic in self._topics])

    def _on_connect_fail(self, _client: mqtt.Client, _data: object) -> None:
        if not self._told_away:
            self._told_away = True
            where = f"{self._broker.host}:{self._broker.port}"
            _log.warning("%s: no broker at %s, trying again until there is one", self.client_id, where)

    def _change_protocol(self) -> None:
        if not self._changing:
            self._changing = True
            # The thread of this client must end before another may start.
            threading.Thread(target=self._start_over, daemon=True).start()

    def _start_over(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        v5 = self.protocol == MQTTProtocolVersion.MQTTv5
        # At once to the older one, but a broker that answers neither is not to be hammered.
        self._stop_asked.wait(0 if v5 else _PAUSE_S)
        self.protocol = MQTTProtocolVersion.MQTTv311 if v5 else MQTTProtocolVersion.MQTTv5
        self._client = self._make_client()
        self._changing = False
        if not self._stop_asked.is_set():
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
        self._link.lose()
        if not self._stop_asked.is_set():
            if not self._ever_answered:
                # A broker of 3.1.1 may hang up on MQTT 5 without a word (rumqttd does). A broker that is just
                # starting may as well, so both protocols are tried in turn until one is answered.
                self._change_protocol()
            _log.warning(
                "%s: the connection to the broker is lost (%s), trying again", self.client_id, reason
            )

    def _on_block(self, block: Sequence[Published]) -> None:
        link, arrivals = self._link, self._arrivals.take(utc_now(), len(block))
        self._take(
            [
                Message(_text(one.topic), one.payload, arrived_at, one.retained, link, one.packet_id)
                for one, arrived_at in zip(block, arrivals, strict=True)
            ]
        )


class _Link:
    """A connection: an old packet id is never acknowledged on the next, where it may name another message."""

    def __init__(self, client: BlockClient | None = None) -> None:
        self._client = client

    def lose(self) -> None:
        self._client = None

    def acknowledge(self, packet_ids: Sequence[int]) -> None:
        client = self._client
        if client is not None:
            client.acknowledge(packet_ids)


def _text(topic: bytes) -> str:
    try:
        return topic.decode()
    except UnicodeDecodeError:
        return topic.decode("utf-8", "backslashreplace")
