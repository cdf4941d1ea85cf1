"""Shelly: Plus Smoke (Gen2 RPC), BLU buttons through a gateway or a script, Gen1 smoke detectors. Pure.

Source: the Shelly Gen2 documentation of RPC notifications, smoke, devicepower and BTHome components.
NotifyStatus is an overlay: what is absent has not changed. `ts` below 1e9 is uptime, from before the clock
was set. The self-test does not set `alarm`; it shows in `wakeup_reason` only. There is no tamper and no
battery-low flag.

The address is the device's id (`src`), else the topic's prefix, which is the same until somebody renames
it; a full status from a renamed device gives the alias.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import fields, instants, unpack
from ingest.adapters.fields import ReadingField, battery, battery_volt, flag, temperature
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "shelly"
CLOCK_SET_FROM = 1e9
SLEEPER = "shellyplussmoke"
"""Devices that sleep after each report: their last will follows every wake and says nothing."""
SCRIPT_EVENT = "shelly-blu"
"""What the maker's example script emits for each Bluetooth advertisement that it decodes."""

PUSHES = frozenset({"single_push", "double_push", "triple_push", "long_push"})
BUTTONS = frozenset({1, 2, 3, 4, 0x80, 0xFE})
"""Source: BTHome v2, object 0x3A; 0 is "not pressed"."""

COMPONENTS = frozenset({"smoke", "flood", "devicepower", "sys"})

GEN1, SCRIPTS = "shellies", frozenset({"shellies-ble", "shelly-script"})

