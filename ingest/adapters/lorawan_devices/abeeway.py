"""Abeeway badge, compact and micro trackers. Pure.

Source: akenza-io/device-type-library types/abeeway (0c405d3d) for the bytes,
TheThingsNetwork/lorawan-devices vendor/abeeway (5c12ba10) for the fields: port 18; type, status (SOS is bit
4), battery, temperature, then by type. The battery byte is a percentage up to 100, 0 where charging; in the
fields of the TTN codec it is a raw byte and not used.
"""

from __future__ import annotations

from ingest.adapters import coordinates
from ingest.adapters.fields import StateField, flag, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from model.events import Kind

PORT = 18
POSITION, EXTENDED_POSITION, SHUTDOWN, EVENT = 0x03, 0x0E, 0x09, 0x0A
SOS_START, ANGLE, GEOZONE = 7, 9, 10
NORMAL_TO_CRITICAL, CRITICAL_TO_NORMAL = 2, 3
SAFE, ENTRY, EXIT, HAZARD = 0, 1, 2, 3
ACCURACY_STEP_M = 1000 / 255
AGE_STEP_S = 8


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != PORT:
        return
    at_least(data, 4, "an Abeeway header")
    said.alive = True
    said.state(Kind.SOS, bool(data[1] & 0x10))
    if data[2] == 0:
        said.reading("charging", True)
    elif data[2] <= 100:
        said.reading("battery_pct", data[2])
    said.reading("temperature_c", round(data[3] * 129 / 255 - 44, 1))
    match data[0]:
        case kind if kind == POSITION and len(data) >= 13 and data[4] & 0x0F == 0:
            _fix(data[6:13], data[5] * AGE_STEP_S, said)
        case kind if kind == EXTENDED_POSITION and len(data) >= 15 and data[4] & 0x0F == 0:
            _fix(data[8:15], int.from_bytes(data[5:7], "big"), said)
        case kind if kind == SHUTDOWN:
            said.state(Kind.OFFLINE, True, reason="switched off")
        case kind if kind == EVENT and len(data) >= 6:
            _event(data[5], data[6:], said)
        case _:
            pass


def _fix(data: bytes, age_s: int, said: Said) -> None:
    """Note a position: two times three bytes, the high ones of a signed 1e-7 degree, and the accuracy."""
    lat, lon = signed(data[0:3] + b"\0") / 1e7, signed(data[3:6] + b"\0") / 1e7
    position = coordinates.position(lat, lon, accuracy_m=round(data[6] * ACCURACY_STEP_M, 2))
    if position:
        said.readings.update(position)
        said.reading("fix_age_s", age_s)


def _event(event: int, data: bytes, said: Said) -> None:
    match event:
        case _ if event == SOS_START:
            said.state(Kind.SOS, True)
        case _ if event == ANGLE and data and data[0] >> 5 == NORMAL_TO_CRITICAL:
            said.state(Kind.FALL, True)
        case _ if event == GEOZONE and data:
            _geozone(data[0] & 0x0F, int.from_bytes(data[1:4], "big"), said)
        case _:
            pass


def _geozone(notification: int, beacon: int, said: Said) -> None:
    if notification in {EXIT, HAZARD}:
        said.state(Kind.FENCE, True, reason="exit" if notification == EXIT else "hazard")
    elif notification in {SAFE, ENTRY}:
        said.state(Kind.FENCE, False)
    said.reading("beacon", str(beacon))


def _transitions(*paths: str) -> tuple[StateField, ...]:
    return tuple(named(path, Kind.FALL, active="normal_to_critical") for path in paths)


PROFILE = Profile(
    names=("abeeway",),
    marks=("sosFlag", "gpsLatitude", "rawPositionType"),
    states=(
        flag("sosFlag", Kind.SOS),
        named("eventType", Kind.SOS, active="sos_start|sos_mode_start"),
        *_transitions("transitionState", "angleDetection.transition", "angleDetection.transitionState"),
        named("notification", Kind.FENCE, active="exit|hazard", clear="entry|safe"),
    ),
    readings=(temperature("temperatureMeasure"),),
    position=("gpsLatitude", "gpsLongitude", "horizontalAccuracy"),
    from_bytes=_from_bytes,
)
