"""Moko LW001-BG-PRO wristband and tracker. Pure.

Source: akenza-io/device-type-library types/moko/LW001-BG-PRO (0c405d3d): byte 0 holds the flags on ports 1
to 10 and 12; byte 1 the temperature and byte 2 the battery (22 + high nibble, tenths of a volt) on ports 1
to 10.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.adapters import coordinates
from ingest.adapters.fields import battery_volt, flag, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from model.events import Kind

FIX, OFF, MAN_DOWN, TAMPER, GPS = 2, 4, 6, 7, 12
LAST_WITH_HEAD = 10
FIX_BY_GPS = 2
TIME_UNIT = timedelta(minutes=30)


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if not (1 <= port <= LAST_WITH_HEAD or port == GPS):
        return
    at_least(data, 3, "a Moko message")
    said.state(Kind.BATTERY_LOW, bool(data[0] & 0x04))
    said.state(Kind.TAMPER, bool(data[0] & 0x08) or port == TAMPER)
    said.state(Kind.FALL, bool(data[0] & 0x10) or port == MAN_DOWN, reason="man down")
    if port == GPS:
        said.reading("battery_v", (22 + (data[1] >> 4)) / 10)
        _fix(data[2:10], said)
        return
    said.reading("temperature_c", signed(data[1:2]))
    said.reading("battery_v", (22 + (data[2] >> 4)) / 10)
    if port == OFF:
        said.state(Kind.OFFLINE, True, reason="switched off")
    if port == FIX and len(data) > 20 and data[3] >= FIX_BY_GPS:
        _fix(data[13:21], said)
        fixed_at = _instant(data[4:12])
        said.reading("fix_at", None if fixed_at is None else fixed_at.isoformat())


def _fix(data: bytes, said: Said) -> None:
    if len(data) == 8:
        said.readings.update(coordinates.position(signed(data[0:4]) / 1e7, signed(data[4:8]) / 1e7))


def _instant(data: bytes) -> datetime | None:
    """Return year, month, day, hour, minute, second and a zone in half hours as an instant."""
    year, zone = int.from_bytes(data[0:2], "big"), signed(data[7:8])
    try:
        local = datetime(year, data[2], data[3], data[4], data[5], data[6], tzinfo=UTC)
        return local - zone * TIME_UNIT
    except (ValueError, OverflowError):
        return None


PROFILE = Profile(
    names=("lw001", "moko"),
    marks=("mandown", "tamperAlarm", "lifecycle.mandown"),
    states=tuple(
        spec
        for prefix in ("", "lifecycle.")
        for spec in (
            flag(prefix + "lowBattery", Kind.BATTERY_LOW),
            flag(prefix + "tamperAlarm", Kind.TAMPER),
            flag(prefix + "mandown", Kind.FALL, reason="man down"),
        )
    ),
    readings=(
        battery_volt("batteryVoltage"),
        battery_volt("lifecycle.batteryVoltage"),
        temperature("temperature"),
        temperature("lifecycle.temperature"),
    ),
    from_bytes=_from_bytes,
)