SMOKE = (flag("alarm", Kind.SMOKE), flag("mute", Kind.MUTE))
POWER = (battery("battery.percent"), battery_volt("battery.V"))
BESIDES = (temperature("temperature:0.tC"), ReadingField("wifi.rssi", "rssi_dbm", -200, 20))
GEN1_STATES = (flag("smoke", Kind.SMOKE),)
GEN1_READINGS = (battery("bat.value"), battery_volt("bat.voltage"), temperature("tmp.value"))
GEN1_SENSORS = {"battery": battery("sensor"), "temperature": temperature("sensor")}


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a Shelly said; components that are no smoke detector or button give nothing.

    Raises BadInput for a topic without a known suffix and for a payload that cannot be read.
    """
    levels = unpack.topic_levels(topic)
    if levels[0] in SCRIPTS:
        return _advertised(unpack.json_object(payload))
    if levels[0] == GEN1:
        return _gen1(levels, payload)
    match levels:
        case [*prefix, "events", "rpc"] if prefix:
            return _notification(unpack.json_object(payload), "/".join(prefix))
        case [*prefix, "status", component] if prefix:
            if component.partition(":")[0] not in COMPONENTS:
                return []
            return _status({component: unpack.json_object(payload)}, "/".join(prefix))
        case [*prefix, "online"] if prefix:
            return _online("/".join(prefix), payload)
        case [*prefix, "rpc" | "command"] if prefix:
            return []
        case _:
            raise BadInput(
                "topic", "{device}/events/rpc, {device}/status/{component} or {device}/online", topic
            )


def _notification(body: Object, prefix: str) -> list[Event]:
    source = unpack.text(body.get("src")) or prefix
    params = unpack.members(body.get("params"))
    match body.get("method"):
        case "NotifyStatus":
            return _status(params, source)
        case "NotifyFullStatus":
            renamed = [] if source == prefix else [Event(SOURCE, source, Kind.NAME, values={"alias": prefix})]
            return renamed + _status(params, source)
        case "NotifyEvent":
            return [
                event
                for happened in unpack.objects(params.get("events"))
                for event in _happened(happened, source)
            ]
        case _:
            return []


def _status(params: Object, source: str) -> list[Event]:
    said = Said(
        SOURCE, source, said_at=_instant(params.get("ts")) or _instant(unpack.found(params, "sys.unixtime"))
    )
    cause = unpack.text(unpack.found(params, "sys.wakeup_reason.cause"))
    if cause is not None:
        said.state(Kind.TEST, cause == "alarm_test")
        said.alive = True
    _components(params, said)
    if said.states() or said.readings:
        fields.apply((), BESIDES, params, said)
    return said.events()


def _components(params: Object, said: Said) -> None:
    for name, value in params.items():
        body = unpack.members(value)
        match name.partition(":")[0]:
            case "smoke":
                fields.apply(SMOKE, (), body, said)
                _errors(body, said)
            case "flood":
                _errors(body, said)
            case "devicepower":
                # A device on external power reports its absent battery as 0 % (rule 9).
                if unpack.found(body, "external.present") is True:
                    said.reading("external_power", True)
                else:
                    fields.apply((), POWER, body, said)
            case _:
                pass


def _errors(body: Object, said: Said) -> None:
    errors = body.get("errors")
    if isinstance(errors, list):
        named = [error for error in map(unpack.text, unpack.elements(body["errors"])) if error]
        said.state(Kind.FAULT, bool(named), **({"reason": ",".join(named)[:200]} if named else {}))


def _happened(event: Object, source: str) -> list[Event]:
    """Return a call for help where a button was pressed; other components and events are of no interest."""
    component, name = (unpack.text(event.get(name)) or "" for name in ("component", "event"))
    said_at = _instant(event.get("ts"))
    if component.startswith("script:") and name == SCRIPT_EVENT:
        return _advertised(unpack.members(event.get("data")), said_at)
    if not component.startswith("bthomedevice:") or name not in PUSHES:
        return []
    key = None if said_at is None else str(event.get("ts"))[:32]
    said = Said(SOURCE, f"{source}/{component}", said_at=said_at, key=key)
    said.state(Kind.SOS, True, push=name)
    return said.events()


def _advertised(body: Object, said_at: datetime | None = None) -> list[Event]:
    """Read what a script hands on of a Bluetooth advertisement; its keys are written in any case.

    The packet id goes round after 256, so it is a hint for who looks at repeats, not a key for ever.
    """
    address = unpack.text(body.get("addr", body.get("address")))
    if address is None:
        raise BadInput("addr", "the address of a Bluetooth device", body.get("addr"))
    said = Said(SOURCE, address.lower(), said_at=said_at)
    service = {name.casefold(): value for name, value in body.items()}
    inner = body.get("service_data")
    if isinstance(inner, dict):
        service = {name.casefold(): value for name, value in unpack.members(body["service_data"]).items()}
    said.reading("rssi_dbm", unpack.within(body.get("rssi"), -200, 20))
    said.reading("battery_pct", unpack.within(service.get("battery"), 0, 100))
    button = service.get("button")
    pressed = unpack.elements(button) or [button]
    if any(unpack.whole(one) in BUTTONS for one in pressed):
        packet = unpack.whole(service.get("pid"))
        said.state(Kind.SOS, True, **({} if packet is None else {"packet": packet}))
    return said.events()


def _online(prefix: str, payload: bytes) -> list[Event]:
    match unpack.plain_text(payload).strip().casefold():
        case "true":
            online = True
        case "false":
            online = False
        case "":
            return []
        case word:
            raise BadInput("payload", "true | false", word)
    said = Said(SOURCE, prefix, alive=online)
    if online or SLEEPER not in prefix:
        said.state(Kind.OFFLINE, not online)
    return said.events()


def _gen1(levels: list[str], payload: bytes) -> list[Event]:
    match levels:
        case [_, device, "sensor", sensor]:
            said = Said(SOURCE, device)
            written = {"sensor": unpack.plain_text(payload).strip()}
            if sensor == "smoke":
                fields.apply((flag("sensor", Kind.SMOKE),), (), written, said)
            elif sensor in GEN1_SENSORS:
                fields.apply((), (GEN1_SENSORS[sensor],), written, said)
            return said.events()
        case [_, device, "status" | "info"]:
            said = Said(SOURCE, device)
            body = unpack.json_object(payload)
            if "smoke" in body:
                fields.apply(GEN1_STATES, GEN1_READINGS, body, said)
            return said.events()
        case _:
            return []


def _instant(value: object) -> datetime | None:
    count = unpack.number(value)
    return None if count is None or count < CLOCK_SET_FROM else instants.instant(count)
