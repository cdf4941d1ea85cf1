"""Alibaba Alink: `/sys/{product}/{device}/thing/...`, and the rules side behind a bridge. Pure.

Source: Alibaba IoT Platform, Alink protocol. Properties in `params` (device) or `items` (rules), each with
its own time in ms; packs carry sub-devices, histories are not live. Not read: `up_raw`, whose bytes are the
product's own, and replies. The address is product/device.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ingest.adapters import instants, thing_model, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event

SOURCE = "alink"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what devices of this platform said. Raises BadInput for other topics, and for no JSON."""
    match unpack.topic_levels(topic):
        case ["", "as", "mqtt", "status", product, device]:
            body = unpack.json_object(payload)
            said = Said(SOURCE, f"{product}/{device}", said_at=instants.instant(body.get("utcTime")))
            thing_model.note_status(body.get("status"), said)
            return said.events()
        case ["", "sys", product, device, "thing", *what]:
            return _thing(f"{product}/{device}", what, payload)
        case ["", product, device, "thing", *what]:
            return _thing(f"{product}/{device}", what, payload)
        case _:
            raise BadInput("topic", "/sys/{product}/{device}/thing/...", topic)


def _thing(address: str, what: list[str], payload: bytes) -> list[Event]:
    match what:
        case ["event", "property", "post"]:
            body = unpack.json_object(payload)
            properties, at = thing_model.bare(body.get("items", body.get("params")))
            said = Said(SOURCE, address)
            thing_model.dated(said, at or instants.instant(body.get("gmtCreate")), body.get("id"))
            thing_model.note(properties, said)
            return said.events()
        case ["event", "property", "pack", "post"]:
            params = unpack.members(unpack.json_object(payload).get("params"))
            return [event for said in _pack(params, address) for event in said.events()]
        case ["event", "property", "history", "post"]:
            histories = unpack.objects(unpack.json_object(payload).get("params"))
            return [event for said in _histories(histories, address) for event in said.events()]
        case ["event", name, "post"]:
            return _event(name, unpack.json_object(payload), address)
        case _:
            return []


def _event(name: str, body: Object, address: str) -> list[Event]:
    params = unpack.members(body.get("params", body))
    said = Said(SOURCE, address)
    thing_model.dated(said, instants.instant(params.get("time")), body.get("id"))
    thing_model.note_event(name, said)
    thing_model.note(unpack.members(params.get("value")), said)
    return said.events()


def _identity(of: Object, otherwise: str) -> str:
    identity = unpack.members(of.get("identity"))
    product, device = unpack.text(identity.get("productKey")), unpack.text(identity.get("deviceName"))
    return otherwise if product is None or device is None else f"{product}/{device}"


def _pack(params: Object, address: str) -> Iterator[Said]:
    for part, of in [(params, address)] + [
        (sub, _identity(sub, address)) for sub in unpack.objects(params.get("subDevices"))
    ]:
        properties, at = thing_model.bare(part.get("properties"))
        if properties:
            said = Said(SOURCE, of, said_at=at)
            thing_model.note(properties, said)
            yield said
        for name, event in unpack.members(part.get("events")).items():
            said = Said(SOURCE, of, said_at=instants.instant(unpack.members(event).get("time")))
            thing_model.note_event(name, said)
            yield said


def _histories(histories: Iterator[Object], address: str) -> Iterator[Said]:
    for history in histories:
        of = _identity(history, address)
        for properties in unpack.objects(history.get("properties")):
            yield from thing_model.replayed(SOURCE, of, _listed(properties), {})
        for events in unpack.objects(history.get("events")):
            yield from thing_model.replayed(SOURCE, of, {}, _listed(events))


def _listed(history: Object) -> Object:
    return {name: [value] for name, value in history.items()}
