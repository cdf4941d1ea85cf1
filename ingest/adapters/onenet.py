"""OneNET Studio: `$sys/{product}/{device}/thing/...` and its HTTP push behind a bridge. Pure.

Source: OneNET Studio device protocol and data push. As Alink without `method`; packs and histories name the
device in `identity`, histories are arrays and not live. The address is product/device.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ingest.adapters import coordinates, instants, thing_model, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event

SOURCE = "onenet"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what devices of this platform said. Raises BadInput for other topics, and for no JSON."""
    match unpack.topic_levels(topic):
        case ["$sys", product, device, "thing", *what]:
            said = _thing(f"{product}/{device}", "/".join(what), payload)
        case ["bridge", "onenet", product, device]:
            said = _pushed(f"{product}/{device}", unpack.json_object(payload))
        case _:
            raise BadInput("topic", "$sys/{product}/{device}/thing/... or bridge/onenet/...", topic)
    return [event for one in said for event in one.events()]


def _thing(address: str, what: str, payload: bytes) -> Iterator[Said]:
    if what not in {"property/post", "event/post", "pack/post", "history/post"}:
        return
    body = unpack.json_object(payload)
    match what:
        case "property/post":
            yield _properties(address, body)
        case "event/post":
            yield from _events(address, body.get("params"), body.get("id"))
        case _:
            for part in unpack.objects(body.get("params")):
                identity = unpack.members(part.get("identity"))
                product, device = (unpack.text(identity.get(name)) for name in ("productID", "deviceName"))
                of = address if product is None or device is None else f"{product}/{device}"
                if what == "history/post":
                    yield from thing_model.replayed(SOURCE, of, part.get("properties"), part.get("events"))
                    continue
                if part.get("properties"):
                    yield _properties(of, {"params": part.get("properties"), "id": body.get("id")})
                yield from _events(of, part.get("events"), body.get("id"))


def _properties(address: str, body: Object) -> Said:
    properties, at = thing_model.bare(body.get("params"))
    said = thing_model.dated(Said(SOURCE, address), at, body.get("id"))
    thing_model.note(properties, said)
    return said


def _events(address: str, events: object, key: object) -> Iterator[Said]:
    for name, wrapped in unpack.members(events).items():
        event = unpack.members(wrapped)
        said = thing_model.dated(Said(SOURCE, address), instants.instant(event.get("time")), key)
        thing_model.note_event(name, said)
        thing_model.note(unpack.members(event.get("value")), said)
        yield said


def _pushed(address: str, body: Object) -> Iterator[Said]:
    data = unpack.members(body.get("data"))
    said = Said(SOURCE, address)
    match body.get("messageType"):
        case "lifeCycle":
            said.said_at = instants.instant(data.get("time"))
            thing_model.note_status(data.get("status"), said)
        case "lbsAndWifi":
            said.said_at = instants.instant(body.get("timestamp"))
            said.readings.update(
                coordinates.position(data.get("lat"), data.get("lon"), accuracy_m=data.get("accuracy"))
            )
        case "notify":
            if body.get("notifyType") == "event":
                yield from _events(address, data.get("params"), data.get("id"))
                return
            said = _properties(address, data)
        case _:
            return
    yield said
