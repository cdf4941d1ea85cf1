"""A message on its way out."""

from __future__ import annotations

from dataclasses import dataclass

from model.errors import BadInput


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel is asked to send; `notification_id` stays the same over retries.

    The body holds the link by which its reader answers, where there is one; `link` is the same by itself.
    """

    notification_id: int
    stage: str
    title: str
    body: str
    urgent: bool
    incident_id: int | None = None
    link: str | None = None


class Gone(BadInput):
    """The other end has ended this channel: it is to be forgotten."""
