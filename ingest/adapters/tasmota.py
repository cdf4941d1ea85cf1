"""Tasmota: Zigbee bridges (`ZbReceived`), wired detectors on a switch, last wills. Pure.

Source: the Tasmota documentation of Zigbee and MQTT; bits of ZoneStatusChange as the ZCL names them
(8.2.2.2.1.3). The alarm bit means what the sensor is for: Tasmota says so by `Fire`, `CO`, `Contact` and
the like, and where it does not, only a name with smoke or fire in it makes it a fire. The address is
bridge/device.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import fields, unpack
from ingest.adapters.fields import ReadingField, battery, battery_volt, flag, temperature
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind, State

SOURCE = "tasmota"
PREFIXES = frozenset({"tele", "stat"})

ALARM_BITS = 0b11
BITS: dict[int, tuple[Kind, str | None]] = {
    2: (Kind.TAMPER, None),
    3: (Kind.BATTERY_LOW, None),
    6: (Kind.FAULT, "trouble"),
    8: (Kind.TEST, None),
    9: (Kind.FAULT, "battery_defect"),
}
"""Bits of an IAS zone; 4, 5 and 7 (supervision, restore reports, mains) are not about the device."""

BY_TYPE = (flag("Fire", Kind.SMOKE), flag("CO", Kind.CO))
OTHER_TYPES = ("Contact", "Occupancy", "Water", "Vibration", "GlassBreak", "Personal")
READINGS = (
    battery("BatteryPercentage"),
    battery_volt("BatteryVoltage"),
    ReadingField("LinkQuality", "lqi", 0, 255),
    temperature("Temperature"),
)
SMOKE_NAMES = ("smoke", "fire", "烟")

ZONE_STATUS = ("0500<00", "0500?00")
"""Zone status as older versions hand it on: the attribute's bytes, the low one first; `<` came by itself."""

WIRED = {"FIRE": Kind.SMOKE, "SMOKE": Kind.SMOKE, "HEAT": Kind.HEAT, "TEST": Kind.TEST, "TAMPER": Kind.TAMPER}
"""Last levels of `stat/{bridge}/{name}` with ON or OFF of a wired detector, as its installer named it."""


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a bridge or a device behind it said; other results give nothing.

    Raises BadInput for other topics, for an unknown word in a last will, and for no JSON where some must be.
    """
    match unpack.topic_levels(topic):
        case [prefix, bridge, *_, "LWT"] if prefix in PREFIXES:
            return _last_will(bridge, payload)
        case [prefix, bridge, *_, "SENSOR" | "RESULT"] if prefix in PREFIXES:
            received = unpack.members(unpack.json_object(payload).get("ZbReceived"))
            return [
                event
                for name, body in received.items()
                for event in _zigbee(bridge, name, unpack.members(body)).events()
            ]
        case [prefix, bridge, word] if prefix in PREFIXES:
            return _wired(bridge, word.upper(), payload)
        case [prefix, _, *_] if prefix in PREFIXES:
            return []
        case _:
            raise BadInput("topic", "tele/{bridge}/... or stat/{bridge}/...", topic)


def _last_will(bridge: str, payload: bytes) -> list[Event]:
    match unpack.plain_text(payload).strip().casefold():
        case "online":
            return [Event(SOURCE, bridge, Kind.OFFLINE, State.CLEAR)]
        case "offline":
            return [Event(SOURCE, bridge, Kind.OFFLINE, State.ACTIVE)]
        case "":
            return []
        case word:
            raise BadInput("payload", "Online | Offline", word)


def _wired(bridge: str, word: str, payload: bytes) -> list[Event]:
    kind = WIRED.get(word)
    if kind is None:
        return []
    said = Said(SOURCE, bridge)
    written = unpack.plain_text(payload).strip().upper()
    said.state(kind, {"ON": True, "OFF": False}.get(written))
    return said.events()


def _zigbee(bridge: str, name: str, body: Object) -> Said:
    said = Said(SOURCE, f"{bridge}/{unpack.text(body.get('Device')) or unpack.text(name) or 'unknown'}")
    called = (unpack.text(body.get("Name")) or "").casefold()
    fields.apply(BY_TYPE, READINGS, body, said)
    zone = _zone_status(body)
    if zone is not None and zone >= 0:
        named_fire = any(word in called for word in SMOKE_NAMES)
        if named_fire and not any(other in body for other in OTHER_TYPES) and not said.states():
            said.state(Kind.SMOKE, bool(zone & ALARM_BITS))
        for bit, (kind, reason) in BITS.items():
            on = bool(zone >> bit & 1)
            said.state(kind, on, **({"reason": reason} if on and reason else {}))
    return said


def _zone_status(body: Object) -> int | None:
    """Return the bits of an IAS zone."""
    zone = unpack.whole(body.get("ZoneStatusChange", body.get("ZoneStatus")))
    raw = next((sent for name in ZONE_STATUS if (sent := unpack.text(body.get(name))) is not None), None)
    if zone is not None or raw is None:
        return zone
    try:
        return int.from_bytes(bytes.fromhex(raw)[:2], "little")
    except ValueError:
        return None
