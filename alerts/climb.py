"""Who is told when a rung is reached: the one decision of the running engine and of a dry run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import ladder, quiet
from alerts.ladder import Ladder
from model.people import Role
from store.receivers import Receiver


@dataclass(frozen=True, slots=True)
class Call:
    """People told at one moment as stage `step`; `dead` says why nobody of them can be reached, else None.

    `rung` is None where those below are called again, because nobody above can be reached.
    """

    step: int
    rung: int | None
    people: tuple[Receiver, ...]
    dead: str | None


@dataclass(frozen=True, slots=True)
class Climb:
    """The step that was reached, and who is called on the way there, in their order."""

    step: int
    calls: tuple[Call, ...]


def climb(steps: Ladder, everyone: Sequence[Receiver], step: int, now: datetime) -> Climb:
    """Return who is told of the rung at `step`, or of the first above it where somebody has a channel.

    A dead rung does not wait; its people still see the incident on the board. Where nobody above can be
    reached either, those below are told again rather than nobody. A home without any channel works by the
    board: its rungs wait as they should where somebody is.
    """
    people = [tuple(one for one in everyone if one.role in rung.roles) for rung in steps.rungs]
    reach = [quiet.reached(one, now, rung.wait) for one, rung in zip(people, steps.rungs, strict=True)]
    top = len(people) - 1
    at = min(step, top)
    live = ladder.first_reachable(reach, step)
    calls = [
        Call(max(step, dead), dead, people[dead], quiet.why_dead(people[dead]))
        for dead in range(at, top + 1 if live is None else live)
    ]
    if live is not None:
        return Climb(max(step, live), (*calls, Call(max(step, live), live, people[live], None)))
    if any(reach):
        return Climb(step, (*calls, Call(max(step, 1), None, tuple(everyone), None)))
    reached = next((max(step, rung) for rung in range(at, top + 1) if people[rung]), max(step, top))
    return Climb(reached, tuple(calls))


def roles_of(steps: Ladder) -> list[Role]:
    """Return every role that a ladder calls."""
    return sorted({role for rung in steps.rungs for role in rung.roles})
