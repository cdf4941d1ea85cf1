"""Puts the message about an alert into the outbox, in the transaction that raised it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.messages import MessageFacts, compose
from model.alerts import LIFE_SAFETY, AlertClass
from store import alarms, outbox
from store.alarms import Conn, IncidentRow, Receiver


def tell(
    conn: Conn, incident: IncidentRow, alert_id: int, people: Sequence[Receiver], stage: str, now: datetime
) -> int:
    """Put one message per person into the outbox; return how many people can be reached by it.

    A person with no channel still has the board; the message is kept for the record.
    """
    if not people:
        return 0
    row = alarms.message_facts(conn, alert_id)
    raised_at: datetime = row["raised_at"]
    facts = MessageFacts(
        home_name=row["home_name"] or "",
        address=row["address"] or "",
        place_path=tuple(row["place_path"]),
        device_name=row["device_name"] or row["device_address"] or "",
        alert_class=AlertClass(row["class"]),
        stage=stage,
        happened_at=row["happened_at"],
        raised_at=raised_at,
        late_by=raised_at - row["happened_at"] if row["late"] else None,
        drill=row["drill"],
        unregistered=row["unregistered"],
        cannot_walk=row["cannot_walk"],
        contact=row["phone"] or "",
        link=None,
        reason=row["reason"],
    )
    message = compose(facts)
    urgent = incident.incident_class in LIFE_SAFETY
    for person in people:
        outbox.insert(
            conn,
            incident_id=incident.incident_id,
            home_id=incident.home_id,
            person_id=person.person_id,
            stage=stage,
            channels=person.channels,
            title=message.title,
            body=message.body,
            urgent=urgent,
            now=now,
        )
    return len(people)


def withdraw(conn: Conn, incident_id: int, person_id: int | None, now: datetime) -> None:
    """Take back what is not sent yet: it has been answered."""
    outbox.withdraw(conn, incident_id, person_id, now)
