"""Traccar's forwarding: topics `events` and `positions`, one JSON object each. Pure.

Source: traccar 9e5c458a, EventData and PositionData; older versions write serverTime for eventTime and `[]`
for empty attributes. Identity is in the payload only: device.uniqueId (the IMEI), else Traccar's own number
of the device. Traccar makes one event per alarm, but a position may name several ("sos,lowBattery"), and
where only positions are forwarded the alarm is nowhere else. `users`, which old versions add, are personal
data and not read.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import coordinates, instants, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "traccar"

TYPES: dict[str, tuple[Kind, bool]] = {
    "deviceOnline": (Kind.OFFLINE, False),
    "deviceOffline": (Kind.OFFLINE, True),
    "deviceInactive": (Kind.OFFLINE, True),
    "deviceUnknown": (Kind.OFFLINE, True),
    "geofenceExit": (Kind.FENCE, True),
    "geofenceEnter": (Kind.FENCE, False),
}
"""Event types; `alarm` is read by its attribute, the others are of no interest."""

ALARMS: dict[str, tuple[Kind, bool]] = {
    "sos": (Kind.SOS, True),
    "fallDown": (Kind.FALL, True),
    "lowBattery": (Kind.BATTERY_LOW, True),
    "lowPower": (Kind.BATTERY_LOW, True),
    "removing": (Kind.OFF_BODY, True),
    "tampering": (Kind.TAMPER, True),
    "fault": (Kind.FAULT, True),
    "powerOff": (Kind.OFFLINE, True),
    "geofenceExit": (Kind.FENCE, True),
    "geofenceEnter": (Kind.FENCE, False),
}
_ALARMS = {name.casefold(): said for name, said in ALARMS.items()}


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a tracker said. Raises BadInput where no device is named or it is not JSON."""
    unpack.topic_levels(topic)
    body = unpack.json_object(payload)
    event, position = unpack.members(body.get("event")), unpack.members(body.get("position"))
    if not event and not position:
        raise BadInput("event", "an event or a position", body.get("event"))
    said = Said(SOURCE, _address(body, event, position))
    if event:
        said.said_at = instants.instant(event.get("eventTime")) or instants.instant(event.get("serverTime"))
        said.key = _key("event", event)
        _event(event, body, position, said)
        if not said.states() and not said.readings:
            return []
    else:
        said.alive = True
        said.said_at = _fixed_at(position)
        said.key = _key("position", position)
        _alarms(position, said)
    _readings(position, said)
    return said.events()


def _address(body: Object, event: Object, position: Object) -> str:
    own = unpack.identity(unpack.found(body, "device.uniqueId"))
    number = unpack.identity(event.get("deviceId", position.get("deviceId")))
    if own is None and number is None:
        raise BadInput("device.uniqueId", "the device's identifier", unpack.found(body, "device.uniqueId"))
    return own or number or ""


def _key(what: str, of: Object) -> str | None:
    number = unpack.identity(of.get("id"))
    return None if number is None else f"{what}:{number}"


def _event(event: Object, body: Object, position: Object, said: Said) -> None:
    kind = event.get("type")
    if kind == "alarm":
        _alarms(event, said)
        _alarms(position, said)
    elif isinstance(kind, str) and kind in TYPES:
        of, active = TYPES[kind]
        fence = unpack.text(unpack.found(body, "geofence.name"))
        said.state(of, active, **({} if fence is None or of is not Kind.FENCE else {"fence": fence}))


def _alarms(of: Object, said: Said) -> None:
    """Note the alarms that are named; one that is none of ours ("general") shows in the report."""
    for name in map(str.strip, (unpack.text(unpack.found(of, "attributes.alarm")) or "").split(",")):
        known = _ALARMS.get(name.casefold())
        if known is not None:
            said.state(*known)
        elif name:
            said.reading("event", name)


def _fixed_at(position: Object) -> datetime | None:
    for name in ("fixTime", "deviceTime", "serverTime"):
        at = instants.instant(position.get(name))
        if at is not None:
            return at
    return None


def _readings(position: Object, said: Said) -> None:
    """Note position and battery; `valid: false` repeats the last known place."""
    if position.get("valid") is not False:
        said.readings.update(
            coordinates.position(
                position.get("latitude"), position.get("longitude"), accuracy_m=position.get("accuracy")
            )
        )
    attributes = unpack.members(position.get("attributes"))
    said.reading("battery_pct", unpack.within(attributes.get("batteryLevel"), 0, 100))
    said.reading("battery_v", unpack.within(attributes.get("battery"), 0.5, 30))
    if attributes.get("charge") is True:
        said.reading("charging", True)
