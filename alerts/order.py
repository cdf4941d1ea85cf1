"""Where a word of a device stands among what it said before, as its clock and the arrivals tell. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from model.events import KnownState, State

Around = Callable[[datetime], tuple[State | None, State | None]]
"""What is stored of the device just before (or at) a time and just after it."""


class Place(StrEnum):
    """What a word is to what is known of its kind."""

    HEARD = "heard"
    """A redelivery of a repeat."""
    REPEATS = "repeats"
    NOTHING = "nothing"
    """The first word of the kind, and it says that nothing is."""
    NEWS = "news"
    LATE = "late"
    """Older than the last word."""
    OVERTAKEN = "overtaken"
    """An older alarm that was raised already, by what was said after it."""


def place(
    known: KnownState | None,
    *,
    active: bool,
    mark: int,
    told_at: datetime | None,
    arrived_at: datetime,
    around: Around,
) -> Place:
    """Return where a word of a kind that has states stands; `known` is what is known of the kind.

    `mark` tells the very word; `told_at` is the device's own time, None where it cannot be believed: then the
    order of arrival counts. `around` is asked only of an alarm that is dated before the last word.
    """
    if known is None:
        return Place.NEWS if active else Place.NOTHING
    if mark in known.heard:
        return Place.HEARD
    if told_at is None or known.said_at is None or told_at >= known.said_at:
        same = known.active == active and not (active and known.doubted)
        return Place.REPEATS if same else Place.NEWS
    if not active:
        return Place.LATE
    before, after = around(told_at)
    if begins_anew(known, before=before, after=after, arrived_at=arrived_at):
        return Place.NEWS
    if before is State.ACTIVE:
        return Place.REPEATS
    return Place.OVERTAKEN if after is State.ACTIVE else Place.LATE


def begins_anew(
    known: KnownState, *, before: State | None, after: State | None, arrived_at: datetime
) -> bool:
    """Say whether an alarm dated before the last known word is a new one: the device's clock went back.

    `before` and `after` are what is stored of the device just before and after the alarm's date. A device's
    words arrive in order, but for an alarm that was overtaken on its way: the all-clear that did so ended
    nothing and is not stored. Source: our choice; where it is in doubt, a fire is told once too often rather
    than not at all.
    """
    if known.active:
        return known.doubted
    return arrived_at > known.changed_at and (before is State.ACTIVE or after is not None)
