"""A message on its way out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel is asked to send; `notification_id` stays the same over retries."""

    notification_id: int
    stage: str
    title: str
    body: str
    urgent: bool
    incident_id: int | None = None
