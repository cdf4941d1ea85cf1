"""Rosters looked at before they are needed: when is nobody on duty, and what of it is news. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from alerts.classes import CLASSES
from alerts.unprotected import Span, missing, union
from model.people import ROLE_WORDS, Role

_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)
LOOK_AHEAD = timedelta(days=14)
"""How far ahead gaps are looked for. Source: our choice, two weeks of roster."""
TELL_AHEAD = timedelta(days=7)
"""How far ahead a head is told of them. Source: our choice, time enough to find somebody."""

LONG_FOR = timedelta(hours=12)
"""Who is on duty for longer without a break is warned of.

Source: our choice, no rule of the field was found; twelve hours at night are usual, twice eight are too many.
"""

HOME_ROLES = tuple(
    role
    for role in Role
    if role not in (Role.TOWNSHIP, Role.BUREAU, Role.ADMIN)
    and any(role in rung.roles for rule in CLASSES.values() for rung in rule.rungs)
)
"""The roles of a home that some ladder calls, in the order in which an alert climbs."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One turn of duty of one person."""

    role: Role
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody of a role is on duty."""

    role: Role
    starts_at: datetime
    ends_at: datetime


def gaps(duties: Iterable[Duty], role: Role, from_at: datetime, to_at: datetime) -> list[Gap]:
    """Return the times between `from_at` and `to_at` in which nobody of the role is on duty, in order.

    Turns may overlap, touch and come in any order.
    Source: 24 h duty, 养老机构消防安全管理规定 民发〔2023〕37号; that it is looked for ahead is our choice.
    """
    turns = ((one.starts_at, one.ends_at) for one in duties if one.role is role)
    return [Gap(role, start, end) for start, end in missing((from_at, to_at), turns)]


def all_gaps(
    duties: Sequence[Duty], roles: Collection[Role], from_at: datetime, to_at: datetime
) -> list[Gap]:
    """Return the gaps of all these roles by their start, then in the order in which an alert climbs."""
    found = [gap for role in roles for gap in gaps(duties, role, from_at, to_at)]
    order = list(Role)
    return sorted(found, key=lambda gap: (gap.starts_at, order.index(gap.role)))


def on_call(
    people: Mapping[int, Role], off: Iterable[tuple[int, Span]], roles: Collection[Role], within: Span
) -> list[Duty]:
    """Return the turns of roles without a roster: everybody of such a role is called, but not on leave."""
    away: dict[int, list[Span]] = {}
    for person, span in off:
        away.setdefault(person, []).append(span)
    return [
        Duty(role, start, end)
        for person, role in people.items()
        if role in roles
        for start, end in missing(within, away.get(person, ()))
    ]


def in_a_row(turn: Span, others: Iterable[Span]) -> timedelta:
    """Return how long a person is on duty without a break who has this turn beside their others."""
    start, end = next(one for one in union([turn, *others]) if one[0] <= turn[0] < one[1])
    return end - start


def added(before: Sequence[Gap], after: Sequence[Gap]) -> list[Gap]:
    """Return the times of `after` that were no gap before."""
    return [
        Gap(gap.role, start, end)
        for gap in after
        for start, end in missing(
            (gap.starts_at, gap.ends_at),
            [(one.starts_at, one.ends_at) for one in before if one.role is gap.role],
        )
    ]


def news(told: Sequence[Gap], looked_at: datetime | None, found: Sequence[Gap], now: datetime) -> list[Gap]:
    """Return the gaps of the next week that are new since `looked_at` (None: never looked).

    `found` reaches `LOOK_AHEAD`, in order; `told` are those of its week then. A gap is new where no known one
    covers it as far as could be seen then. One that only now comes within the week and repeats that of the
    day before is not: a home without a night roster would be told so every night.
    """
    fresh: list[Gap] = []
    known = list(told)
    for gap in within_week(found, now):
        if looked_at is None or not (
            _covered(gap, known, looked_at + LOOK_AHEAD)
            or (gap.starts_at >= looked_at + TELL_AHEAD and _repeats(gap, known))
        ):
            fresh.append(gap)
        known.append(gap)
    return fresh


def within_week(found: Iterable[Gap], now: datetime) -> list[Gap]:
    """Return the gaps that begin within the week."""
    return [gap for gap in found if gap.starts_at < now + TELL_AHEAD]


def _covered(gap: Gap, known: Sequence[Gap], seen_to: datetime) -> bool:
    ends_at = min(gap.ends_at, max(seen_to, gap.starts_at))
    return any(
        one.role is gap.role and one.starts_at <= gap.starts_at and ends_at <= one.ends_at for one in known
    )


def _repeats(gap: Gap, known: Sequence[Gap]) -> bool:
    day_before = Gap(gap.role, gap.starts_at - _DAY, gap.ends_at - _DAY)
    return day_before in known


def in_words(gap: Gap, zone: tzinfo) -> str:
    """Return the gap as a person says it, Chinese first, in the local time of `zone`."""
    zh, en = ROLE_WORDS[gap.role]
    start, end = gap.starts_at.astimezone(zone), gap.ends_at.astimezone(zone)
    day_zh, day_en = f"{start:%m-%d} 周{_DAYS_ZH[start.weekday()]}", _DAYS_EN[start.weekday()]
    if end - start <= _DAY:
        hours = f"{start:%H:%M}–{end:%H:%M}"
        return f"{zh} {day_zh} {hours} 无人值班 · no {en} on duty {day_en} {hours}"
    until_zh = f"{end:%m-%d} 周{_DAYS_ZH[end.weekday()]} {end:%H:%M}"
    until_en = f"{_DAYS_EN[end.weekday()]} {end:%m-%d %H:%M}"
    return (
        f"{zh} {day_zh} {start:%H:%M} 至 {until_zh} 无人值班 · "
        f"no {en} on duty from {day_en} {start:%m-%d %H:%M} to {until_en}"
    )
