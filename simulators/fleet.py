"""All devices of a county as one choir: actions in, messages out. Pure: the time is an argument."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from model.devices import DeviceKind
from model.errors import Missing
from model.events import Kind
from model.registers import DeviceEntry
from simulators.county import County
from simulators.devices import Bridge, Message, NativeVoice, Voice, ZigbeeVoice
from simulators.fittings import BRIDGE, NATIVE, ZIGBEE

STRANGERS = "strangers"
"""The connection of whoever does not belong to the county."""


@dataclass(frozen=True, slots=True)
class Say:
    """A device says that kinds are so (True) or not so (False)."""

    address: str
    states: tuple[tuple[Kind, bool], ...]


@dataclass(frozen=True, slots=True)
class Chatter:
    """A loose contact: a device says in one breath that a kind is so, not so, so, ...: `times` messages."""

    address: str
    kind: Kind
    times: int


@dataclass(frozen=True, slots=True)
class Report:
    """A device gives a sign of life."""

    address: str


@dataclass(frozen=True, slots=True)
class Move:
    """A band tells that it is somewhere else: in metres on its floor's plan; None is its bearer's room."""

    address: str
    spot: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """A device sends its last alarm once more, byte for byte."""

    address: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A device stops reporting."""

    address: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """A native device that nobody registered says something in a home."""

    home: str
    address: str
    kind: Kind
    active: bool = True


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of no device at all."""

    topic: str
    payload: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A connection breaks without a goodbye: the broker publishes its last will."""

    line: str


@dataclass(frozen=True, slots=True)
class Mend:
    """The broken connection comes back."""

    line: str


Action = Say | Chatter | Report | Move | Again | Silence | Stranger | Raw | Cut | Mend


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says when a connection breaks."""

    topic: str
    payload: bytes


class Fleet:
    """The county's devices and what they have said so far."""

    def __init__(self, county: County, rng: Random) -> None:
        self.county = county
        self.rng = rng
        homes = {home.code: home for home in county.registers.homes}
        self.voices: dict[str, Voice] = {}
        self.bridge = Bridge()
        for entry in county.registers.devices:
            if entry.source == NATIVE:
                self.voices[entry.address] = NativeVoice(entry, rng, homes[entry.home])
            elif entry.kind is not DeviceKind.GATEWAY:
                voice = ZigbeeVoice(entry, rng)
                self.voices[entry.address] = voice
                self.bridge.voices.append(voice)
        self.strangers: dict[str, NativeVoice] = {}

    def lines(self) -> dict[str, Will | None]:
        """Return the connections that the fleet needs, each with its last will."""
        found: dict[str, Will | None] = {
            home: Will(f"yian/v1/{home}/{home}-gw/status", b'{"state":"offline"}')
            for home in self.county.home_codes()
        }
        if self.bridge.voices:
            found[ZIGBEE] = Will(f"{ZIGBEE}/{BRIDGE}/state", b'{"state":"offline"}')
        return found | {STRANGERS: None}

    def hello(self, line: str, now: datetime) -> list[Message]:
        """Return what stands behind a connection says when it comes up."""
        if line == ZIGBEE:
            return self.bridge.hello()
        if line == STRANGERS:
            return []
        body = json.dumps({"state": "online", "at": now.isoformat(timespec="milliseconds")}).encode()
        return [Message(line, f"yian/v1/{line}/{line}-gw/status", body, retain=True)]

    def report_every(self, address: str, at_most: timedelta) -> timedelta:
        """Return how often a device reports: well within its own limit, and at least every `at_most`."""
        return min(at_most, self.voices[address].entry.report_every / 2)

    def report(self, address: str, now: datetime) -> list[Message]:
        """Return the regular report of a device; nothing from one that is silent."""
        voice = self.voices[address]
        return [] if voice.silent else voice.report(now)

    def perform(self, action: Action, now: datetime) -> list[Message]:
        """Return the messages of one action; a cut or mended connection is the publisher's business.

        Raises Missing for a device that the county does not have.
        """
        match action:
            case Say(address, states):
                return self._voice(address).say(dict(states), now)
            case Chatter(address, kind, times):
                voice = self._voice(address)
                return [one for number in range(times) for one in voice.say({kind: number % 2 == 0}, now)]
            case Report(address):
                return self._voice(address).report(now)
            case Move(address, spot):
                self._voice(address).spot = spot
                return self._voice(address).report(now)
            case Again(address):
                return self._voice(address).again()
            case Silence(address):
                self._voice(address).silent = True
                return []
            case Stranger(home, address, kind, active):
                return [_from_stranger(one) for one in self._stranger(home, address).say({kind: active}, now)]
            case Raw(topic, payload, retain):
                return [Message(STRANGERS, topic, payload, retain=retain)]
            case Cut() | Mend():
                return []

    def _voice(self, address: str) -> Voice:
        if address not in self.voices:
            raise Missing(f"no simulated device {address}")
        return self.voices[address]

    def _stranger(self, home: str, address: str) -> NativeVoice:
        if address not in self.strangers:
            entry = DeviceEntry(NATIVE, address, address, DeviceKind.UNKNOWN, home)
            self.strangers[address] = NativeVoice(entry, self.rng)
        return self.strangers[address]


def _from_stranger(said: Message) -> Message:
    return Message(STRANGERS, said.topic, said.payload, said.qos, said.retain, said.trace, said.alarm)
