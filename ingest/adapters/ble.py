"""Bluetooth gateways that hear wristbands and beacons: which gateway, how strong. Pure.

Source: ESPresense, OpenMQTTGateway and Theengs, Ruuvi Gateway, Home Assistant's mqtt_room, Navi gateways.
Hearing is a report with `gateway` and rssi_dbm or distance_m, never an alarm; a gateway's last will is
about the gateway. Every telephone that passes is heard, so these topics are subscribed to only by a filter
of known bands.

The address is the beacon's: `ibeacon:{uuid}-{major}-{minor}`, or the MAC in small letters without colons.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import instants, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.clock import SHANGHAI
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "ble"
STATUSES = {"offline": True, "online": False}
APPLE, IBEACON, RUUVI = b"\x4c\x00", b"\x02\x15", b"\x99\x04"
MANUFACTURER = 0xFF


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return where a beacon was heard, or that a gateway is gone. Raises BadInput for other topics."""
    match unpack.topic_levels(topic):
        case ["espresense", "devices", name, room]:
            body = unpack.json_object(payload)
            return _heard(unpack.text(body.get("id")) or name, room, body)
        case ["espresense", "rooms", room, "status"]:
            return _gateway(room, unpack.plain_text(payload))
        case [*_, gateway, "BTtoMQTT", _]:
            body = unpack.json_object(payload)
            return _heard(_beacon(body) or unpack.text(body.get("id")), gateway, body)
        case [*_, "home_presence", gateway]:
            body = unpack.json_object(payload)
            return _heard(_beacon(body) or unpack.text(body.get("id")), gateway, body)
        case ["home", gateway, "LWT"]:
            return _gateway(gateway, unpack.plain_text(payload))
        case ["ruuvi", gateway, "gw_status"]:
            return _gateway(gateway, unpack.text(unpack.json_object(payload).get("state")) or "")
        case ["ruuvi", gateway, tag]:
            body = unpack.json_object(payload)
            return _heard(_advertised(body.get("data"), tag), gateway, body)
        case ["hermes", "presence", room]:
            body = unpack.json_object(payload)
            return _heard(unpack.text(body.get("id")), room, body)
        case ["Event", "Navi", "RSSI"]:
            body = unpack.json_object(payload)
            gateway = unpack.text(body.get("gw_mac"))
            return [] if gateway is None else _heard(unpack.text(body.get("device_mac")), gateway, body)
        case ["espresense" | "home" | "ruuvi" | "hermes", *_]:
            return []
        case _:
            raise BadInput("topic", "a topic of a Bluetooth gateway", topic)


def _heard(name: str | None, gateway: str, body: Object) -> list[Event]:
    if name is None:
        return []
    said = Said(SOURCE, _address(name), alive=True)
    for time in ("ts", "gwts", "time"):
        said.said_at = said.said_at or instants.instant(body.get(time), assume=SHANGHAI)
    said.reading("gateway", gateway)
    said.reading("rssi_dbm", unpack.within(body.get("rssi"), -200, 20))
    said.reading("distance_m", unpack.within(body.get("distance"), 0, 1000))
    said.reading("battery_v", unpack.within(body.get("volt"), 0.5, 30))
    said.reading("battery_pct", unpack.within(body.get("batt"), 0, 100))
    return said.events()


def _address(name: str) -> str:
    plain = name.casefold()
    return plain if plain.startswith("ibeacon:") else plain.removeprefix("known:").replace(":", "")


def _beacon(body: Object) -> str | None:
    """Return the iBeacon identity that Theengs decodes; bands change their MAC, not this."""
    uuid = unpack.text(body.get("uuid"))
    major, minor = unpack.whole(body.get("major")), unpack.whole(body.get("minor"))
    return (
        None
        if uuid is None or major is None or minor is None
        else _named(uuid.replace("-", ""), major, minor)
    )


def _named(uuid: str, major: int, minor: int) -> str:
    return f"ibeacon:{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}-{major}-{minor}"


def _advertised(data: object, tag: str) -> str | None:
    """Return who a raw advertisement is from: an iBeacon, a RuuviTag by its MAC, or nobody of ours."""
    try:
        raw = bytes.fromhex(unpack.text(data) or "")
    except ValueError as exc:
        raise BadInput("data", "hexadecimal digits", data) from exc
    at = 0
    while at + 1 < len(raw) and raw[at]:
        kind, content = raw[at + 1], raw[at + 2 : at + 1 + raw[at]]
        if kind == MANUFACTURER and content[:2] == RUUVI:
            return tag
        if kind == MANUFACTURER and content[:4] == APPLE + IBEACON and len(content) >= 24:
            major, minor = (int.from_bytes(content[i : i + 2], "big") for i in (20, 22))
            return _named(content[4:20].hex(), major, minor)
        at += 1 + raw[at]
    return None


def _gateway(name: str, word: str) -> list[Event]:
    said = Said(SOURCE, name)
    said.state(Kind.OFFLINE, STATUSES.get(word.strip().casefold()))
    return said.events()
