"""How a simulated device speaks: what it remembers, and the bytes that it puts on the wire. Pure.

Two tongues: the native one, and Zigbee2MQTT, which repeats all cached attributes in every message.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from model.devices import DeviceKind
from model.events import MOMENTARY_KINDS, Kind
from model.registers import DeviceEntry, HomeEntry
from simulators.building import spot
from simulators.fittings import BRIDGE, NATIVE, ZIGBEE


@dataclass(frozen=True, slots=True)
class Trace:
    """What a message must leave in the store: an event for each of `kinds`, and a reading or none.

    A repeated state leaves nothing, nor does a state that is clear from the beginning.
    """

    source: str
    address: str
    said_at: datetime
    kinds: frozenset[Kind] = frozenset()
    reading: bool = False

    def rows(self) -> int:
        """Return how many rows that is."""
        return len(self.kinds) + self.reading


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes for a topic, on the connection that `line` names; `trace` is None for what leaves no row."""

    line: str
    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    trace: Trace | None = None
    alarm: bool = False
    """Whether it says that something is so: what a service without judgement would send a message about."""


class Voice(ABC):
    """One device that speaks. Methods return messages and remember what was said."""

    def __init__(self, entry: DeviceEntry, rng: Random) -> None:
        self.entry = entry
        self.rng = rng
        self.silent = False
        self.battery_pct = float(rng.randrange(55, 100))
        self.states: dict[Kind, bool] = {}
        self.last: Message | None = None
        self.said_at: datetime | None = None
        self.spot: tuple[float, float] | None = None

    def say(self, states: dict[Kind, bool], now: datetime) -> list[Message]:
        """Say that these kinds are so, or not so, now; a millisecond later than what was said just before."""
        changed = frozenset(
            kind
            for kind, active in states.items()
            if kind in MOMENTARY_KINDS or active != self.states.get(kind, False)
        )
        self.states |= {kind: active for kind, active in states.items() if kind not in MOMENTARY_KINDS}
        if Kind.BATTERY_LOW in states:
            self.battery_pct = 8.0 if states[Kind.BATTERY_LOW] else 97.0
        self.said_at = _after(self.said_at, _millisecond(now))
        said = self._alarm(states, changed, self.said_at)
        if said:
            self.last = said[-1]
        return said

    def again(self) -> list[Message]:
        """Return the last alarm once more, byte for byte, as after a lost acknowledgement."""
        if self.last is None:
            return []
        last = self.last
        return [Message(last.line, last.topic, last.payload, last.qos, last.retain, None, last.alarm)]

    def report(self, now: datetime) -> list[Message]:
        """Return a sign of life with readings."""
        self.battery_pct = max(45.0, self.battery_pct - 0.001) if self.battery_pct > 10 else self.battery_pct
        return self._report(_millisecond(now))

    @abstractmethod
    def _alarm(self, states: dict[Kind, bool], changed: frozenset[Kind], now: datetime) -> list[Message]: ...

    @abstractmethod
    def _report(self, now: datetime) -> list[Message]: ...


class NativeVoice(Voice):
    """A device that speaks our own format."""

    def __init__(self, entry: DeviceEntry, rng: Random, home: HomeEntry | None = None) -> None:
        super().__init__(entry, rng)
        self.home = home
        self.sequence = 0

    def _alarm(self, states: dict[Kind, bool], changed: frozenset[Kind], now: datetime) -> list[Message]:
        return [self._one(kind, active, kind in changed, now) for kind, active in states.items()]

    def _one(self, kind: Kind, active: bool, changed: bool, now: datetime) -> Message:
        self.sequence += 1
        body: dict[str, object] = {
            "id": f"{self.entry.address}-{self.sequence}",
            "at": _iso(now),
            "kind": str(kind),
        }
        if kind not in MOMENTARY_KINDS:
            body["state"] = "active" if active else "clear"
        trace = Trace(NATIVE, self.entry.address, now, frozenset({kind}) if changed else frozenset())
        return Message(
            self.entry.home,
            f"yian/v1/{self.entry.home}/{self.entry.address}/alarm",
            _json(body),
            trace=trace if changed else None,
            alarm=active,
        )

    def _report(self, now: datetime) -> list[Message]:
        self.sequence += 1
        values: dict[str, object] = {"rssi_dbm": self.rng.randrange(-88, -52)}
        if self.entry.kind is not DeviceKind.GATEWAY:
            values["battery_pct"] = round(self.battery_pct, 1)
        if self.entry.kind is DeviceKind.DETECTOR:
            values["temperature_c"] = round(19 + self.rng.random() * 6, 1)
        if self.entry.kind is DeviceKind.WRISTBAND:
            values |= self._worn()
        body = {"seq": self.sequence, "at": _iso(now), "values": values}
        topic = f"yian/v1/{self.entry.home}/{self.entry.address}/telemetry"
        return [
            Message(
                self.entry.home,
                topic,
                _json(body),
                trace=Trace(NATIVE, self.entry.address, now, reading=True),
            )
        ]

    def _worn(self) -> dict[str, object]:
        values: dict[str, object] = {"worn": not self.states.get(Kind.OFF_BODY, False)}
        if self.home is not None and self.home.lat is not None and self.home.lon is not None:
            # About 30 m round the home, or some 400 m off while it is outside its fence.
            off = 0.004 if self.states.get(Kind.FENCE, False) else 0.0
            values |= {
                "lat": round(self.home.lat + off + self.rng.uniform(-3e-4, 3e-4), 6),
                "lon": round(self.home.lon + off + self.rng.uniform(-3e-4, 3e-4), 6),
                "crs": "WGS-84",
                "accuracy_m": self.rng.randrange(4, 18),
            }
        place = self.entry.place
        where = self.spot or spot(place)
        if where is not None and place is not None and not self.states.get(Kind.FENCE, False):
            # Some centimetres of noise: less than a step.
            values |= {
                "x_m": round(max(0.0, where[0] + self.rng.uniform(-0.3, 0.3)), 2),
                "y_m": round(max(0.0, where[1] + self.rng.uniform(-0.3, 0.3)), 2),
                "floor": place[1] if self.spot is None else "一层",
            }
        return values


