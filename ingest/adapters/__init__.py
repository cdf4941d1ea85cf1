"""Wire formats, one file each: `decode(topic, payload, arrived_at)` gives what a device said. Pure.

yian decode zigbee2mqtt --topic "zigbee2mqtt/room 203" --file payload.json
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from ingest.adapters import (
    alink,
    ble,
    ctwing,
    esphome,
    g616,
    gb26875,
    iotda,
    lorawan_chirpstack,
    lorawan_tts,
    native,
    oceanconnect,
    onenet,
    owntracks,
    shelly,
    tasmota,
    traccar,
    tuya,
    unpack,
    wanlin,
    zigbee2mqtt,
    zwave,
)
from model.events import Event


class Decoder(Protocol):
    """A pure function from a message to events; raises BadInput where a claimed topic cannot be read."""

    def __call__(self, topic: str, payload: bytes, arrived_at: datetime, /) -> list[Event]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: how to read it, what to subscribe to, what it is."""

    decode: Decoder
    subscriptions: tuple[str, ...]
    description: str


def _zigbee2mqtt_of_first_level(topic: str, payload: bytes, arrived_at: datetime, /) -> list[Event]:
    """Decoder with the first topic level as base topic, where no settings say which it is."""
    return zigbee2mqtt.decode(topic, payload, arrived_at, base=unpack.topic_levels(topic)[0])


CLAIMS: dict[str, Format] = {
    "native": Format(native.decode, ("yian/v1/+/+/+",), "Yi'an's own devices and simulators"),
    "zigbee2mqtt": Format(
        _zigbee2mqtt_of_first_level,
        (f"{zigbee2mqtt.BASE}/#",),
        "Zigbee smoke detectors and buttons through Zigbee2MQTT",
    ),
    "lorawan_chirpstack": Format(
        lorawan_chirpstack.decode,
        ("application/+/device/+/event/+",),
        "LoRaWAN devices through ChirpStack v4",
    ),
    "lorawan_tts": Format(
        lorawan_tts.decode, ("v3/+/devices/+/#",), "LoRaWAN devices through The Things Stack v3"
    ),
    "owntracks": Format(
        owntracks.decode, ("owntracks/+/+", "owntracks/+/+/+"), "phones and trackers that speak OwnTracks"
    ),
    "traccar": Format(
        traccar.decode, ("events", "positions", "_traccar/#"), "trackers and wristbands through Traccar"
    ),
    "g616": Format(g616.decode, ("atom/g616/status/+",), "G616 watches, which publish by themselves"),
    "gb26875": Format(
        gb26875.decode, ("gb26875/#",), "fire-alarm transmission devices, GB/T 26875.3 frames from a listener"
    ),
    "alink": Format(
        alink.decode,
        ("/sys/+/+/thing/#", "/+/+/thing/event/#", "/as/mqtt/status/+/+"),
        "devices on Alibaba's IoT platform, device side or rules",
    ),
    "onenet": Format(
        onenet.decode, ("$sys/+/+/thing/#", "bridge/onenet/+/+"), "devices on China Mobile's OneNET Studio"
    ),
    "iotda": Format(iotda.decode, ("$oc/devices/+/sys/#", "bridge/iotda/+"), "devices on Huawei IoTDA"),
    "tuya": Format(tuya.decode, ("tylink/+/thing/#",), "devices that speak Tuya Link"),
    "ctwing": Format(
        ctwing.decode, ("bridge/ctwing/#",), "NB-IoT detectors on China Telecom's CTWing, through a bridge"
    ),
    "oceanconnect": Format(
        oceanconnect.decode, ("bridge/oceanconnect/#",), "NB-IoT detectors on OceanConnect, through a bridge"
    ),
    "wanlin": Format(wanlin.decode, ("bridge/wanlin/+",), "Wanlin alarm hosts, through a bridge"),
    "tasmota": Format(
        tasmota.decode, ("tele/#", "stat/#"), "Tasmota Zigbee bridges and wired detectors on a switch"
    ),
    "zwave": Format(zwave.decode, ("zwave/#",), "Z-Wave detectors through Z-Wave JS UI"),
    # No subscription of its own: every telephone that passes would be taken for a device.
    "ble": Format(ble.decode, (), "which Bluetooth gateway heard a wristband"),
    # Last, as their patterns begin with a wildcard.
    "shelly": Format(
        shelly.decode,
        ("shellies/#", "shellies-ble/+", "shelly-script/+", "+/events/rpc", "+/status/+", "+/online"),
        "Shelly Plus Smoke, Gen1 smoke detectors and BLU buttons",
    ),
    "esphome": Format(
        esphome.decode,
        ("+/binary_sensor/+/state", "+/sensor/+/state", "+/status"),
        "detectors on ESPHome nodes",
    ),
}
"""Formats by the name of their file, in the order in which `pick` asks them."""

OTHER_NAMES = {
    "yian": "native",
    "chirpstack": "lorawan_chirpstack",
    "tts": "lorawan_tts",
    "wearable_mqtt": "g616",
    "zwavejs2mqtt": "zwave",
    "espresense": "ble",
    "openmqttgateway": "ble",
    "theengs": "ble",
    "ruuvi": "ble",
}
"""What people call a format by its source or by the tool that speaks it."""

FORMATS = CLAIMS | {other: CLAIMS[name] for other, name in OTHER_NAMES.items()}
"""Formats by every name; this is where `yian decode` looks."""


def formats() -> list[str]:
    """Return the names of all formats, each once."""
    return list(CLAIMS)


def pick(topic: str, bases: Iterable[str] = (zigbee2mqtt.BASE,)) -> Decoder | None:
    """Return what reads a topic, None where no format claims it; `bases` are Zigbee2MQTT's base topics."""
    if topic.startswith(native.PREFIX):  # nearly every message; the patterns need not be asked
        return native.decode
    for base in sorted(bases, key=len, reverse=True):
        if topic.startswith(base + "/"):
            return partial(zigbee2mqtt.decode, base=base)
    for format_ in CLAIMS.values():
        if any(matches(pattern, topic) for pattern in format_.subscriptions):
            return format_.decode
    return None


def matches(pattern: str, topic: str) -> bool:
    """Say whether a topic falls under a subscription.

    Source: MQTT 5.0 section 4.7; a wildcard at the start does not match topics that begin with `$`.
    """
    asked, given = pattern.split("/"), topic.split("/")
    if given[0].startswith("$") and asked[0] in {"+", "#"}:
        return False
    for level, step in enumerate(asked):
        if step == "#":
            return True
        if level >= len(given) or step not in {"+", given[level]}:
            return False
    return len(asked) == len(given)
