"""A home with a few devices, an ingest on real services, and a device that publishes; for tests of the way in."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from ingest.service import Ingest, IngestConfig
from model.broker import BrokerLogin
from model.clock import utc_now
from store import pool

ZONE_ROOMS = ("203", "204", "205")


def enter_home(url: str) -> None:
    """Register home `h1`: detectors d1..d3 in three rooms of one zone, a band b1, z2m detectors, two people."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO homes (code, name, kind, township) VALUES ('h1', '青山敬老院', '敬老院', '甲镇')"
        )
        conn.execute(
            "INSERT INTO places (home_id, parent_id, kind, name)"
            " VALUES (1, NULL, 'building', '主楼'), (1, 1, 'floor', '二层'), (1, 2, 'zone', '东区')"
        )
        for room in ZONE_ROOMS:
            conn.execute(
                "INSERT INTO places (home_id, parent_id, kind, name) VALUES (1, 3, 'room', %s)", [room]
            )
        for number, room_id in enumerate((4, 5, 6), start=1):
            for source, address in (("yian", f"d{number}"), ("zigbee2mqtt", f"0x{number:016x}")):
                conn.execute(
                    "INSERT INTO devices (source, address, name, kind, home_id, place_id, installed_on)"
                    " VALUES (%s, %s, %s, 'detector', 1, %s, '2020-01-01')",
                    [source, address, address, room_id],
                )
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id) VALUES ('yian', 'b1', 'b1', 'wristband', 1)"
        )
        conn.execute(
            "INSERT INTO people (login, name, role, home_id, password_hash, channels)"
            " VALUES ('c', '王', 'carer', 1, '-', '{json://127.0.0.1:9/c}'),"
            " ('h', '李', 'head', 1, '-', '{json://127.0.0.1:9/h}')"
        )


def now_text() -> str:
    """Return the present instant as a device writes it."""
    return utc_now().isoformat(timespec="milliseconds")


def alarm(key: str, kind: str = "smoke", state: str | None = "active", at: str | None = None) -> bytes:
    """Return a native alarm."""
    body: dict[str, Any] = {"id": key, "at": at or now_text(), "kind": kind}
    if state is not None:
        body["state"] = state
    return json.dumps(body).encode()


class Publisher:
    """A device's side of the broker; `say` returns once the broker has the message."""

    def __init__(self, host: str, port: int) -> None:
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        up = threading.Event()

        def on_connect(*_: object) -> None:
            up.set()

        self._client.on_connect = on_connect
        self._client.connect(host, port)
        self._client.loop_start()
        assert up.wait(10)

    def say(self, topic: str, payload: bytes | str, *, retain: bool = False) -> None:
        """Publish at QoS 1."""
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        sent.wait_for_publish(10)
        assert sent.is_published()

    def throw(self, topics_and_payloads: Iterable[tuple[str, bytes | str]]) -> None:
        """Publish many at once; returns when the broker has them all."""
        sent = [self._client.publish(topic, payload, qos=1) for topic, payload in topics_and_payloads]
        for one in sent:
            one.wait_for_publish(60)
        assert all(one.is_published() for one in sent)

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class World:
    """A running ingest with its database and a publisher."""

    url: str
    ingest: Ingest
    device: Publisher
    config: IngestConfig

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the owner of the database sees."""
        with psycopg.connect(self.url, autocommit=True) as conn:
            return conn.execute(cast(LiteralString, query), values).fetchall()

    def alerts(self) -> list[tuple[Any, ...]]:
        """Return (class, device address or None, state) of all alerts in the order of raising."""
        return self.rows(
            "SELECT a.class, d.address, a.state FROM alerts a LEFT JOIN devices d USING (device_id) ORDER BY a.alert_id"
        )


def config_of(url: str, host: str, port: int, *, replica: str = "1", shared: bool = False) -> IngestConfig:
    """Return the configuration of an ingest on these services."""
    return IngestConfig(
        broker=BrokerLogin(host, port),
        connect=functools.partial(pool.connect, url, name="ingest"),
        replica=replica,
        shared=shared,
    )


@contextmanager
def world(url: str, host: str, port: int) -> Generator[World]:
    """Yield a world with home `h1` in it."""
    enter_home(url)
    config = config_of(url, host, port)
    ingest = Ingest(config)
    ingest.start()
    device = Publisher(host, port)
    try:
        assert ingest.wait_ready(10)
        yield World(url, ingest, device, config)
    finally:
        device.close()
        ingest.stop()
