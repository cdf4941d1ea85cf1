"""Off-duty quiet (下班免打扰): whose message waits for their next turn, and whose goes past them. Pure.

Never for what is about life: there it has no effect at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from model.alerts import TOLD_AT_ONCE, AlertClass
from store.receivers import Receiver

HOLD_AT_MOST = timedelta(hours=12)
"""Who is on duty again by then is told at the start of their turn; who is not, is passed over and has it on
the board. Source: our choice, from the end of one day to the start of the next."""


def settle(people: Sequence[Receiver], alert_class: AlertClass) -> list[Receiver]:
    """Return the people with their quiet as it counts for this class.

    It has no effect where the class is about life, nor where it would leave nobody of all these to be told.
    """
    if alert_class in TOLD_AT_ONCE or not any(one.channels and not one.quiet for one in people):
        return [replace(one, quiet=False) for one in people]
    return list(people)


def until(person: Receiver, at: datetime) -> datetime | None:
    """Return when the message of a quiet person leaves, None where it is passed over (or nobody is quiet)."""
    turn = person.next_turn_at
    return turn if person.quiet and turn is not None and turn - at <= HOLD_AT_MOST else None


def reached(people: Sequence[Receiver], at: datetime, wait: timedelta) -> int:
    """Return how many of a rung have a channel and are told at `at`, or while the rung still waits."""
    return sum(
        bool(one.channels) and (not one.quiet or ((turn := until(one, at)) is not None and turn <= at + wait))
        for one in people
    )


def why_dead(people: Sequence[Receiver]) -> str:
    """Return why nobody of a rung can be told."""
    return "quiet" if any(one.channels for one in people) else "no_channel" if people else "nobody"
