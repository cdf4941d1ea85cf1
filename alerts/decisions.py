"""What a rule may decide, and what it is told: values only. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alerts.classes import Limits
from model.alerts import AlertClass
from model.devices import Device
from model.events import Event, Kind, State


@dataclass(frozen=True, slots=True)
class Said:
    """An event as it was stored: with the device, and the times that decisions use."""

    event: Event
    device: Device
    happened_at: datetime
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Active:
    """A device in the zone that says fire now, or said so since `since`."""

    device_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """What was so before the event: the device's own states and the fires in its zone.

    `since` maps each kind that the device says is active to the time it became so.
    """

    since: Mapping[Kind, datetime] = field(default_factory=dict[Kind, datetime])
    zone_fires: tuple[Active, ...] = ()


@dataclass(frozen=True, slots=True)
class Raise:
    """Raise an alert of this class for this subject, unless one is open; `reason` is told to people.

    `reason` is a key of the message catalogue, so that it can be shown in each language. `exit_id` is the
    door that it is about.
    """

    alert_class: AlertClass
    subject: str
    kind: Kind
    reason: str
    late: bool = False
    for_zone: bool = False
    cleared_at: datetime | None = None
    exit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Keep a test (F3) for the figures: it is resolved as it is written and nobody is called."""

    subject: str
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """Note beside the open alerts of these classes and kind that the device says it is over."""

    classes: tuple[AlertClass, ...]
    subject: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Watch:
    """Look again at `due_at`: a timer row of this kind for this subject."""

    kind: str
    subject: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Drop the timer: what it waited for has happened."""

    kind: str
    subject: str


Decision = Raise | Record | Cleared | Watch | Unwatch


def subject_of(device: Device) -> str:
    """Return the subject under which a device's alerts are kept."""
    return f"device:{device.device_id}"


def is_late(said: Said, limits: Limits) -> bool:
    """Say whether the event took so long to reach us that people must be told it is old."""
    return said.arrived_at - said.happened_at > limits.late_after


def started(said: Said) -> bool:
    """Say whether the event says that something begins."""
    return said.event.state is State.ACTIVE
