"""A webhook in the form that Prometheus Alertmanager sends, for receivers that are there already.

Source: Alertmanager documentation, `webhook_config`, version "4".
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.channels import http
from alerts.channels.outgoing import Outgoing

_NEVER_ENDED = "0001-01-01T00:00:00Z"


def deliver(channel: str, message: Outgoing, within: timedelta, now: datetime) -> str:
    """Post the message to `alertmanager://host/path` (http) or `alertmanagers://` (https).

    Raises Unavailable where the receiver does not take it, BadInput for an address that is none.
    """
    scheme, _, rest = channel.partition("://")
    url = f"{'https' if scheme.lower().endswith('s') else 'http'}://{rest}"
    http.request("POST", url, within, json=payload(message, now))
    return "accepted"


def payload(message: Outgoing, now: datetime) -> dict[str, Any]:
    """Return the message as Alertmanager would say it; the fingerprint stays the same over retries."""
    labels = {
        "alertname": message.stage,
        "severity": "critical" if message.urgent else "warning",
        "incident": str(message.incident_id or ""),
    }
    annotations = {"summary": message.title, "description": message.body}
    return {
        "version": "4",
        "groupKey": f'yian:{{incident="{labels["incident"]}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "yian",
        "groupLabels": {"incident": labels["incident"]},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": annotations,
                "startsAt": now.astimezone(UTC).isoformat(),
                "endsAt": _NEVER_ENDED,
                "generatorURL": "",
                "fingerprint": f"{message.notification_id:016x}",
            }
        ],
    }
