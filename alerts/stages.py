"""Stages: what a person is told about an incident, once each. Pure.

Written F1, F1+2 two rungs up, F1+2#3 in a third round, F1+help or F1+help4, T1+stale3,
W5+untold-family-police.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why somebody is told."""

    FIRST = "first"  # 首次通知
    CLIMB = "climb"  # 无人处置，升级
    HELP = "help"  # 现场求援
    STALE = "stale"  # 长期未办结
    UNTOLD = "untold"  # 走失后该通知的未通知


@dataclass(frozen=True, slots=True)
class Stage:
    """`count` is the rung of a climb, the days of what is stale, the time of a call for help; else 0.

    `untold` names whom nobody has told (alerts.procedure.Told); `turn` counts rounds from 1.
    """

    alert_class: str
    why: Why = Why.FIRST
    count: int = 0
    untold: tuple[str, ...] = ()
    turn: int = 1

    def __str__(self) -> str:
        turn = f"#{self.turn}" if self.turn > 1 else ""
        return self.alert_class + self._rung() + turn

    def _rung(self) -> str:
        match self.why:
            case Why.FIRST:
                return ""
            case Why.CLIMB:
                return f"+{self.count}"
            case Why.UNTOLD:
                return f"+{Why.UNTOLD}-{'-'.join(self.untold)}"
            case Why.HELP | Why.STALE:
                return f"+{self.why}{self.count or ''}"


_WRITTEN = re.compile(
    r"(?P<alert_class>[A-Z]\d)"
    r"(\+((?P<climb>\d+)|help(?P<help>\d*)|stale(?P<stale>\d+)|untold-(?P<untold>[a-z]+(-[a-z]+)*)))?"
    r"(#(?P<turn>\d+))?"
)


def climbed(alert_class: str, rung: int, turn: int) -> Stage:
    """Return the stage of a rung of the ladder in a round; rung 0 is told first."""
    return Stage(alert_class, Why.CLIMB if rung else Why.FIRST, rung, turn=turn)


def untold(alert_class: str, left: Sequence[str]) -> Stage:
    """Return the stage at which people hear that some were not told by the deadline."""
    return Stage(alert_class, Why.UNTOLD, untold=tuple(left))


def read(text: str) -> Stage | None:
    """Return a stage as it is written; None where it is none of an incident's."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    why = next(
        (why for why in (Why.CLIMB, Why.HELP, Why.STALE, Why.UNTOLD) if found[str(why)] is not None),
        Why.FIRST,
    )
    count = 0 if why in (Why.FIRST, Why.UNTOLD) else int(found[str(why)] or 0)
    left = tuple(found["untold"].split("-")) if why is Why.UNTOLD else ()
    return Stage(found["alert_class"], why, count, left, int(found["turn"] or 1))
