"""Milesight GS524N (and GS534N) smoke detector. Pure.

Source: Milesight-IoT/SensorDecoders gs-series/gs524n (e79c9d8b): 6 bytes, the sum of all is 0 modulo 256.
One message says one thing, so "normal" is what ends an alarm, a mute, a fault, a test and a low battery.
"""

from __future__ import annotations

from ingest.adapters.fields import ReadingField, battery, temperature
from ingest.adapters.lorawan_devices.profile import Profile, signed
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object, text
from model.errors import BadInput
from model.events import Kind

LENGTH = 6

MESSAGES: dict[int, tuple[str, dict[Kind, bool]]] = {
    1: ("alarm", {Kind.SMOKE: True}),
    2: ("silent", {Kind.MUTE: True}),
    4: ("low battery", {Kind.BATTERY_LOW: True}),
    5: ("failover", {Kind.FAULT: True}),
    7: (
        "normal",
        {
            Kind.SMOKE: False,
            Kind.MUTE: False,
            Kind.FAULT: False,
            Kind.TEST: False,
            Kind.BATTERY_LOW: False,
        },
    ),
    10: ("removed", {Kind.TAMPER: True}),
    11: ("installed", {Kind.TAMPER: False}),
    14: ("testing alarm with normal battery", {Kind.TEST: True, Kind.BATTERY_LOW: False}),
    15: ("testing alarm with low battery", {Kind.TEST: True, Kind.BATTERY_LOW: True}),
}
BY_NAME = dict(MESSAGES.values())


def _note(states: dict[Kind, bool], said: Said) -> None:
    for kind, active in states.items():
        said.state(kind, active)


def _more(body: Object, said: Said) -> None:
    _note(BY_NAME.get((text(body.get("event")) or "").casefold(), {}), said)


def _from_bytes(_port: int, data: bytes, said: Said) -> None:
    if len(data) != LENGTH or sum(data) % 256 != 0:
        raise BadInput("data", "6 bytes of a GS524N with a sum of 0", data.hex())
    if data[1] >> 4 != 1:
        return  # another sensor type
    _note(MESSAGES.get(data[1] & 0x0F, ("", {}))[1], said)
    if data[2] <= 100:
        said.reading("battery_pct", data[2])
    if data[3] <= 100:
        said.reading("smoke_pct", data[3])
    said.reading("temperature_c", signed(data[4:5]))


PROFILE = Profile(
    names=("gs524", "gs534"),
    marks=("concentration",),
    readings=(
        battery("battery"),
        ReadingField("concentration", "smoke_pct", 0, 100),
        temperature("temperature"),
    ),
    more_from_object=_more,
    from_bytes=_from_bytes,
)
