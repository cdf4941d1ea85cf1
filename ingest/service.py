"""The ingest role: three subscribers, two lanes, and a beat that says our ears are open.

The beat is the telemetry lane's: a lane that hangs is heard of, and a connection for it alone would be 16 MB.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from alerts.classes import Limits
from ingest.adapters import matches
from ingest.decoding import decode
from ingest.lane import Connect, Lane
from ingest.messages import Decoded, Message, is_urgent
from ingest.subscriber import Subscriber
from ingest.waiting import REMEMBERED_AT_MOST, Line, Turns
from model.broker import BrokerLogin
from model.clock import utc_now
from model.events import Kind, State
from store import liveness
from store.sql import Conn

BEAT_EVERY_S = 2.0
LISTEN_EVERY_S = 0.1
"""So often we look whether our ears are open at last. Source: our choice, a start waits for no more."""
SWITCH_EVERY_S = 0.0001
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

    broker: BrokerLogin
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
            beat=self._beat,
        )
        foreign = [*(f"{base}/#" for base in config.zigbee_bases), *config.foreign_topics]
        self.subscribers = [
            self._subscriber("alarm", ALARM_TOPICS, self._take, ROOM_BESIDE_A_FLOOD),
            # Native telemetry never begins anything: it is read by its lane, in bulk.
            self._subscriber("telemetry", TELEMETRY_TOPICS, self.telemetry.put_all),
            *([self._subscriber("foreign", foreign, self._take, ROOM_BESIDE_A_FLOOD)] if foreign else []),
        ]

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

    def stop(self) -> None:
        """Close the ears, then write what was heard; what is not written stays with the broker."""
        for lane in (self.alarm, self.telemetry):
            lane.stop()
        for subscriber in self.subscribers:
            subscriber.stop()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until every subscription stands."""
        return all(subscriber.wait_connected(timeout_s) for subscriber in self.subscribers)

    def _decode(self, message: Message) -> Decoded:
        return decode(message, self._config.zigbee_bases)

    def _decode_telemetry(self, message: Message) -> Decoded:
        """Read what the telemetry subscriber heard; alarms and statuses come to the alarm subscriber too."""
        self.telemetry.give_way()
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

    def _beat(self, conn: Conn) -> float:
        """Say that our ears are open, if they are; return in how many seconds to say so again."""
        if not self._ears_open():
            return LISTEN_EVERY_S
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
        return BEAT_EVERY_S

    def _ears_open(self) -> bool:
        return all(subscriber.connected() for subscriber in self.subscribers) and self.alarm.alive()
