"""ChirpStack v4: `application/{id}/device/{devEui}/event/{event}`, JSON. Pure.

Source: chirpstack-docs integrations/events.md (5ab575f6). proto3 leaves out zero values, so an absent fPort
is 0; numbers inside `object` are floats. The network server's time is when a message was heard, which for
LoRaWAN is when it was said. Not read: ack, txack, integration.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import coordinates, instants, lorawan_devices, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "chirpstack"
OF_NO_INTEREST = frozenset({"ack", "txack", "integration"})


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a device said, or what the network server said about it.

    Raises BadInput for a topic that is not an event's, and for a payload that is not JSON (set `json=true`).
    """
    levels = unpack.topic_levels(topic)
    if len(levels) < 4 or levels[-2] != "event" or levels[-4] != "device" or not levels[-3]:
        raise BadInput("topic", ".../device/{devEui}/event/{event}", topic)
    if levels[-1] in OF_NO_INTEREST:
        return []
    body = unpack.json_object(payload)
    said = Said(
        SOURCE,
        levels[-3].lower(),
        said_at=instants.instant(body.get("time")),
        key=unpack.text(body.get("deduplicationId")),
    )
    match levels[-1]:
        case "up":
            _up(body, said)
        case "status":
            _status(body, said)
        case "join":
            said.state(Kind.OFFLINE, False)
            said.alive = True
        case "location":
            where = unpack.members(body.get("location"))
            said.readings.update(
                coordinates.position(
                    where.get("latitude"), where.get("longitude"), accuracy_m=where.get("accuracy")
                )
            )
        case "log":
            _log(body, said)
        case _:
            return []
    return said.events()


def _up(body: Object, said: Said) -> None:
    said.alive = True
    about = unpack.members(body.get("deviceInfo"))
    labels = (*unpack.members(about.get("tags")).values(), about.get("deviceName"))
    decoded = unpack.members(body.get("object")) or None
    profile = lorawan_devices.pick([about.get("deviceProfileName")], labels, decoded)
    port = unpack.whole(body.get("fPort")) or 0
    heard = [unpack.within(gateway.get("rssi"), -200, 20) for gateway in unpack.objects(body.get("rxInfo"))]
    said.reading("rssi_dbm", max((rssi for rssi in heard if rssi is not None), default=None))
    profile.read(port, lorawan_devices.frame(body.get("data"), decoded), decoded, said)


def _status(body: Object, said: Said) -> None:
    """Read DevStatusAns: battery in percent, unless it has none or is fed from outside (rule 9)."""
    said.alive = True
    if body.get("externalPowerSource") is True:
        said.reading("external_power", True)
    if body.get("batteryLevelUnavailable") is not True:
        said.reading("battery_pct", unpack.within(body.get("batteryLevel"), 0, 100))


def _log(body: Object, said: Said) -> None:
    """Read what the network server complains of: the device's messages do not come through."""
    if body.get("level") == "ERROR":
        code = unpack.text(body.get("code")) or "unknown"
        said.state(Kind.FAULT, True, reason=code, note=unpack.text(body.get("description")) or "")
