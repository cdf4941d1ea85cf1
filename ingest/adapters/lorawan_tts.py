"""The Things Stack v3: `v3/{app}@{tenant}/devices/{device}/{event}`, JSON. Pure.

Source: lorawan-stack-docs data formats (307211c0). Zero and empty values are left out (f_port, f_cnt), but
not inside decoded_payload. `locations.user` is where somebody says that the device was installed, not a
fix. An uplink that was typed into the console has `simulated` and is a test, never an alarm. Not read:
down/*, service/data.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import coordinates, instants, lorawan_devices, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "tts"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a device said. Raises BadInput for another topic, and for a payload that is not JSON."""
    levels = unpack.topic_levels(topic)
    if len(levels) < 5 or levels[0] != "v3" or levels[2] != "devices" or not levels[3]:
        raise BadInput("topic", "v3/{application}/devices/{device}/{event}", topic)
    event = "/".join(levels[4:])
    if event not in {"up", "join", "location/solved"}:
        return []
    body = unpack.json_object(payload)
    ids = unpack.members(body.get("end_device_ids"))
    eui = unpack.text(ids.get("dev_eui"))
    said = Said(
        SOURCE,
        eui.lower() if eui is not None else levels[3],
        said_at=instants.instant(body.get("received_at")),
    )
    match event:
        case "up":
            if body.get("simulated") is True:
                said.state(Kind.TEST, True, reason="simulated")
            else:
                _up(body, said, levels[3])
        case "join":
            said.state(Kind.OFFLINE, False)
            said.alive = True
        case _:
            where = unpack.members(unpack.found(body, "location_solved.location"))
            said.readings.update(
                coordinates.position(
                    where.get("latitude"), where.get("longitude"), accuracy_m=where.get("accuracy")
                )
            )
    return said.events()


def _up(body: Object, said: Said, label: str) -> None:
    said.alive = True
    uplink = unpack.members(body.get("uplink_message"))
    address = unpack.text(unpack.found(body, "end_device_ids.dev_addr")) or ""
    session = unpack.text(uplink.get("session_key_id")) or address
    if session and said.said_at is not None:  # the count starts again, so alone it is no key
        said.key = f"{session}:{unpack.whole(uplink.get('f_cnt')) or 0}"
    model, brand = (unpack.found(uplink, f"version_ids.{name}_id") for name in ("model", "brand"))
    heard = [
        unpack.within(gateway.get("rssi"), -200, 20) for gateway in unpack.objects(uplink.get("rx_metadata"))
    ]
    said.reading("rssi_dbm", max((rssi for rssi in heard if rssi is not None), default=None))
    decoded = unpack.members(uplink.get("decoded_payload")) or None
    profile = lorawan_devices.pick([model, brand], [label], decoded)
    port = unpack.whole(uplink.get("f_port")) or 0
    profile.read(port, lorawan_devices.frame(uplink.get("frm_payload"), decoded), decoded, said)
