"""The ingest role: three subscribers, two lanes, and a beat that says our ears are open."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

import psycopg

from alerts.classes import Limits
from ingest.adapters import matches
from ingest.decoding import decode
from ingest.lane import Connect, Lane
from ingest.messages import Decoded, Message, is_urgent
from ingest.subscriber import Broker, Subscriber
from ingest.waiting import REMEMBERED_AT_MOST, Line, Turns
from model.clock import utc_now
from model.errors import Unavailable
from model.events import Kind, State
from store import liveness
from store.sql import Conn

_log = logging.getLogger(__name__)
BEAT_EVERY_S = 2.0
SWITCH_EVERY_S = 0.0005
WINDOW_MAX = 65535
"""Packet ids are 16 bits wide. Source: MQTT 5 section 3.1.2.11.3."""
ROOM_BESIDE_A_FLOOD = 4
"""How many windows may be in flight where alarms come: the broker holds back what lies behind a full one."""
GAP_WORTH_FORGIVING = timedelta(seconds=15)

ALARM_TOPICS = ("yian/v1/+/+/alarm", "yian/v1/+/+/status")
TELEMETRY_TOPICS = ("yian/#",)
"""All that is ours, so that a message on a wrong topic is a dead letter and not unheard."""


@dataclass(frozen=True, slots=True)
class IngestConfig:
    """What ingest needs to know. `replica` must differ between replicas and stay the same over restarts.

    `shared` subscribes through an MQTT 5 shared subscription, so that replicas divide the messages.
    """

    broker: Broker
    connect: Connect
    limits: Limits = field(default_factory=Limits)
    zigbee_bases: tuple[str, ...] = ("zigbee2mqtt",)
    foreign_topics: tuple[str, ...] = ()
    replica: str = "1"
    shared: bool = False
    window: int = 1000


class Ingest:
    """The running role; `start` returns at once, `stop` writes what is at hand."""

    def __init__(self, config: IngestConfig) -> None:
        self._config = config
        self._stopping = threading.Event()
        self._begun: set[tuple[str, str, Kind]] = set()
        self.alarm = Lane("alarm", config.connect, config.limits, waiting=Turns(self._decode, at_most=8))
        self.telemetry = Lane(
            "telemetry",
            config.connect,
            config.limits,
            # Half the window is written while the broker sends the other half.
            waiting=Line(self._decode_telemetry, at_most=max(1, min(2000, config.window // 2))),
            linger_s=0.05,
            after=self.alarm,
        )
        foreign = [*(f"{base}/#" for base in config.zigbee_bases), *config.foreign_topics]
        self.subscribers = [
            self._subscriber("alarm", ALARM_TOPICS, self._take, ROOM_BESIDE_A_FLOOD),
            # Native telemetry never begins anything: it is read by its lane, in bulk.
            self._subscriber("telemetry", TELEMETRY_TOPICS, self.telemetry.put_all),
            *([self._subscriber("foreign", foreign, self._take, ROOM_BESIDE_A_FLOOD)] if foreign else []),
        ]
        self._beat = threading.Thread(target=self._beat_until_stopped, name="beat", daemon=True)

    def _subscriber(
        self, name: str, topics: Sequence[str], take: Callable[[Sequence[Message]], None], windows: int = 1
    ) -> Subscriber:
        if self._config.shared:
            topics = [f"$share/yian/{topic}" for topic in topics]
        return Subscriber(
            self._config.broker,
            f"yian-{name}-{self._config.replica}",
            topics,
            take,
            window=min(windows * self._config.window, WINDOW_MAX),
        )

    def start(self) -> None:
        """Start lanes before ears, so that nothing waits for a thread."""
        # A busy thread keeps the interpreter for 5 ms by default, and an alarm needs it some twenty times.
        sys.setswitchinterval(SWITCH_EVERY_S)
        self.alarm.start()
        self.telemetry.start()
        for subscriber in self.subscribers:
            subscriber.start()
        self._beat.start()

    def stop(self) -> None:
        """Close the ears, then write what was heard; what is not written stays with the broker."""
        self._stopping.set()
        for lane in (self.alarm, self.telemetry):
            lane.stop()
        for subscriber in self.subscribers:
            subscriber.stop()
        self._beat.join(timeout=5)

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until every subscription stands."""
        return all(subscriber.wait_connected(timeout_s) for subscriber in self.subscribers)

    def _decode(self, message: Message) -> Decoded:
        return decode(message, self._config.zigbee_bases)

    def _decode_telemetry(self, message: Message) -> Decoded:
        """Read what the telemetry subscriber heard; alarms and statuses come to the alarm subscriber too."""
        if any(matches(pattern, message.topic) for pattern in ALARM_TOPICS):
            return Decoded(message)
        return self._decode(message)

    def _take(self, messages: Sequence[Message]) -> None:
        for message in messages:
            decoded = self._decode(message)
            (self.alarm if self._is_urgent(decoded) else self.telemetry).put(decoded)

    def _is_urgent(self, decoded: Decoded) -> bool:
        """Choose the lane; the all-clear follows its alarm by the same lane, so that their order is kept."""
        urgent = is_urgent(decoded) or decoded.unreadable is not None
        for event in decoded.events:
            key = (event.source, event.address, event.kind)
            if event.state is State.ACTIVE:
                if len(self._begun) >= REMEMBERED_AT_MOST:
                    # Forgetting costs speed only: an end then takes the other lane, which waits for this one.
                    self._begun.clear()
                self._begun.add(key)
            elif event.state is State.CLEAR and key in self._begun:
                self._begun.discard(key)
                urgent = True
        return urgent

    def _beat_until_stopped(self) -> None:
        conn: Conn | None = None
        first = True
        while not self._stopping.wait(0.0 if first else BEAT_EVERY_S):
            try:
                conn = conn if conn is not None and not conn.closed else self._config.connect()
                if self._ears_open():
                    self._beat_once(conn)
            except (psycopg.OperationalError, psycopg.InterfaceError, Unavailable) as exc:
                _log.warning("beat: %s", exc)
                conn = None
            first = False
        if conn is not None:
            conn.close()

    def _ears_open(self) -> bool:
        return (
            all(subscriber.connected() for subscriber in self.subscribers)
            and self.alarm.alive()
            and self.telemetry.alive()
        )

    def _beat_once(self, conn: Conn) -> None:
        now = utc_now()
        with conn.transaction():
            last = liveness.last_beat(conn, "ingest")
            if last is not None and now - last > GAP_WORTH_FORGIVING:
                liveness.forgive_gap(conn, last, now - last)
            counts = {
                "alarm": asdict(self.alarm.counts),
                "telemetry": asdict(self.telemetry.counts),
                "waiting": self.alarm.waiting() + self.telemetry.waiting(),
            }
            liveness.beat(conn, "ingest", self._config.replica, now, counts)