_ZIGBEE_NAMES = {
    Kind.SMOKE: "smoke",
    Kind.BATTERY_LOW: "battery_low",
    Kind.TAMPER: "tamper",
    Kind.TEST: "test",
    Kind.FAULT: "device_fault",
    Kind.MUTE: "silence",
}


class ZigbeeVoice(Voice):
    """A detector behind Zigbee2MQTT: every message repeats all that the bridge has cached."""

    def __init__(self, entry: DeviceEntry, rng: Random) -> None:
        super().__init__(entry, rng)
        self.states = dict.fromkeys(_ZIGBEE_NAMES, False)

    @property
    def friendly_name(self) -> str:
        """The name that stands in the topic."""
        return self.entry.aliases[0] if self.entry.aliases else self.entry.address

    def _alarm(self, states: dict[Kind, bool], changed: frozenset[Kind], now: datetime) -> list[Message]:
        return [self._state(changed, now, alarm=any(states.values()))]

    def _report(self, now: datetime) -> list[Message]:
        return [self._state(frozenset(), now, alarm=False)]

    def _state(self, changed: frozenset[Kind], now: datetime, *, alarm: bool) -> Message:
        body: dict[str, object] = {name: self.states[kind] for kind, name in _ZIGBEE_NAMES.items()}
        body |= {
            "battery": round(self.battery_pct),
            "linkquality": self.rng.randrange(40, 180),
            "last_seen": _iso(now),
            "self_test": None,
            "update": {"state": "idle"},
        }
        trace = Trace(ZIGBEE, self.entry.address, now, changed, reading=True)
        return Message(ZIGBEE, f"{ZIGBEE}/{self.friendly_name}", _json(body), trace=trace, alarm=alarm)


@dataclass(slots=True)
class Bridge:
    """The Zigbee2MQTT bridge itself: its state, and the book of its devices."""

    voices: list[ZigbeeVoice] = field(default_factory=list[ZigbeeVoice])

    def hello(self) -> list[Message]:
        """Return what a bridge publishes when it starts; all of it is retained."""
        book = [
            {
                "ieee_address": voice.entry.address,
                "type": "EndDevice",
                "friendly_name": voice.friendly_name,
                "definition": {"model": voice.entry.model, "vendor": "Jiyuan"},
            }
            for voice in self.voices
        ]
        book.insert(
            0, {"ieee_address": "0x00124b0000000001", "type": "Coordinator", "friendly_name": "Coordinator"}
        )
        return [
            Message(ZIGBEE, f"{ZIGBEE}/{BRIDGE}/state", _json({"state": "online"}), retain=True),
            Message(ZIGBEE, f"{ZIGBEE}/{BRIDGE}/devices", _json(book), retain=True),
            *(
                Message(
                    ZIGBEE,
                    f"{ZIGBEE}/{voice.friendly_name}/availability",
                    _json({"state": "online"}),
                    retain=True,
                )
                for voice in self.voices
            ),
        ]


def _millisecond(at: datetime) -> datetime:
    """Devices tell time to the millisecond; what they say must be found again in the store."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _after(before: datetime | None, now: datetime) -> datetime:
    return now if before is None else max(now, before + timedelta(milliseconds=1))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
