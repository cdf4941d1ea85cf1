"""Thing models: the property and event identifiers that Chinese platforms share. Pure.

Source: Alibaba Alink standard codes, Tuya category `ywbj` (smoke alarm), CTWing standard events, IoTDA
examples. A property stands bare or as {"value", "time"}; what is absent has not changed. Which event
identifier is a call for help depends on the product, so the table holds the names in use; others show in
the report as `event`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ingest.adapters import coordinates, fields, instants, unpack
from ingest.adapters.fields import ReadingField, battery, battery_volt, flag, named, temperature
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.events import Kind, Value

STATES = (
    flag("SmokeSensorState", Kind.SMOKE),
    named("smoke_sensor_status", Kind.SMOKE, active="alarm", clear="normal"),
    named("smoke_sensor_state", Kind.SMOKE, active="1|alarm", clear="2|normal"),
    flag("smoke_state", Kind.SMOKE),
    flag("RemoveState", Kind.TAMPER),
    flag("TamperState", Kind.TAMPER),
    flag("temper_alarm", Kind.TAMPER),  # Tuya's spelling
    flag("tamper_alarm", Kind.TAMPER),
    flag("tamper_state", Kind.TAMPER),
    flag("LowElectricityAlarm", Kind.BATTERY_LOW),
    named("battery_state", Kind.BATTERY_LOW, active="low|1", clear="middle|high|0"),
    named("checking_result", Kind.TEST, active="checking", clear="check_success|check_failure"),
    named("checking_result", Kind.FAULT, "check_failure", "check_success", reason="self-test failed"),
    flag("muffling", Kind.MUTE),
)
READINGS = (
    battery("BatteryPercentage"),
    battery("battery_percentage"),
    battery_volt("BatteryVoltage"),
    battery_volt("battery_voltage"),
    ReadingField("smoke_sensor_value", "smoke_pct", 0, 100, 0.1),
    ReadingField("smokeConcentration", "smoke_density", 0, 1e6),
    temperature("temperature"),
    temperature("CurrentTemperature"),
)

SMOKE_ALARM = flag("alarm", Kind.SMOKE)
"""`alarm` alone is a smoke alarm only in a smoke detector's service."""

EVENTS: dict[str, Kind] = {
    "sos": Kind.SOS,
    "sosalarm": Kind.SOS,
    "sosevent": Kind.SOS,
    "sosalert": Kind.SOS,
    "soscall": Kind.SOS,
    "emergencycall": Kind.SOS,
    "fall": Kind.FALL,
    "falldown": Kind.FALL,
    "fallalarm": Kind.FALL,
    "falldetected": Kind.FALL,
    "smokealarm": Kind.SMOKE,
    "smokesensoralarm": Kind.SMOKE,
    "firealarm": Kind.SMOKE,
    "temperalarm": Kind.TAMPER,
    "tamperalarm": Kind.TAMPER,
    "removealarm": Kind.TAMPER,
    "lowbattery": Kind.BATTERY_LOW,
    "lowbatteryalarm": Kind.BATTERY_LOW,
    "lowelectricityalarm": Kind.BATTERY_LOW,
    "selftest": Kind.TEST,
    "checking": Kind.TEST,
}
"""Event identifiers in small letters without separators; an event never says that something ended."""

STATUSES = {"online": False, "offline": True}


def bare(properties: object) -> tuple[Object, datetime | None]:
    """Return properties without their wrapping, and the latest of their times."""
    values: Object = {}
    latest: datetime | None = None
    for name, said in unpack.members(properties).items():
        wrapped = unpack.members(said)
        values[name] = wrapped.get("value", said)
        at = instants.instant(wrapped.get("time"))
        if at is not None and (latest is None or at > latest):
            latest = at
    return values, latest


def note(properties: Object, said: Said, *, smoke_service: bool = False) -> None:
    """Note what bare properties say; `smoke_service` if they stand in a smoke detector's service."""
    said.alive = True
    fields.apply(STATES, READINGS, properties, said)
    if smoke_service:
        fields.apply((SMOKE_ALARM,), (), properties, said)
    said.readings.update(
        coordinates.position(
            properties.get("latitude", properties.get("lat")),
            properties.get("longitude", properties.get("lon")),
            accuracy_m=properties.get("accuracy"),
        )
    )


def note_event(name: object, said: Said) -> None:
    """Note an event by its identifier."""
    written = unpack.text(name)
    if written is None:
        return
    said.alive = True
    kind = EVENTS.get("".join(c for c in written.casefold() if c.isalnum()))
    if kind is None:
        said.reading("event", written)
    else:
        details: dict[str, Value] = {"event": written}
        said.state(kind, True, **details)


def note_status(status: object, said: Said) -> None:
    """Note a platform's word about the connection; other words than online and offline say nothing."""
    if isinstance(status, str):
        said.state(Kind.OFFLINE, STATUSES.get(status.casefold()))


def dated(said: Said, at: datetime | None, key: object) -> Said:
    """Give a message its time, and its id only with it: ids start again at 1 when a device does."""
    said.said_at = at
    said.key = None if at is None else unpack.identity(key)
    return said


def replayed(source: str, address: str, properties: object, events: object) -> Iterator[Said]:
    """Give one message that is not live for each time in histories of {identifier: [{value, time}, ...]}."""
    at_times: dict[datetime | None, tuple[Object, Object]] = {}
    for which, histories in enumerate((properties, events)):
        for name, history in unpack.members(histories).items():
            for entry in unpack.objects(history):
                at = instants.instant(entry.get("time"))
                at_times.setdefault(at, ({}, {}))[which][name] = entry.get("value")
    for at in sorted(at_times, key=lambda at: (at is not None, at and at.timestamp())):
        said = Said(source, address, said_at=at, live=False)
        were, happened = at_times[at]
        note(were, said)
        for name, value in happened.items():
            note_event(name, said)
            note(unpack.members(value), said)
        yield said
