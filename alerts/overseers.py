"""Messages to those who see to the service itself: a channel that fails, the daily sign of life."""

from __future__ import annotations

from datetime import datetime

from alerts import notices, service_messages
from alerts.messages import Message
from store import outbox
from store.sql import Conn


def tell(conn: Conn, stage: str, message: Message, now: datetime) -> None:
    """Put a message into the outbox for each overseer; one per person and stage, never urgent."""
    notices.put(conn, outbox.overseers(conn), stage, message, now)


def tell_heartbeat(conn: Conn, facts: service_messages.HeartbeatFacts, now: datetime) -> None:
    """Tell the overseers that the service watches; once a day however often it is called."""
    tell(conn, f"heartbeat:{facts.on.isoformat()}", service_messages.heartbeat(facts), now)
