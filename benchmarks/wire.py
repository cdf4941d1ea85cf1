"""A load generator that is not the bottleneck: MQTT 3.1.1 packets made beforehand, sent by the hundred."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CHUNK = 100
"""Packets sent at once."""

IN_FLIGHT_MOST = 800
"""Unacknowledged publishes; below the broker's receive maximum, above which it may drop a client."""

_CONNACK_BYTES = 4
_PUBACK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A message to publish."""

    topic: str
    payload: bytes


def telemetry(number: int, devices: int, at: datetime) -> Said:
    """Return telemetry number `number` of a fleet: what a wristband says, some 190 bytes."""
    device = number % devices
    values = {
        "battery_pct": 40 + device % 60,
        "rssi_dbm": -60 - device % 30,
        "temperature_c": 20.5 + device % 7,
        "lat": 28.68 + device % 100 / 1e4,
        "lon": 115.85 + device % 100 / 1e4,
        "accuracy_m": 12,
        "worn": True,
    }
    # One millisecond between two messages, so that no two of a device are of one instant.
    said_at = (at + timedelta(milliseconds=number)).isoformat(timespec="milliseconds")
    body = {"seq": number, "at": said_at, "values": values}
    return Said(
        f"yian/v1/{home_of(device)}/{address_of(device)}/telemetry",
        json.dumps(body, separators=(",", ":")).encode(),
    )


def address_of(device: int) -> str:
    """Return the address of a device of the fleet."""
    return f"B{device:07d}"


def home_of(device: int) -> str:
    """Return the code of a device's home; a home has 250 devices."""
    return f"bench-{device // 250}"


def alarm(device: int, at: datetime, number: int, *, active: bool = True) -> Said:
    """Return a smoke alarm, or its end."""
    body = {
        "id": f"a{number}",
        "at": at.isoformat(timespec="microseconds"),
        "kind": "smoke",
        "state": "active" if active else "clear",
    }
    return Said(f"yian/v1/{home_of(device)}/{address_of(device)}/alarm", json.dumps(body).encode())


def publish_packet(said: Said, packet_id: int) -> bytes:
    """Return a PUBLISH at QoS 1. Source: MQTT 3.1.1 section 3.3."""
    topic = said.topic.encode()
    body = struct.pack("!H", len(topic)) + topic + struct.pack("!H", packet_id) + said.payload
    return b"\x32" + _length(len(body)) + body


def _length(count: int) -> bytes:
    written = bytearray()
    while True:
        count, rest = divmod(count, 128)
        written.append(rest | (0x80 if count else 0))
        if not count:
            return bytes(written)


def connect(host: str, port: int, client_id: str) -> socket.socket:
    """Return a connection that the broker has accepted, with a clean session and no keep-alive."""
    link = socket.create_connection((host, port), 10)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    name = client_id.encode()
    body = b"\x00\x04MQTT\x04\x02\x00\x00" + struct.pack("!H", len(name)) + name
    link.sendall(b"\x10" + _length(len(body)) + body)
    answer = b""
    while len(answer) < _CONNACK_BYTES:
        more = link.recv(_CONNACK_BYTES - len(answer))
        if not more:
            raise ConnectionError("the broker closed the connection")
        answer += more
    if answer[3] != 0:
        raise ConnectionError(f"the broker refused the connection: {answer.hex()}")
    return link


class Publisher:
    """Publishes as fast as the broker takes it, never more than IN_FLIGHT_MOST ahead of its answers."""

    def __init__(self, host: str, port: int, client_id: str) -> None:
        self._link = connect(host, port, client_id)
        self._in_flight = 0
        self._packet_id = 0
        self._half = 0

    def send(self, said: Sequence[Said]) -> None:
        """Send a few messages (at most IN_FLIGHT_MOST) once the broker has answered enough of the earlier."""
        while self._in_flight + len(said) > IN_FLIGHT_MOST:
            self._read(wait=True)
        packets = bytearray()
        for one in said:
            self._packet_id = self._packet_id % 0xFFFF + 1
            packets += publish_packet(one, self._packet_id)
        self._in_flight += len(said)
        self._link.sendall(packets)
        self._read(wait=False)

    def finish(self) -> None:
        """Wait until the broker has answered everything."""
        while self._in_flight:
            self._read(wait=True)

    def close(self) -> None:
        """Take leave."""
        self._link.sendall(b"\xe0\x00")
        self._link.close()

    def _read(self, *, wait: bool) -> None:
        readable, _, _ = select.select([self._link], [], [], 30.0 if wait else 0.0)
        if not readable:
            if wait:
                raise ConnectionError("the broker does not answer")
            return
        read = self._link.recv(65536)
        if not read:
            raise ConnectionError("the broker closed the connection")
        answers, self._half = divmod(len(read) + self._half, _PUBACK_BYTES)
        self._in_flight -= answers


def blast(host: str, port: int, messages: Sequence[Said], client_id: str = "bench-load") -> float:
    """Publish everything, wait for the last answer, and return messages a second: the generator's ceiling."""
    publisher = Publisher(host, port, client_id)
    began = time.perf_counter()
    for chunk in _chunks(messages):
        publisher.send(chunk)
    publisher.finish()
    rate = len(messages) / (time.perf_counter() - began)
    publisher.close()
    return rate


def _chunks(messages: Sequence[Said]) -> Iterator[Sequence[Said]]:
    for first in range(0, len(messages), CHUNK):
        yield messages[first : first + CHUNK]
