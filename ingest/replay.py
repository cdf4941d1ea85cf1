"""Dead letters, read again after a fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.classes import Limits
from ingest import writer
from ingest.decoding import decode
from ingest.messages import Message
from ingest.registry import Registry
from model.errors import Missing
from store import dead_letters
from store.sql import Conn


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a letter: events written, or the reason why it still cannot be read."""

    dead_letter_id: int
    events: int
    still: str | None


def replay(conn: Conn, dead_letter_id: int, bases: Sequence[str], limits: Limits, now: datetime) -> Replayed:
    """Read one letter again and store what is in it, with the time at which it arrived.

    Raises Missing where there is no such letter. The caller holds the transaction.
    """
    letter = dead_letters.letter(conn, dead_letter_id)
    if letter is None:
        raise Missing(f"no dead letter {dead_letter_id}")
    decoded = decode(Message(letter.topic, letter.payload, letter.arrived_at), bases)
    if decoded.unreadable is not None:
        return Replayed(dead_letter_id, 0, decoded.unreadable.reason)
    counts = writer.write(conn, [decoded], Registry(), limits)
    dead_letters.mark_replayed(conn, dead_letter_id, now)
    return Replayed(dead_letter_id, counts.events + counts.readings, None)
