"""Packets are cut out of a stream of bytes, wherever the stream was cut, and the rest is paho's."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from benchmarks.wire import Said, publish_packet
from ingest.wire import BlockClient, Published


class Stream(BlockClient):
    """A client whose socket is a list of pieces."""

    def __init__(self, protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv311) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, "test", protocol=protocol, manual_ack=True)
        self.got: list[Published] = []
        self.on_block = self._take

    def _take(self, block: Sequence[Published]) -> None:
        self.got += block

    def read(self, piece: bytes) -> MQTTErrorCode:
        self._block, self._at = self._block[self._at :] + piece, 0
        with socket.socket() as link:
            self._sock = cast(Any, link)
            return self._take_block()


MESSAGES = st.lists(
    st.tuples(st.text("abc/é", min_size=1, max_size=9), st.binary(max_size=300), st.integers(1, 65535)),
    max_size=8,
)


@given(MESSAGES, st.integers(1, 200))
def test_messages_come_out_as_they_went_in_wherever_the_stream_was_cut(
    messages: list[tuple[str, bytes, int]], size: int
) -> None:
    sent = b"".join(publish_packet(Said(topic, payload), number) for topic, payload, number in messages)
    # PINGRESP in the middle is paho's.
    sent += b"\xd0\x00" + sent
    stream = Stream()
    for first in range(0, len(sent), size):
        assert stream.read(sent[first : first + size]) == MQTTErrorCode.MQTT_ERR_SUCCESS
    wanted = [Published(topic.encode(), payload, number, False) for topic, payload, number in messages]
    assert stream.got == wanted * 2


def test_properties_of_mqtt_5_are_passed_over() -> None:
    stream = Stream(MQTTProtocolVersion.MQTTv5)
    # Payload format indicator 1, then a payload of "x". Source: MQTT 5 section 3.3.2.3.2.
    stream.read(b"\x33\x09\x00\x01t\x00\x07\x02\x01\x01x")
    assert stream.got == [Published(b"t", b"x", 7, True)]


@given(st.binary(max_size=60))
def test_no_bytes_stop_the_reader(noise: bytes) -> None:
    # What a QoS 2 or a CONNACK would set off is paho's own; here only PUBLISH at QoS 0 and 1, cut short at will.
    stream = Stream()
    body = noise[:100]
    stream.read(b"\x32" + bytes([len(body)]) + body + publish_packet(Said("t", b"x"), 9))
    assert stream.got[-1:] in ([Published(b"t", b"x", 9, False)], [])
