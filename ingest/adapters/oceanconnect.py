"""Huawei OceanConnect, an older platform: its push behind `bridge/oceanconnect/{device}`. Pure.

Source: OceanConnect subscription push: deviceDataChanged and deviceDatasChanged, times in compact ISO.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import instants, nb_iot, thing_model, unpack
from ingest.adapters.said import Said
from model.errors import BadInput
from model.events import Event

SOURCE = "oceanconnect"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what devices of this platform said. Raises BadInput for other topics, and for no JSON."""
    levels = unpack.topic_levels(topic)
    if levels[:2] != ["bridge", "oceanconnect"]:
        raise BadInput("topic", "bridge/oceanconnect/{device}", topic)
    body = unpack.json_object(payload)
    device = unpack.text(body.get("deviceId"))
    if device is None:
        raise BadInput("deviceId", "the platform's device id", body.get("deviceId"))
    match body.get("notifyType"):
        case "deviceDataChanged":
            services = [unpack.members(body.get("service"))]
        case "deviceDatasChanged":
            services = list(unpack.objects(body.get("services")))
        case "deviceInfoChanged":
            said = Said(SOURCE, device)
            thing_model.note_status(unpack.found(body, "deviceInfo.status"), said)
            return said.events()
        case _:
            return []
    events: list[Event] = []
    for service in services:
        said = Said(SOURCE, device, said_at=instants.instant(service.get("eventTime")), alive=True)
        beside = nb_iot.note(unpack.members(service.get("data")), said)
        events += said.events() + [event for one in beside for event in one.events()]
    return events
