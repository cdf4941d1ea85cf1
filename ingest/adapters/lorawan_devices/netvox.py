"""Netvox RA02A fire and smoke detector, RB02I panic button. Pure.

Source: TheThingsNetwork/lorawan-devices vendor/netvox (2f8a00fb): port 6 reports, port 7 answers to
configuration. Bytes: version, device type, report type (0 is the version report), tenths of a volt (bit 7:
battery low), then RA02A: fire, heat, temperature u16/10; RB02I: alarm.
"""

from __future__ import annotations

from ingest.adapters.fields import StateField, battery_volt, flag, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object, number, text
from model.events import Kind

PORT = 6
RA02A, RB02I = 0x0A, 0x10
STATUS_REPORT = 1
LOW_BATTERY_MARK = "(low battery)"


def _alarm(path: str, kind: Kind) -> StateField:
    return named(path, kind, active="alarm|1", clear="noalarm|no alarm|normal|0")


def _low_battery(body: Object, said: Said) -> None:
    """Read "2.4(low battery)", which the maker's codec writes instead of a number."""
    volt = text(body.get("Volt")) or ""
    if volt.endswith(LOW_BATTERY_MARK):
        said.state(Kind.BATTERY_LOW, True)
        said.reading("battery_v", number(volt.removesuffix(LOW_BATTERY_MARK)))


def _report(port: int, data: bytes, said: Said, device_type: int, length: int) -> bool:
    """Say whether this is a status report; the voltage is noted."""
    if port != PORT:
        return False
    at_least(data, 3, "a Netvox report")
    if data[1] != device_type or data[2] != STATUS_REPORT:
        return False
    at_least(data, length, "a Netvox status report")
    said.state(Kind.BATTERY_LOW, bool(data[3] & 0x80))
    said.reading("battery_v", (data[3] & 0x7F) / 10)
    return True


def _ra02a(port: int, data: bytes, said: Said) -> None:
    if _report(port, data, said, RA02A, 8):
        said.state(Kind.SMOKE, bool(data[4]))
        said.state(Kind.HEAT, bool(data[5]))
        said.reading("temperature_c", signed(data[6:8]) / 10)


def _rb02i(port: int, data: bytes, said: Said) -> None:
    if _report(port, data, said, RB02I, 5):
        said.state(Kind.SOS, bool(data[4]))


DETECTOR = Profile(
    names=("ra02",),
    marks=("FireAlarm", "HighTempAlarm"),
    states=(_alarm("FireAlarm", Kind.SMOKE), _alarm("HighTempAlarm", Kind.HEAT)),
    readings=(battery_volt("Volt"), temperature("Temp")),
    more_from_object=_low_battery,
    from_bytes=_ra02a,
)

BUTTON = Profile(
    names=("rb02",),
    marks=(),
    states=(flag("Alarm", Kind.SOS), named("Alarm", Kind.SOS, active="alarm|pressed")),
    readings=(battery_volt("Volt"),),
    more_from_object=_low_battery,
    from_bytes=_rb02i,
)
