"""Huawei IoTDA: `$oc/devices/{device}/sys/...`, and its forwarded data behind a bridge. Pure.

Source: IoTDA API reference, device-side MQTT and data forwarding. Times are compact ISO, null, or spelled
eventTime. A gateway reports for its sub-devices. Not read: messages, whose content is the product's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ingest.adapters import instants, nb_iot, thing_model, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event

SOURCE = "iotda"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what devices of this platform said. Raises BadInput for other topics, and for no JSON."""
    match unpack.topic_levels(topic):
        case ["$oc", "devices", device, "sys", *what]:
            said = _device_side(device, "/".join(what), payload)
        case ["bridge", "iotda", device]:
            said = _forwarded(device, unpack.json_object(payload))
        case _:
            raise BadInput("topic", "$oc/devices/{device}/sys/... or bridge/iotda/{device}", topic)
    return [event for one in said for event in one.events()]


def _device_side(device: str, what: str, payload: bytes) -> Iterator[Said]:
    match what:
        case "properties/report":
            yield from _services(device, unpack.json_object(payload))
        case "gateway/sub_devices/properties/report":
            for sub in unpack.objects(unpack.json_object(payload).get("devices")):
                yield from _services(unpack.text(sub.get("device_id")) or device, sub)
        case "events/up":
            for service in unpack.objects(unpack.json_object(payload).get("services")):
                yield from _event(device, service)
        case _:
            return


def _at(of: Object) -> datetime | None:
    return instants.instant(of.get("event_time")) or instants.instant(of.get("eventTime"))


def _services(device: str, body: Object) -> Iterator[Said]:
    for service in unpack.objects(body.get("services")):
        properties = unpack.members(service.get("properties"))
        said = Said(SOURCE, device, said_at=_at(service))
        named = (unpack.text(service.get("service_id")) or "").casefold()
        beside = nb_iot.note(properties, said)
        thing_model.note(
            properties, said, smoke_service="smoke" in named or "smokeConcentration" in properties
        )
        yield said
        yield from beside


def _event(device: str, service: Object) -> Iterator[Said]:
    """Read an event: the states of sub-devices, or one of the product's own."""
    paras = unpack.members(service.get("paras"))
    if service.get("event_type") == "sub_device_update_status":
        for sub in unpack.objects(paras.get("device_statuses")):
            said = Said(SOURCE, unpack.text(sub.get("device_id")) or device, said_at=_at(service))
            thing_model.note_status(sub.get("status"), said)
            yield said
    elif not (unpack.text(service.get("service_id")) or "").startswith("$"):  # $ota, $time_sync and their kin
        said = Said(SOURCE, device, said_at=_at(service))
        thing_model.note_event(service.get("event_type"), said)
        thing_model.note(paras, said)
        yield said


def _forwarded(device: str, body: Object) -> Iterator[Said]:
    header = unpack.members(unpack.found(body, "notify_data.header"))
    content = unpack.members(unpack.found(body, "notify_data.body"))
    device = unpack.text(header.get("device_id")) or device
    match body.get("resource"):
        case "device.status":
            said = Said(SOURCE, device, said_at=_at(body))
            thing_model.note_status(content.get("status"), said)
            yield said
        case "device.property":
            yield from _services(device, content)
        case _:
            return
