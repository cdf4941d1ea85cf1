"""Yobiiq SD-1001 smoke detector. Pure.

Source: chirpstack-device-profiles vendors/yobiiq (4cf8d348): port 8, a row of id (2 bytes) and value (1
byte); port 50 is information. Smoke together with the test button is a test: the device sets both.
"""

from __future__ import annotations

from ingest.adapters.fields import battery, named
from ingest.adapters.lorawan_devices.profile import Profile
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object, found, text
from model.errors import BadInput
from model.events import Kind

PORT = 8
BATTERY, POWER, LOW_BATTERY, FAULT, SMOKE, TEST = 0x0100, 0x0200, 0x0300, 0x0400, 0x0500, 0x0700
FLAGS = {LOW_BATTERY: Kind.BATTERY_LOW, FAULT: Kind.FAULT, SMOKE: Kind.SMOKE, TEST: Kind.TEST}

NOT_ALARM = "normal|0"
NOT_PUSHED = "normal|released|not pushed|0"


def _powered(on_mains: bool, said: Said) -> None:
    said.reading("external_power", on_mains)


def _test_wins(said: Said) -> None:
    if said.says(Kind.TEST):
        said.only_as_test()


def _more(body: Object, said: Said) -> None:
    power = (text(found(body, "powerEvent")) or "").casefold()
    if power.startswith("ac power"):
        _powered(power.endswith("on"), said)
    _test_wins(said)


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != PORT:
        return
    if not data or len(data) % 3:
        raise BadInput("data", "a row of 3-byte values of an SD-1001", data.hex())
    for start in range(0, len(data), 3):
        name, value = int.from_bytes(data[start : start + 2], "big"), data[start + 2]
        if name in FLAGS:
            said.state(FLAGS[name], bool(value))
        elif name == BATTERY and value <= 100:
            said.reading("battery_pct", value)
        elif name == POWER:
            _powered(bool(value), said)
    _test_wins(said)


PROFILE = Profile(
    names=("sd1001",),
    marks=("testButtonPressed", "interconnectAlarm", "lowBatteryAlarm", "batteryLevelInPercentage"),
    states=(
        named("smokeAlarm", Kind.SMOKE, active="alarm|1", clear=NOT_ALARM),
        named("testButtonPressed", Kind.TEST, active="pushed|1", clear=NOT_PUSHED),
        named("lowBatteryAlarm", Kind.BATTERY_LOW, active="alarm|1", clear=NOT_ALARM),
        named("faultAlarm", Kind.FAULT, active="alarm|1", clear=NOT_ALARM),
    ),
    readings=(battery("batteryLevelInPercentage"),),
    more_from_object=_more,
    from_bytes=_from_bytes,
)
