"""Messages that belong to no incident, put into the outbox; never urgent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from alerts.messages import Message
from store import outbox
from store.sql import Conn


class Reachable(Protocol):
    """A person with the channels by which they are reached."""

    @property
    def person_id(self) -> int: ...
    @property
    def channels(self) -> Sequence[str]: ...


def put(
    conn: Conn,
    people: Iterable[Reachable],
    stage: str,
    message: Message,
    now: datetime,
    *,
    home_id: int | None = None,
) -> None:
    """Put a message into the outbox for each of these people: one per person and stage, however often."""
    for person in people:
        outbox.insert(
            conn,
            incident_id=None,
            home_id=home_id,
            person_id=person.person_id,
            stage=stage,
            channels=person.channels,
            title=message.title,
            body=message.body,
            urgent=False,
            now=now,
        )
