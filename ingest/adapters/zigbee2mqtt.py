"""Zigbee2MQTT: flat JSON objects with all cached attributes of a Zigbee device. Pure.

Source: the exposes of zigbee-herdsman-converters (df7200535), the MQTT pages of zigbee2mqtt (6835cbf5). Not
read on purpose: `alarm` (switches a siren), `linkage_alarm` (another detector's), `supervision_reports`,
`restore_reports`, `ac_status`, `update`, `device`. `prealarm` and `detecting` are neither alarm nor clear.

The source is the base topic, so that two coordinators on one broker stay apart; the address is the friendly
name or IEEE address as it stands in the topic. Names may hold spaces and slashes.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import fields, instants, unpack
from ingest.adapters.fields import ReadingField, battery, flag, named, temperature
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import FIRE_KINDS, Event, Kind, State

BASE = "zigbee2mqtt"
BRIDGE = "bridge"
"""The address of the gateway itself."""

DEVICE_LIST_LARGEST_BYTES = 8 * 1024 * 1024
"""`bridge/devices` describes every attribute of every device in one message."""

STATES = (
    flag("test", Kind.TEST),
    named("self_test", Kind.TEST, active="1|checking", clear="0|check_success|check_failure"),
    flag("smoke", Kind.SMOKE),
    flag("smoke_alarm_1", Kind.SMOKE),
    flag("smoke_alarm_2", Kind.SMOKE),
    named("smoke_state", Kind.SMOKE, active="alarm", clear="none"),
    named("alarm_state", Kind.SMOKE, active="alarmed|critical_alarm", clear="normal"),
    flag("heat", Kind.HEAT),
    flag("carbon_monoxide", Kind.CO),
    named("action", Kind.SOS, active="emergency|panic|sos"),
    flag("sos", Kind.SOS),
    flag("tamper", Kind.TAMPER),
    flag("device_fault", Kind.FAULT, reason="device_fault"),
    flag("fault_alarm", Kind.FAULT, reason="fault_alarm"),
    flag("trouble", Kind.FAULT, reason="trouble"),
    flag("battery_defect", Kind.FAULT, reason="battery_defect"),
    named("self_test", Kind.FAULT, active="check_failure", clear="check_success", reason="self_test"),
    flag("battery_low", Kind.BATTERY_LOW),
    named("battery_state", Kind.BATTERY_LOW, active="low", clear="medium|middle|high"),
    named("battery_level", Kind.BATTERY_LOW, active="low", clear="medium|middle|high"),
    flag("silence", Kind.MUTE),
    flag("buzzer_manual_mute", Kind.MUTE),
    named("contact", Kind.DOOR, active="0", clear="1"),  # contact: the door is shut
)

READINGS = (
    battery("battery"),
    ReadingField("voltage", "battery_v", 1.0, 20.0, 0.001),  # a battery's, in mV; a plug gives the mains in V
    ReadingField("linkquality", "lqi", 0, 255),
    temperature("temperature"),
)

SMOKE_HINTS = (
    ReadingField("smoke_density", "smoke_density", 0, 1e6),
    ReadingField("smoke_density_dbm", "smoke_density_db_m", 0, 1e3),
    ReadingField("smoke_concentration", "smoke_ppm", 0, 1e6),
)
"""What a person may doubt a latched alarm by: density 0 while smoke is still true (z2m issue 29880)."""

OTHER_ATTRIBUTES = frozenset(
    """
    ac_status action_code action_transaction action_zone alarm brightness brightness_level color color_mode
    color_temp color_temp_startup consumption current device effect energy enrolled humidity
    illuminance illuminance_lux last_seen linkage_alarm linkage_alarm_state lock_state occupancy position
    power power_on_behavior power_outage_count power_outage_memory pressure restore_reports sensitivity state
    supervision_reports update update_available vibration water_leak zone_id
    """.split()  # noqa: SIM905 - one word after the other reads better than 40 quoted ones
)
ATTRIBUTES = OTHER_ATTRIBUTES | {spec.path for spec in (*STATES, *READINGS, *SMOKE_HINTS)}
"""Last topic levels that are an attribute when their payload is a bare scalar (`mqtt output: attribute`)."""

_SET_OR_GET = ("set", "get")


def decode(topic: str, payload: bytes, arrived_at: datetime, base: str = BASE) -> list[Event]:
    """Return what a Zigbee device, or the bridge, said; `set`, `get` and other bridge topics give nothing.

    Raises BadInput for a topic of another base, and for a state or availability that cannot be read.
    """
    name = topic.removeprefix(base + "/")
    if name == topic or not name:
        raise BadInput("topic", f"{base}/ and a name", topic)
    levels = unpack.topic_levels(name)
    if levels[0] == BRIDGE and len(levels) > 1:
        return _bridge("/".join(levels[1:]), payload, base)
    if levels[-1] in _SET_OR_GET or (len(levels) > 2 and levels[-2] in _SET_OR_GET):
        return []
    if levels[-1] == "availability" and len(levels) > 1:
        return _availability(base, "/".join(levels[:-1]), payload)
    return _device(base, name, payload)


def _device(base: str, name: str, payload: bytes) -> list[Event]:
    """Read a device's state object, or one attribute of it.

    A bare scalar is an attribute only where the last level is one that we know: `floor2/battery` may as well
    be the name of a device, but a device's own state is always an object.
    """
    if not payload:
        return []  # a retained state is taken away, or an attribute is null
    parent, _, attribute = name.rpartition("/")
    written = payload.lstrip()
    if parent and attribute in ATTRIBUTES and not written.startswith((b"{", b"[")):
        said = Said(base, parent)
        _read({attribute: unpack.plain_text(payload).strip().strip('"')}, said)
        return said.events()
    said = Said(base, name)
    _read(unpack.json_object(payload), said)
    return said.events()


def _read(body: Object, said: Said) -> None:
    said.said_at = instants.instant(body.get("last_seen"))
    said.alive = said.said_at is not None
    fields.apply(STATES, READINGS, body, said)
    if said.states() & FIRE_KINDS:
        fields.apply((), SMOKE_HINTS, body, said)


def _availability(base: str, name: str, payload: bytes) -> list[Event]:
    """Read `{"state": "offline"}` or plain `offline`; an empty one is of a device that was renamed."""
    return [_online(base, name, payload)] if payload.strip() else []


def _online(base: str, address: str, payload: bytes) -> Event:
    written = unpack.plain_text(payload).strip()
    word = unpack.json_object(payload).get("state") if written.startswith("{") else written.strip('"')
    match word:
        case "offline":
            state = State.ACTIVE
        case "online":
            state = State.CLEAR
        case _:
            raise BadInput("state", "online | offline", word)
    return Event(base, address, Kind.OFFLINE, state)


def _bridge(topic: str, payload: bytes, base: str) -> list[Event]:
    match topic:
        case "state":
            return [_online(base, BRIDGE, payload)] if payload.strip() else []
        case "devices":
            return _names(payload, base) if payload.strip() else []
        case "event":
            return _left(unpack.json_object(payload), base)
        case _:
            return []


def _names(payload: bytes, base: str) -> list[Event]:
    """Return the address book: friendly names move between devices, IEEE addresses do not (rule 10)."""
    book = unpack.json_value(payload, DEVICE_LIST_LARGEST_BYTES)
    if not isinstance(book, list):
        raise BadInput("payload", "a JSON array of devices", book)
    said: list[Event] = []
    for entry in unpack.objects(book):  # pyright: ignore[reportUnknownArgumentType]
        ieee, alias = unpack.text(entry.get("ieee_address")), unpack.text(entry.get("friendly_name"))
        if ieee is None or alias is None or entry.get("type") == "Coordinator":
            continue
        made = {
            "model": unpack.text(unpack.found(entry, "definition.model"))
            or unpack.text(entry.get("model_id")),
            "vendor": unpack.text(unpack.found(entry, "definition.vendor"))
            or unpack.text(entry.get("manufacturer")),
        }
        values = {"alias": alias, **{name: value for name, value in made.items() if value is not None}}
        said.append(Event(base, ieee, Kind.NAME, values=values))
    return said


def _left(body: Object, base: str) -> list[Event]:
    """Return that a device left the network; joins and interviews are provisioning."""
    ieee = unpack.text(unpack.found(body, "data.ieee_address"))
    if unpack.text(body.get("type")) not in {"device_leave", "device_left"} or ieee is None:
        return []
    return [Event(base, ieee, Kind.OFFLINE, State.ACTIVE, values={"reason": "left the network"})]
