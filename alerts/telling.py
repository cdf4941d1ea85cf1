"""Puts the message about an alert into the outbox, in the transaction that raised it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts import notices, quiet
from alerts.messages import MessageFacts, compose, flood
from alerts.rules import nuisance
from model.alerts import TOLD_AT_ONCE, AlertClass
from store import nuisance as messages
from store import outbox, rosters
from store.incidents import IncidentRow
from store.receivers import Receiver
from store.sql import Conn, Later

Facts = Later[dict[str, Any]]
"""What a message about an alert says, asked for by store.receivers.ask_message_facts."""


def tell(
    conn: Conn, incident: IncidentRow, about: Facts, people: Sequence[Receiver], stage: str, now: datetime
) -> int:
    """Put one message per person into the outbox; return how many people can be reached by it.

    Whose quiet counts (alerts.quiet.settle) is told at the start of their turn, or on the board.

    A person with no channel still has the board; the message is kept for the record.
    """
    if not people:
        return 0
    message = compose(_facts(about(), stage))
    urgent = incident.incident_class in TOLD_AT_ONCE
    recent = {} if urgent else _recent(conn, people, now)
    for person in people:
        held_until = quiet.until(person, now)
        collapsed = nuisance.collapses(incident.incident_class, recent.get(person.person_id, 0))
        if collapsed and not person.quiet:
            _tell_of_flood(conn, person, recent[person.person_id], now)
        outbox.insert(
            conn,
            incident_id=incident.incident_id,
            home_id=incident.home_id,
            person_id=person.person_id,
            stage=stage,
            # what is collapsed, or passes a quiet person over, is told on the board
            channels=() if collapsed or (person.quiet and held_until is None) else person.channels,
            title=message.title,
            body=message.body,
            urgent=urgent,
            now=now,
            wait=False,
        )
        if held_until is not None and not collapsed:
            rosters.hold(
                conn,
                incident_id=incident.incident_id,
                person_id=person.person_id,
                stage=stage,
                until=held_until,
                now=now,
            )
    return len(people)


def _facts(row: Mapping[str, Any], stage: str) -> MessageFacts:
    raised_at: datetime = row["raised_at"]
    return MessageFacts(
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
        burning=row["burning"],
        contact=row["phone"] or "",
        link=None,
        reason=row["reason"],
    )


def _recent(conn: Conn, people: Sequence[Receiver], now: datetime) -> dict[int, int]:
    return messages.messages_since(conn, [one.person_id for one in people], now - nuisance.FLOOD_WITHIN)


def _tell_of_flood(conn: Conn, person: Receiver, alarms_told: int, now: datetime) -> None:
    """Send the one message that stands for a flood, at most once in ten minutes."""
    stage = f"flood@{int(now.timestamp() // nuisance.FLOOD_WITHIN.total_seconds())}"
    notices.put(conn, [person], stage, flood(alarms_told), now)


def withdraw(conn: Conn, incident_id: int, person_id: int | None, now: datetime) -> None:
    """Take back what is not sent yet: it has been answered."""
    outbox.withdraw(conn, incident_id, person_id, now)
