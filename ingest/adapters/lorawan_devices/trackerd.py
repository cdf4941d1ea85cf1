"""Dragino TrackerD. Pure.

Source: dragino/dragino-end-node-decoder TrackerD 1.5.1 (4a7ab6b0) and the maker's manual. The alarm is bit
0x40 of the byte before the battery. It is read from the bytes beside the codec, because a codec that does
not match the firmware decodes every alarm as FALSE (issue 49 of that repository). The codec spells
longitude "Longitud".
"""

from __future__ import annotations

from ingest.adapters import coordinates
from ingest.adapters.fields import battery_volt, flag, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.events import Kind

BATTERY_AT = {2: 8, 3: 8, 6: 24, 7: 0, 8: 7, 10: 21}
"""Index of the two bytes with alarm bit and millivolts, by port."""

FIX_PORTS = {2, 3}
HISTORY_PORT = 4


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port == HISTORY_PORT:
        at_least(data, 8, "a TrackerD history entry")
        said.readings.update(coordinates.position(signed(data[0:4]) / 1e6, signed(data[4:8]) / 1e6))
    if port not in BATTERY_AT:
        return
    at = BATTERY_AT[port]
    at_least(data, at + 2, f"a TrackerD message on port {port}")
    said.state(Kind.SOS, bool(data[at] & 0x40))
    said.reading("battery_v", ((data[at] & 0x3F) << 8 | data[at + 1]) / 1000)
    if port in FIX_PORTS:
        said.readings.update(coordinates.position(signed(data[0:4]) / 1e6, signed(data[4:8]) / 1e6))
    if port == 6:
        major, minor = int.from_bytes(data[16:18], "big"), int.from_bytes(data[18:20], "big")
        said.reading("beacon", f"{data[0:16].hex()}-{major}-{minor}")
        said.reading("beacon_rssi_dbm", signed(data[23:24]))


def _more(body: Object, said: Said) -> None:
    if not said.readings.get("lat"):
        said.readings.update(coordinates.position(body.get("Latitude"), body.get("Longitude")))


PROFILE = Profile(
    names=("trackerd",),
    marks=("ALARM_status", "Longitud"),
    states=(flag("ALARM_status", Kind.SOS),),
    readings=(battery_volt("BatV"), temperature("Tem")),
    position=("Latitude", "Longitud", "Accuracy"),
    more_from_object=_more,
    from_bytes=_from_bytes,
    bytes_beside_object=True,
    history_ports=frozenset({HISTORY_PORT}),
)
