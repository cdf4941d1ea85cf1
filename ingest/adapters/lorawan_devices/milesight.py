"""Milesight AT101 tracker and WS101 SOS button. Pure.

Source: Milesight-IoT/SensorDecoders (e79c9d8b): port 85, a row of channel, type, value. The `msgid` of the
WS101 codec is random and no key. A history entry (20 CE) is not now, and nothing after it is read.
84 88 is the location that goes with an alarm of the fence.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.adapters import coordinates
from ingest.adapters.fields import battery, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile
from ingest.adapters.said import Said
from model.errors import BadInput
from model.events import Kind

PORT = 85

LENGTHS = {
    0x0175: 1,
    0x0367: 2,
    0x0488: 9,
    0x0500: 1,
    0x06D9: 9,
    0x0700: 1,
    0x089B: 6,
    0x8367: 3,
    0x8488: 9,
    0xFF01: 1,
    0xFF08: 6,
    0xFF09: 2,
    0xFF0A: 2,
    0xFF0B: 1,
    0xFF0F: 1,
    0xFF16: 8,
    0xFF2E: 1,
    0xFFFE: 1,
    0xFFFF: 2,
}
"""Bytes of value by channel and type; an unknown pair ends the reading, as its length is unknown."""

BATTERY, TEMPERATURE, TAMPER, BUTTON = 0x0175, 0x0367, 0x0700, 0xFF2E
LOCATIONS = {0x0488, 0x8488}
INSIDE, OUTSIDE = 0, 1


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(data):
        name = int.from_bytes(data[at : at + 2], "big")
        length = LENGTHS.get(name)
        if length is None:
            return
        value = data[at + 2 : at + 2 + length]
        if len(value) < length:
            raise BadInput("data", f"{length} bytes after {name:04x}", data.hex())
        yield name, value
        at += 2 + length


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != PORT:
        return
    for name, value in _values(data):
        match name:
            case _ if name == BATTERY and value[0] <= 100:
                said.reading("battery_pct", value[0])
            case _ if name == TEMPERATURE:
                said.reading("temperature_c", int.from_bytes(value, "little", signed=True) / 10)
            case _ if name in LOCATIONS:
                _location(value, said)
            case _ if name == TAMPER and value[0] in {0, 1}:
                said.state(Kind.TAMPER, value[0] == 1)
            case _ if name == BUTTON and value[0] in {1, 2, 3}:
                said.state(Kind.SOS, True)
            case _:
                pass


def _location(value: bytes, said: Said) -> None:
    lat = int.from_bytes(value[0:4], "little", signed=True) / 1e6
    lon = int.from_bytes(value[4:8], "little", signed=True) / 1e6
    said.readings.update(coordinates.position(lat, lon))
    fence = value[8] >> 4
    if fence in {INSIDE, OUTSIDE}:
        said.state(Kind.FENCE, fence == OUTSIDE)


TRACKER = Profile(
    names=("at101",),
    marks=("geofence_status", "tamper_status", "wifi_scan_result"),
    states=(
        named("geofence_status", Kind.FENCE, active="outside", clear="inside"),
        named("tamper_status", Kind.TAMPER, active="uninstall", clear="install"),
    ),
    readings=(battery("battery"), temperature("temperature")),
    from_bytes=_from_bytes,
)

SOS_BUTTON = Profile(
    names=("ws101",),
    marks=("button_event", "press"),
    states=(
        named("button_event.status", Kind.SOS, active="short press|long press|double press"),
        named("press", Kind.SOS, active="short|long|double|short press|long press|double press"),
    ),
    readings=(battery("battery"),),
    from_bytes=_from_bytes,
)
