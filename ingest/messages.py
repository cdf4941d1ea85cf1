"""A message on its way: as it came, and as an adapter read it."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from model.events import MOMENTARY_KINDS, Event, Kind, State


class Link(Protocol):
    """One connection to the broker, over which its messages are acknowledged."""

    def acknowledge(self, packet_ids: Sequence[int]) -> None:
        """Acknowledge messages of this connection; once it is lost, do nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """What the broker handed over; acknowledged over `link` after the commit, never before."""

    topic: str
    payload: bytes
    arrived_at: datetime
    retained: bool = False
    link: Link | None = None
    packet_id: int = 0


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


def acknowledge(messages: Iterable[Message]) -> None:
    """Tell the broker that these are stored, connection by connection, in the order in which they came."""
    by_link: defaultdict[Link, list[int]] = defaultdict(list)
    for message in messages:
        if message.link is not None and message.packet_id:
            by_link[message.link].append(message.packet_id)
    for link, packet_ids in by_link.items():
        link.acknowledge(packet_ids)


def is_urgent(decoded: Decoded) -> bool:
    """Say whether a message must go by the alarm lane: something begins, or someone calls."""
    return any(event.state is State.ACTIVE or event.kind in MOMENTARY_KINDS for event in decoded.events)


def says_state(event: Event) -> bool:
    """Say whether an event is about a state or a call, not a reading or a name."""
    return event.kind not in (Kind.REPORT, Kind.NAME)


def key_of(event: Event, message: Message) -> str:
    """Return what tells this event from others of the device at the same time: its own id, or its bytes."""
    if event.key is not None:
        return event.key
    if event.said_at is not None:
        return f"{zlib.crc32(message.payload):08x}"
    return f"@{message.arrived_at.timestamp():.6f}"
