"""A message on its way: as it came, and as an adapter read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from model.events import MOMENTARY_KINDS, Event, Kind, State


@dataclass(frozen=True, slots=True)
class Message:
    """What the broker handed over; `done` acknowledges it and is called after the commit, never before."""

    topic: str
    payload: bytes
    arrived_at: datetime
    retained: bool = False
    done: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a message could not be read; `traceback` where the fault is ours."""

    reason: str
    traceback: str | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message with the events that are in it, or with the reason why it could not be read."""

    message: Message
    events: tuple[Event, ...] = ()
    unreadable: Unreadable | None = None


def is_urgent(decoded: Decoded) -> bool:
    """Say whether a message must go by the alarm lane: something begins, or someone calls."""
    return any(event.state is State.ACTIVE or event.kind in MOMENTARY_KINDS for event in decoded.events)


def says_state(event: Event) -> bool:
    """Say whether an event is about a state or a call, not a reading or a name."""
    return event.kind not in (Kind.REPORT, Kind.NAME)
