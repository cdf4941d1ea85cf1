"""What a batch of messages comes to: sorted by what must be done with it, and counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ingest.messages import Message, Unreadable
from model.devices import Device
from model.events import Event
from store.liveness import Sign
from store.readings import Reading


@dataclass(slots=True)
class Counts:
    """What a batch came to."""

    messages: int = 0
    events: int = 0
    repeats: int = 0
    duplicates: int = 0
    readings: int = 0
    dead_letters: int = 0
    alerts: int = 0

    def add(self, other: Counts) -> None:
        """Add another batch's counts."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Batch:
    """A batch sorted by what must be done with it."""

    states: list[tuple[Event, Device, Message]] = field(default_factory=list[tuple[Event, Device, Message]])
    readings: list[Reading] = field(default_factory=list[Reading])
    signs: dict[int, Sign] = field(default_factory=dict[int, Sign])
    batteries: dict[int, tuple[Device, float, datetime]] = field(
        default_factory=dict[int, tuple[Device, float, datetime]]
    )
    unreadable: list[tuple[Message, Unreadable]] = field(default_factory=list[tuple[Message, Unreadable]])
    unreadable_by: list[tuple[Device, Message]] = field(default_factory=list[tuple[Device, Message]])
    walked: dict[int, datetime] = field(default_factory=dict[int, datetime])

    def may_change_states(self) -> bool:
        """Say whether an alert may begin or end by it."""
        return bool(self.states or self.batteries or self.unreadable_by)
