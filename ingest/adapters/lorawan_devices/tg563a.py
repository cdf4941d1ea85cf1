"""Hager / Sept-S TG563A smoke detector. Pure.

Source: chirpstack-device-profiles vendors/sept-s/codecs/tg563a.js (4cf8d348): port 1, 5 bytes (type,
configuration, temperature, flags, flags) or 35 where type, the low half of its byte, is 15.
"""

from __future__ import annotations

from ingest.adapters.fields import StateField, battery_volt, flag, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from model.errors import BadInput
from model.events import Kind

SHORT, LONG, LONG_TYPE = 5, 35, 0x0F

FAULTS_1 = {2: "temperatureOutOfRange", 4: "obstacleDetected", 5: "airInletCovered"}
FAULTS_2 = {
    2: "smokeChamberFailure",
    3: "fouledSmokeChamber",
    4: "ultrasonicSensorFailure",
    5: "infraredSensorFailure",
    6: "buzzerFailure",
}
"""Bits of the two flag bytes that are faults; `tooLongInactivity` is about the room, not the detector."""


def _spellings(prefix: str) -> tuple[StateField, ...]:
    return (
        flag(prefix + "smokeAlarm", Kind.SMOKE),
        named(prefix + "mounted", Kind.TAMPER, active="0", clear="1"),
        flag(prefix + "tooLongUnmounted", Kind.TAMPER),
        flag(prefix + "batteryLow", Kind.BATTERY_LOW),
        *(flag(prefix + name, Kind.FAULT, reason=name) for name in (*FAULTS_1.values(), *FAULTS_2.values())),
    )


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != 1:
        return
    at_least(data, SHORT, "a TG563A message")
    is_long = len(data) == LONG and data[0] & 0x0F == LONG_TYPE
    if len(data) != SHORT and not is_long:
        raise BadInput("data", f"{SHORT} or {LONG} bytes of a TG563A message", data.hex())
    flags_1, flags_2 = data[3], data[4]
    said.reading("temperature_c", signed(data[2:3]))
    said.state(Kind.SMOKE, bool(flags_2 & 1))
    said.state(Kind.TAMPER, not flags_1 & 1 or bool(flags_1 & 0x80))
    said.state(Kind.BATTERY_LOW, bool(flags_2 & 2))
    said.state(Kind.FAULT, False)
    for flags, names in ((flags_1, FAULTS_1), (flags_2, FAULTS_2)):
        for bit, name in names.items():
            if flags >> bit & 1:
                said.state(Kind.FAULT, True, reason=name)
    if is_long:
        said.reading("battery_v", round(1 + data[5] / 100, 2))


PROFILE = Profile(
    names=("tg563",),
    marks=("status.smokeAlarm", "status.batteryLow", "status.mounted", "mounted", "fouledSmokeChamber"),
    states=(*_spellings("status."), *_spellings("")),
    readings=(temperature("temperature"), battery_volt("batteryLevel")),
    from_bytes=_from_bytes,
)
