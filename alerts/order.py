"""Which of two words of a device is the later one, where its clock says other than their arrival. Pure."""

from __future__ import annotations

from datetime import datetime

from model.events import State


def begins_anew(
    *,
    active: bool,
    doubted: bool,
    before: State | None,
    after: State | None,
    changed_at: datetime,
    arrived_at: datetime,
) -> bool:
    """Say whether an alarm dated before the last known word is a new one: the device's clock went back.

    `active`, `doubted` and `changed_at` (an arrival) are of the state that is known; `before` and `after` are
    what is stored of the device just before and after the alarm's date. A device's words arrive in order, but
    for an alarm that was overtaken on its way: the all-clear that did so ended nothing and is not stored.
    Source: our choice; where it is in doubt, a fire is told once too often rather than not at all.
    """
    if active:
        return doubted
    return arrived_at > changed_at and (before is State.ACTIVE or after is not None)
