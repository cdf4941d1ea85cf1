"""Rosters looked at before they are needed: when is nobody on duty. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from model.people import Role

_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


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
    found: list[Gap] = []
    covered_to = from_at
    for duty in sorted((one for one in duties if one.role is role), key=lambda one: one.starts_at):
        if duty.starts_at >= to_at:
            break
        if duty.starts_at > covered_to:
            found.append(Gap(role, covered_to, duty.starts_at))
        covered_to = max(covered_to, duty.ends_at)
    if covered_to < to_at:
        found.append(Gap(role, covered_to, to_at))
    return found


def in_words(gap: Gap, zone: tzinfo) -> str:
    """Return the gap as a person says it, Chinese first, in the local time of `zone`."""
    start, end = gap.starts_at.astimezone(zone), gap.ends_at.astimezone(zone)
    days = (end.date() - start.date()).days
    over = f"（+{days}天）" if days else ""
    hours = f"{start:%H:%M}-{end:%H:%M}"
    zh = f"{start:%m-%d} 周{_DAYS_ZH[start.weekday()]} {hours}{over} 无人值班"
    return f"{zh} · nobody on duty {_DAYS_EN[start.weekday()]} {hours}{f' (+{days} d)' if days else ''}"
