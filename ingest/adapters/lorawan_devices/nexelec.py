"""Nexelec ORIGIN, GUARD and INSAFE+ smoke detectors. Pure.

Source: akenza-io/device-type-library types/nexelec/origin (0c405d3d): port 56, product, message, bit fields.
"""

from __future__ import annotations

from ingest.adapters.fields import StateField, battery, battery_volt, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile, at_least
from ingest.adapters.said import Said
from model.events import Kind

PORT = 56
STATUS, ALARM, PERIODIC = 0x00, 0x02, 0x04
BATTERY_PCT = {0: 100, 1: 50, 2: 10, 3: 0}
BASE_OFF, BASE_ON = {0, 2}, {1, 3}
"""Magnetic base: 0 not detected, 1 detected, 2 just removed, 3 just installed; 4 is neither."""

TEMPERATURE_UNKNOWN = {0, 1022, 1023}
"""0 would be -30 °C, which stands where nothing was measured."""


def _spellings(prefix: str) -> tuple[StateField, ...]:
    return (
        named(prefix + "alarmStatus", Kind.SMOKE, "smoke_detected|repeated_alarm", "no_smoke_detected"),
        named(
            prefix + "pauseAlarm",
            Kind.MUTE,
            "main_button_pressed|all_products_switched_off",
            "no_more_smoke",
        ),
        named(prefix + "productTest", Kind.TEST, "local_test|remote_test|1", "no_tests|0"),
        named(prefix + "smokeSensorStatus", Kind.FAULT, "faulty|1", "ok|0", reason="smoke sensor"),
        named(prefix + "tempHumSensorStatus", Kind.FAULT, "faulty|1", "ok|0", reason="temperature sensor"),
        named(
            prefix + "magneticBaseDetection",
            Kind.TAMPER,
            "not_detected|product_removed_from_base_immediately",
            "detected|installing_product_on_base_at_moment_s_notice",
        ),
    )


def _temperature(raw: int, said: Said) -> None:
    if raw not in TEMPERATURE_UNKNOWN:
        said.reading("temperature_c", round(raw * 0.1 - 30, 1))


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != PORT:
        return
    at_least(data, 2, "a Nexelec message")
    match data[1]:
        case message if message == STATUS:
            at_least(data, 7, "a Nexelec product status")
            said.state(Kind.FAULT, False)
            for bit, name in ((7, "smoke sensor"), (6, "temperature sensor")):
                if data[5] >> bit & 1:
                    said.state(Kind.FAULT, True, reason=name)
            base = data[5] >> 2 & 7
            if base in BASE_OFF | BASE_ON:
                said.state(Kind.TAMPER, base in BASE_OFF)
            said.reading("battery_pct", BATTERY_PCT[data[5] & 3])
            said.reading("battery_v", round(2 + data[6] * 0.005, 3))
        case message if message == ALARM:
            at_least(data, 3, "a Nexelec alarm status")
            for shift, kind in ((6, Kind.SMOKE), (4, Kind.MUTE), (2, Kind.TEST)):
                field = data[2] >> shift & 3
                if field != 3:  # reserved: neither alarm nor clear
                    said.state(kind, field != 0)
            if len(data) >= 7:
                _temperature((data[4] & 1) << 9 | data[5] << 1 | data[6] >> 7, said)
        case message if message == PERIODIC:
            at_least(data, 4, "a Nexelec periodic message")
            _temperature(data[2] << 2 | data[3] >> 6, said)
        case _:
            return


PROFILE = Profile(
    names=("nexelec", "origin", "insafe"),
    marks=("alarmStatus", "alarm.alarmStatus", "smokeSensorStatus", "lifecycle.smokeSensorStatus"),
    states=(*_spellings(""), *_spellings("alarm."), *_spellings("lifecycle."), *_spellings("system.")),
    readings=(
        battery("batteryLevel"),
        battery("lifecycle.batteryLevel"),
        battery_volt("batteryVoltage", 0.001),
        battery_volt("lifecycle.batteryVoltage", 0.001),
        temperature("temperature"),
    ),
    from_bytes=_from_bytes,
)
