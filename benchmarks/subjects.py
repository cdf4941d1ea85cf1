"""What is measured, each in a process of its own: `python -m benchmarks.subjects NAME ARGUMENTS`.

A subject with COUNT 0 only opens its persistent session and ends. Else it prints one JSON line when it has
COUNT messages, and ends when stdin closes, so that the connections of the database can be looked at before.
"""

from __future__ import annotations

import functools
import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
import psutil
import psycopg
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from benchmarks.wire import CHUNK, Publisher, telemetry
from ingest.lane import Connect
from ingest.service import Ingest, IngestConfig
from model.broker import BrokerLogin
from model.clock import utc_now
from store import pool
from store.sql import Conn
from yian.roles import settle

WINDOW = 1000
GIVE_UP_AFTER_S = 120.0
_POLL_EVERY_S = 0.005


def cpu_s() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Meter:
    """Time and CPU between the first messages and the last one, start-up left out."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._first: tuple[int, float, float] | None = None
        self.result: dict[str, Any] = {}
        self.done = threading.Event()

    def at(self, seen: int) -> None:
        """Note how many messages have come so far."""
        if self._first is None and seen:
            self._first = (seen, time.perf_counter(), cpu_s())
        if self._first is not None and seen >= self.count and not self.done.is_set():
            first, began, cpu = self._first
            seconds, messages = time.perf_counter() - began, seen - first
            self.result = {
                "messages": messages,
                "seconds": seconds,
                "rate": messages / seconds,
                "cpu_us_per_message": (cpu_s() - cpu) / messages * 1e6,
                "rss_mb": psutil.Process().memory_info().rss / 2**20,
            }
            self.done.set()


def _started(
    host: str, port: str, url: str, replica: str, shared: str, connect: Connect | None = None
) -> Ingest:
    ingest = Ingest(
        IngestConfig(
            broker=BrokerLogin(host, int(port)),
            connect=connect or functools.partial(pool.connect, url, name="bench"),
            replica=replica,
            shared=bool(shared),
        )
    )
    settle()
    ingest.start()
    assert ingest.wait_ready(30)
    return ingest


def yian(host: str, port: str, url: str, count: str, replica: str = "bench", shared: str = "") -> None:
    """The whole service as it runs: three subscribers, two lanes, acknowledged after the commit."""
    ingest = _started(host, port, url, replica, shared)
    if int(count):
        meter = Meter(int(count))
        deadline = time.monotonic() + GIVE_UP_AFTER_S
        while not meter.done.is_set() and time.monotonic() < deadline:
            meter.at(ingest.telemetry.counts.messages)
            time.sleep(_POLL_EVERY_S)
        counts = ingest.telemetry.counts
        _tell(meter, {"readings": counts.readings, "dead_letters": counts.dead_letters})
    ingest.stop()


def role(host: str, port: str, url: str, replica: str = "bench", shared: str = "") -> None:
    """The ingest role until stdin closes; says when it is ready, and at the end what it took."""
    ingest = _started(host, port, url, replica, shared)
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.read()
    rss_mb = psutil.Process().memory_info().rss / 2**20
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ingest.stop()
    print(json.dumps({"rss_mb": rss_mb, "rss_most_mb": most_mb, "cpu_s": cpu_s()}), flush=True)


def noting(host: str, port: str, url: str) -> None:
    """The role as above; says at the end too when the commit of each device's first alert was answered.

    The lane's own connection listens: the server sends it the notice together with the answer to COMMIT.
    Times are of `time.perf_counter`, one clock for all processes of a machine.
    """
    committed_at: dict[int, float] = {}

    def note(notice: psycopg.Notify) -> None:
        committed_at.setdefault(json.loads(notice.payload)["device_id"], time.perf_counter())

    def connect() -> Conn:
        conn = pool.connect(url, name="bench")
        if threading.current_thread().name == "lane-alarm":
            conn.add_notify_handler(note)
            conn.execute("LISTEN yian_alerts")
            conn.commit()
        return conn

    ingest = _started(host, port, url, "bench", "", connect)
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.read()
    rss_mb = psutil.Process().memory_info().rss / 2**20
    ingest.stop()
    print(json.dumps({"rss_mb": rss_mb, "committed_at": committed_at}), flush=True)


def load(host: str, port: str, rate: str, seconds: str, devices: str) -> None:
    """Telemetry at a steady rate; says at the end what rate it reached."""
    publisher = Publisher(host, int(port), f"bench-load-{time.monotonic_ns()}")
    began_at, began, sent = utc_now(), time.perf_counter(), 0
    wanted, until = float(rate), float(seconds)
    while (passed := time.perf_counter() - began) < until:
        due = min(int(passed * wanted) - sent, CHUNK)
        if due <= 0:
            time.sleep(0.002)
            continue
        publisher.send([telemetry(sent + number, int(devices), began_at) for number in range(due)])
        sent += due
    publisher.finish()
    print(json.dumps({"rate": sent / (time.perf_counter() - began), "sent": sent}), flush=True)
    sys.stdin.read()


def bare_paho(host: str, port: str, _url: str, count: str) -> None:
    """The client's limit: receive and acknowledge, nothing else."""
    _paho("bench-paho", host, port, int(count), lambda _topic, _payload: None)


def one_insert(host: str, port: str, url: str, count: str) -> None:
    """What people write first: parse, insert, commit, acknowledge, one message at a time."""
    with psycopg.connect(url) as conn:

        def store(topic: str, payload: bytes) -> None:
            body = json.loads(payload)
            values = body["values"]
            conn.execute(
                "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct,"
                " rssi_dbm, temperature_c, lat, lon, accuracy_m, worn)"
                " SELECT device_id, %s, %s, now(), %s, %s, %s, %s, %s, %s, %s FROM devices"
                " WHERE source = 'yian' AND address = %s ON CONFLICT DO NOTHING",
                [body["at"], str(body["seq"]), *(values[name] for name in _VALUES), topic.split("/")[3]],
            )
            conn.commit()

        _paho("bench-insert", host, port, int(count), store)


_VALUES = ("battery_pct", "rssi_dbm", "temperature_c", "lat", "lon", "accuracy_m", "worn")


def _paho(client_id: str, host: str, port: str, count: int, store: Callable[[str, bytes], None]) -> None:
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
    )
    meter = Meter(count)
    seen = 0
    subscribed = threading.Event()

    def on_message(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        nonlocal seen
        store(message.topic, bytes(message.payload))
        client.ack(message.mid, message.qos)
        seen += 1
        if seen == 1 or seen >= count:
            meter.at(seen)

    client.on_message = on_message

    def on_connect(client: mqtt.Client, *_rest: object) -> None:
        client.subscribe("yian/v1/+/+/telemetry", 1)

    def on_subscribe(*_rest: object) -> None:
        subscribed.set()

    client.on_connect, client.on_subscribe = on_connect, on_subscribe
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = WINDOW
    client.connect(host, int(port), clean_start=False, properties=properties)
    client.loop_start()
    assert subscribed.wait(30)
    if count:
        meter.done.wait(GIVE_UP_AFTER_S)
        _tell(meter, {})
    client.disconnect()
    client.loop_stop()


def _tell(meter: Meter, more: dict[str, Any]) -> None:
    print(json.dumps({**meter.result, **more}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    SUBJECTS: dict[str, Callable[..., None]] = {
        "yian": yian,
        "role": role,
        "noting": noting,
        "load": load,
        "bare_paho": bare_paho,
        "one_insert": one_insert,
    }
    SUBJECTS[sys.argv[1]](*sys.argv[2:])
