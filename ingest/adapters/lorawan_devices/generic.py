"""A LoRaWAN device that no profile knows: the field names that most codecs agree on. Pure.

Source: our choice, from the decoders of the device repositories; a tilt sensor's `tamper` is worth a look,
a field that is not understood is not.
"""

from __future__ import annotations

from ingest.adapters.fields import battery, battery_volt, flag, named, temperature
from ingest.adapters.lorawan_devices.profile import Profile
from model.events import Kind

PROFILE = Profile(
    names=(),
    marks=(),
    states=(
        flag("smoke", Kind.SMOKE),
        named("smokeAlarm", Kind.SMOKE, active="1|alarm", clear="0|normal"),
        flag("smoke_alarm", Kind.SMOKE),
        named("smoke_status", Kind.SMOKE, active="alarm", clear="normal"),
        flag("sos", Kind.SOS),
        flag("sosFlag", Kind.SOS),
        flag("tamper", Kind.TAMPER),
        flag("tamperEvent", Kind.TAMPER),
        flag("batteryLow", Kind.BATTERY_LOW),
        flag("lowBattery", Kind.BATTERY_LOW),
        flag("low_battery", Kind.BATTERY_LOW),
    ),
    readings=(
        battery("battery"),
        battery("battery_percent"),
        battery_volt("batteryVoltage"),
        battery_volt("battery_voltage"),
        battery_volt("BatV"),
        battery_volt("volt"),
        battery_volt("Volt"),
        temperature("temperature"),
    ),
)
