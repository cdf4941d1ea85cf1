"""A siren or wristband of ours: a command down its own topic, `siren://{home}/{device}`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from alerts.channels.outgoing import Outgoing
from model.errors import BadInput, Unavailable

_ADDRESS = re.compile(r"siren://([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_.:-]{1,128})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker that sirens and wristbands listen at."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls_ca: str | None = None


def deliver(channel: str, message: Outgoing, within: timedelta, now: datetime, broker: Broker | None) -> str:
    """Publish one command at QoS 1; the receipt says that the broker has it, not that the siren sounded.

    Raises Unavailable where the broker does not take it, BadInput for a wrong address or without a broker.
    """
    found = _ADDRESS.fullmatch(channel)
    if found is None:
        raise BadInput("channel", "siren://home/device", channel)
    if broker is None:
        raise BadInput("channel", "a broker for siren:// in the settings")
    client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.connect_timeout = within.total_seconds()
    if broker.username is not None:
        client.username_pw_set(broker.username, broker.password)
    if broker.tls_ca is not None:
        client.tls_set(ca_certs=broker.tls_ca)
    try:
        client.connect(broker.host, broker.port)
        client.loop_start()
        sent = client.publish(f"yian/v1/{found[1]}/{found[2]}/cmd", command(message, now), qos=1)
        sent.wait_for_publish(within.total_seconds())
        if not sent.is_published():
            raise Unavailable("the broker did not confirm the command")
    except (OSError, RuntimeError, ValueError) as exc:
        raise Unavailable(f"broker: {type(exc).__name__}") from exc
    finally:
        client.disconnect()
        client.loop_stop()
    return "at the broker"


def command(message: Outgoing, now: datetime) -> bytes:
    """Return the command: a device acts on each id once."""
    return json.dumps(
        {
            "id": f"n{message.notification_id}",
            "at": now.astimezone(UTC).isoformat(),
            "cmd": "alert",
            "urgent": message.urgent,
            "stage": message.stage,
            "text": message.title,
        },
        ensure_ascii=False,
    ).encode()
