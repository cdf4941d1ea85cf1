"""Tuya Link: `tylink/{device}/thing/...`. Pure.

Source: Tuya Link protocol; category `ywbj` for the smoke alarm's codes. Properties in `data`, times in s or
ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ingest.adapters import instants, thing_model, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event

SOURCE = "tuya"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a Tuya device said. Raises BadInput for another topic and for what is not JSON."""
    match unpack.topic_levels(topic):
        case ["tylink", device, "thing", *what] if device:
            read = READERS.get("/".join(what))
        case _:
            raise BadInput("topic", "tylink/{device}/thing/...", topic)
    if read is None:
        return []
    return [event for said in read(device, unpack.json_object(payload)) for event in said.events()]


def _properties(device: str, body: Object) -> Iterator[Said]:
    yield _report(device, body, body.get("data"))


def _report(device: str, body: Object, wrapped: object) -> Said:
    properties, at = thing_model.bare(wrapped)
    said = thing_model.dated(
        Said(SOURCE, device), at or instants.instant(body.get("time")), body.get("msgId")
    )
    thing_model.note(properties, said)
    return said


def _event(device: str, body: Object) -> Iterator[Said]:
    data = unpack.members(body.get("data"))
    yield _happened(device, body, data.get("eventCode"), data)


def _happened(device: str, body: Object, code: object, data: Object) -> Said:
    at = instants.instant(data.get("eventTime")) or instants.instant(body.get("time"))
    said = thing_model.dated(Said(SOURCE, device), at, body.get("msgId"))
    thing_model.note_event(code, said)
    thing_model.note(thing_model.bare(data.get("outputParams"))[0], said)
    return said


def _batch(device: str, body: Object) -> Iterator[Said]:
    data = unpack.members(body.get("data"))
    if data.get("properties"):
        yield _report(device, body, data.get("properties"))
    for code, event in unpack.members(data.get("events")).items():
        yield _happened(device, body, code, unpack.members(event))


READERS = {"property/report": _properties, "event/trigger": _event, "data/batch_report": _batch}
