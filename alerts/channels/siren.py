"""A siren or wristband of ours: a command down its own topic, `siren://{home}/{device}`."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from alerts.channels.outgoing import Outgoing
from alerts.channels.publishing import publish
from model.broker import BrokerLogin
from model.errors import BadInput

_ADDRESS = re.compile(r"siren://([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_.:-]{1,128})", re.ASCII)


def deliver(
    channel: str, message: Outgoing, within: timedelta, now: datetime, broker: BrokerLogin | None
) -> str:
    """Publish one command at QoS 1; the receipt says that the broker has it, not that the siren sounded.

    Raises Unavailable where the broker does not take it, BadInput for a wrong address or without a broker.
    """
    found = _ADDRESS.fullmatch(channel)
    if found is None:
        raise BadInput("channel", "siren://home/device", channel)
    if broker is None:
        raise BadInput("channel", "a broker for siren:// in the settings")
    publish(broker, f"yian/v1/{found[1]}/{found[2]}/cmd", command(message, now), within)
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
