"""LiAn NB-IoT smoke detector: `Alarm_Status` in a CTWing service. Pure.

Source: the maker's CTWing profile as captured. One code says one thing; 7, normal, ends an alarm, a mute, a
fault, a test and a low battery, but not a removal, which has its own end, 11.
"""

from __future__ import annotations

from ingest.adapters import fields, unpack
from ingest.adapters.fields import ReadingField, battery, temperature
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.events import Kind

STATUS = "Alarm_Status"

CODES: dict[int, dict[Kind, bool]] = {
    1: {Kind.SMOKE: True},
    2: {Kind.MUTE: True},
    4: {Kind.BATTERY_LOW: True},
    5: {Kind.FAULT: True},
    6: {Kind.FAULT: True},  # data abnormal
    7: {
        Kind.SMOKE: False,
        Kind.MUTE: False,
        Kind.FAULT: False,
        Kind.TEST: False,
        Kind.BATTERY_LOW: False,
    },
    8: {Kind.MUTE: True},  # by command
    9: {Kind.MUTE: True},
    10: {Kind.TAMPER: True},
    11: {Kind.TAMPER: False},
    12: {Kind.OFFLINE: False},
    13: {Kind.FAULT: True},
    14: {Kind.TEST: True},  # simulated alarm
}
READINGS = (battery("Battery_Level"), temperature("TData"), ReadingField("RSRP", "rsrp_dbm", -150, -30, -1))


def note(data: Object, said: Said) -> None:
    """Note what the status and readings say."""
    for kind, active in CODES.get(unpack.whole(data.get(STATUS)) or 0, {}).items():
        said.state(kind, active)
    fields.apply((), READINGS, data, said)
