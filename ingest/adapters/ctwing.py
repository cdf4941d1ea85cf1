"""CTWing (AEP) of China Telecom: its push behind a bridge, `bridge/ctwing/{product}/{device}`. Pure.

Source: CTWing message push: messageType dataReport, eventReport, deviceOnlineOfflineReport; answers to
commands are not read. "Offline" of an NB-IoT device in power saving is its sleep; whether it sleeps is in
the register.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import instants, nb_iot, thing_model, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "ctwing"
ONLINE, OFFLINE = 1, 0


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what devices of this platform said. Raises BadInput for other topics, and for no JSON."""
    levels = unpack.topic_levels(topic)
    if levels[:2] != ["bridge", "ctwing"]:
        raise BadInput("topic", "bridge/ctwing/{product}/{device}", topic)
    body = unpack.json_object(payload)
    device = unpack.identity(body.get("deviceId"))
    if device is None:
        raise BadInput("deviceId", "the platform's device id", body.get("deviceId"))
    said = Said(SOURCE, device, said_at=instants.instant(body.get("timestamp")))
    match body.get("messageType"):
        case "dataReport":
            said.alive = True
            data = _content(body.get("payload"))
            said.said_at = instants.instant(data.get("time")) or said.said_at
            beside = nb_iot.note(data, said)
            return said.events() + [event for one in beside for event in one.events()]
        case "eventReport":
            thing_model.note(_content(body.get("eventContent")), said)
        case "deviceOnlineOfflineReport":
            word = unpack.whole(body.get("eventType"))
            said.state(Kind.OFFLINE, word == OFFLINE if word in {ONLINE, OFFLINE} else None)
        case _:
            return []
    return said.events()


def _content(sent: object) -> Object:
    """Return an object that some bridges hand on as the JSON text of it. Raises BadInput for other text."""
    return (
        unpack.json_object(sent.encode(errors="replace")) if isinstance(sent, str) else unpack.members(sent)
    )
