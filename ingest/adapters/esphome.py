"""ESPHome nodes: `{node}/binary_sensor/{id}/state`, `{node}/sensor/{id}/state`, `{node}/status`. Pure.

Source: the ESPHome documentation of its MQTT component. A sensor's id is all that says what it is for, so
its words decide, the narrower ones first: `smoke_battery_low` is a battery. Ids without such a word give
nothing.
"""

from __future__ import annotations

import re
from datetime import datetime

from ingest.adapters import unpack
from ingest.adapters.said import Said
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "esphome"

WORDS: tuple[tuple[frozenset[str], Kind], ...] = (
    (frozenset({"test", "selftest"}), Kind.TEST),
    (frozenset({"tamper"}), Kind.TAMPER),
    (frozenset({"battery"}), Kind.BATTERY_LOW),
    (frozenset({"fault", "trouble", "problem"}), Kind.FAULT),
    (frozenset({"mute", "silence", "hush"}), Kind.MUTE),
    (frozenset({"sos", "panic", "emergency"}), Kind.SOS),
    (frozenset({"co", "monoxide"}), Kind.CO),
    (frozenset({"heat"}), Kind.HEAT),
    (frozenset({"smoke", "fire", "smokealarm", "smokedetector", "firealarm"}), Kind.SMOKE),
)
STATES = {"on": True, "off": False}
STATUSES = {"offline": True, "online": False}


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a node said. Raises BadInput for other topics, and for a state that is no text."""
    written = unpack.plain_text(payload).strip()
    match unpack.topic_levels(topic):
        case [*node, "status"] if node:
            said = Said(SOURCE, "/".join(node))
            said.state(Kind.OFFLINE, STATUSES.get(written.casefold()))
        case [*node, "binary_sensor", name, "state"] if node:
            said = Said(SOURCE, "/".join(node))
            kind = _kind(name)
            if kind is not None:
                said.state(kind, STATES.get(written.casefold()))
        case [*node, "sensor", name, "state"] if node:
            said = Said(SOURCE, "/".join(node))
            if "battery" in _words(name) and not {"voltage", "volt"} & _words(name):
                said.reading("battery_pct", unpack.within(written, 0, 100))
        case [_, *_, "state" | "debug"]:
            return []
        case _:
            raise BadInput("topic", "{node}/binary_sensor/{id}/state or {node}/status", topic)
    return said.events()


def _words(name: str) -> set[str]:
    """Return the words of an id, without a room's number behind one: `smoke203` (but `co2` is no `co`)."""
    return {re.sub(r"(?<=[a-z]{3})\d+$", "", word) for word in re.split(r"[^a-z0-9]+", name.casefold())}


def _kind(name: str) -> Kind | None:
    words = _words(name)
    return next((kind for known, kind in WORDS if known & words), None)
