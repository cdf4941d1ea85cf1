"""Abeeway badge, compact and micro trackers. Pure.

Source: akenza-io/device-type-library types/abeeway (0c405d3d) for the bytes,
TheThingsNetwork/lorawan-devices vendor/abeeway (5c12ba10) for the fields: port 18; type, status (SOS is bit
4), battery, temperature, then by type. Two types, a pending frame and a text, have no such head. The
battery byte is a percentage up to 100, 0 where charging; in the fields of the TTN codec it is a raw byte and
not used.
"""

from __future__ import annotations

from ingest.adapters import coordinates
from ingest.adapters.fields import StateField, flag, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from model.events import Kind

PORT = 18
POSITION, EXTENDED_POSITION, SHUTDOWN, EVENT = 0x03, 0x0E, 0x09, 0x0A
WITHOUT_HEAD = {0x00, 0x0D}
SOS_START, ANGLE, GEOZONE = 7, 9, 10
NORMAL_TO_CRITICAL, CRITICAL_TO_NORMAL = 2, 3
SAFE, ENTRY, EXIT, HAZARD = 0, 1, 2, 3
ACCURACY_STEP_M = 1000 / 255
IN_METRES, EXACT_UP_TO = 0x02, 250
AT_MOST_M = {251: 500, 252: 1000, 253: 2000, 254: 4000}
"""Accuracy of an extended position where it counts in metres; from 251 on a range, 255 has no end."""
AGE_STEP_S = 8


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != PORT or not data or data[0] in WITHOUT_HEAD:
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
            lat, lon = (signed(part + b"\0") for part in (data[6:9], data[9:12]))
            _fix(lat, lon, data[12] * ACCURACY_STEP_M, data[5] * AGE_STEP_S, said)
        case kind if kind == EXTENDED_POSITION and len(data) >= 19 and data[4] & 0x0F == 0:
            accuracy_m = _in_metres(data[18]) if data[7] & IN_METRES else data[18] * ACCURACY_STEP_M
            age_s = int.from_bytes(data[5:7], "big")
            _fix(signed(data[8:12]), signed(data[12:16]), accuracy_m, age_s, said)
        case kind if kind == SHUTDOWN:
            said.state(Kind.OFFLINE, True, reason="switched off")
        case kind if kind == EVENT and len(data) >= 6:
            _event(data[5], data[6:], said)
        case _:
            pass


def _in_metres(accuracy: int) -> float:
    return accuracy if accuracy <= EXACT_UP_TO else AT_MOST_M.get(accuracy, 0)


def _fix(lat_e7: int, lon_e7: int, accuracy_m: float, age_s: int, said: Said) -> None:
    """Note a position in 1e-7 degrees; a position message leaves out the lowest byte of each."""
    position = coordinates.position(lat_e7 / 1e7, lon_e7 / 1e7, accuracy_m=round(accuracy_m, 2))
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
    marks=("sosFlag", "geofencingNotification", "angleDetection", "gpsLatitude", "rawPositionType"),
    states=(
        flag("sosFlag", Kind.SOS),
        named("eventType", Kind.SOS, active="sos_start|sos_mode_start"),
        *_transitions("transitionState", "angleDetection.transition", "angleDetection.transitionState"),
        *_transitions("angleDetection.flags.transition"),
        named("notification", Kind.FENCE, active="exit|hazard", clear="entry|safe"),
        named("geofencingNotification.geofencingType", Kind.FENCE, "exit|hazard", "entry|safe_area"),
    ),
    readings=(temperature("temperatureMeasure"),),
    position=("gpsLatitude", "gpsLongitude", "horizontalAccuracy"),
    from_bytes=_from_bytes,
)
