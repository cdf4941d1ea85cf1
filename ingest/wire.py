"""paho's client with its socket read by the block and its acknowledgements sent by the batch.

paho asks the kernel four times for each packet and wakes its thread for each acknowledgement, which takes
three quarters of a subscriber's time. Here PUBLISH packets are taken out of whatever one read gives; every
other packet goes through paho's own code, so that connecting, pinging and leaving stay as they are.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion

BLOCK_BYTES = 256 * 1024
_PUBLISH, _PUBACK = 0x30, 0x40
_QOS, _QOS_1, _RETAIN = 0x06, 0x02, 0x01
_LENGTH_BYTES_MOST = 4
_U16 = struct.Struct("!H")
_ACK = struct.Struct("!BBH")


@dataclass(frozen=True, slots=True)
class Published:
    """A PUBLISH as it came; `packet_id` is 0 at QoS 0."""

    topic: bytes
    payload: bytes
    packet_id: int
    retained: bool


class BlockClient(mqtt.Client):
    """A client whose `on_block` is called with the messages of one read; it must not raise."""

    on_block: Callable[[Sequence[Published]], None]
    _block: bytes = b""
    _at: int = 0

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Take what the socket has, once."""
        try:
            more = super()._sock_recv(BLOCK_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        if not more:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()
        self._block, self._at = self._block[self._at :] + more, 0
        return self._take_block()

    def reconnect(self) -> MQTTErrorCode:
        """Connect anew; half a packet of the old connection is none of the new one's."""
        self._block, self._at = b"", 0
        return super().reconnect()

    def acknowledge(self, packet_ids: Sequence[int]) -> None:
        """Queue a PUBACK for each; what goes out as one write wakes the client's thread once.

        Source: MQTT 3.1.1 section 3.4, and MQTT 5 section 3.4.2.1: a reason of success may be left out.
        """
        packets = b"".join([_ACK.pack(_PUBACK, 2, packet_id) for packet_id in packet_ids])
        if packets:
            self._packet_queue(_PUBACK, packets, 0, 0)

    def _take_block(self) -> MQTTErrorCode:
        published: list[Published] = []
        v5 = self._protocol == MQTTProtocolVersion.MQTTv5
        while True:
            frame = _frame(self._block, self._at)
            if frame is None:
                break
            body, end = frame
            message = _published(self._block, self._at, body, end, v5=v5)
            if message is not None:
                published.append(message)
                self._at = end
                continue
            self._hand_over(published)
            published = []
            result = self._feed()
            if result != MQTTErrorCode.MQTT_ERR_SUCCESS or self._sock is None:
                return result
        self._hand_over(published)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _hand_over(self, published: Sequence[Published]) -> None:
        if published:
            self.on_block(published)

    def _feed(self) -> MQTTErrorCode:
        """Let paho read the one packet that begins here."""
        result = self._packet_read()
        return self._loop_rc_handle(result) if result > 0 else MQTTErrorCode.MQTT_ERR_SUCCESS

    def _sock_recv(self, bufsize: int) -> bytes:
        piece = self._block[self._at : self._at + bufsize]
        self._at += len(piece)
        return piece


def _frame(block: bytes, at: int) -> tuple[int, int] | None:
    """Return where the body of the packet at `at` begins and ends; None while it is not all there.

    A length of more than four bytes is no MQTT; it is left to paho, which closes the connection.
    """
    size, shift, body = 0, 0, at + 1
    for _ in range(_LENGTH_BYTES_MOST):
        if body >= len(block):
            return None
        byte = block[body]
        body += 1
        size |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (body, body + size) if body + size <= len(block) else None
        shift += 7
    return body, body


def _published(block: bytes, at: int, body: int, end: int, *, v5: bool) -> Published | None:
    """Return the PUBLISH at `at`; None for other packets, QoS 2, and what is malformed: these are paho's."""
    header = block[at]
    qos = header & _QOS
    if header & 0xF0 != _PUBLISH or qos > _QOS_1 or end - body < 2:
        return None
    topic_bytes: int = _U16.unpack_from(block, body)[0]
    rest = topic_end = body + 2 + topic_bytes
    packet_id = 0
    if qos:
        if rest + 2 > end:
            return None
        packet_id = _U16.unpack_from(block, rest)[0]
        rest += 2
    if v5:
        if rest >= end or block[rest] >= 0x80:
            return None  # properties of 128 bytes or more: paho's
        rest += 1 + block[rest]
    if rest > end or topic_end > end or (qos and not packet_id) or topic_end == body + 2:
        return None
    return Published(block[body + 2 : topic_end], block[rest:end], packet_id, bool(header & _RETAIN))
