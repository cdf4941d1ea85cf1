"""A week of duty as a picture: a row for each role and person, a bar for each turn. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.on_duty import Ahead
from alerts.rosters import HOME_ROLES, LONG_FOR, Gap, in_a_row
from alerts.unprotected import Span, missing
from model.clock import SHANGHAI
from model.people import Role
from store.rosters import Change, DutyRow, Shift, Staff

DAYS = 7
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in hours from the start of the picture; `kind` is turn, taken, leave, covered or gap."""

    x: float
    width: float
    kind: str
    label: str
    duty_id: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A person's week. `name` is None for the row of the whole role."""

    name: str | None
    quiet: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A role: whether somebody of it is there at each hour, and its people."""

    role: Role
    rostered: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as a person taps it: who holds it, what of it is without anybody, whether it is over.

    `long_h` is how many hours its holder is on duty in a row, `takers` how many each other person would be:
    0 where that is not too long, None for who is on duty or on leave then.
    """

    shift: Shift
    label: str
    swapped: bool
    open: bool
    over: bool
    long_h: float
    takers: Mapping[int, float | None]


def picture(
    ahead: Ahead, changes: Sequence[Change], staff: Sequence[Staff], from_at: datetime
) -> tuple[Group, ...]:
    """Return the roles that have people, turns or gaps, in the order in which an alert climbs."""
    within = (from_at, from_at + timedelta(days=DAYS))
    groups: list[Group] = []
    for role in HOME_ROLES:
        turns = [one for one in ahead.turns if one.role is role]
        gaps = [gap for gap in ahead.gaps if gap.role is role]
        people = {one.person_id: one for one in staff if one.role is role}
        names = {one.person_id: one.name for one in turns} | {key: one.name for key, one in people.items()}
        if not names and not gaps:
            continue
        rows = [Row(None, False, tuple(_cover(gaps, within)))]
        for person_id, name in sorted(names.items(), key=lambda pair: pair[0]):
            quiet = person_id in people and people[person_id].quiet
            rows.append(Row(name, quiet, tuple(_bars(person_id, turns, changes, within))))
        groups.append(Group(role, role not in ahead.on_call, tuple(rows)))
    return tuple(groups)


def turns_of_day(
    shifts: Iterable[Shift],
    turns: Sequence[DutyRow],
    staff: Iterable[Staff],
    changes: Iterable[Change],
    day_at: datetime,
    now: datetime,
) -> list[Turn]:
    """Return the turns that begin on the day that begins at `day_at`, in order.

    `turns` and `changes` reach so far beyond that day that a row of turns is seen whole.
    """
    on: defaultdict[int, list[Span]] = defaultdict(list)
    for each in turns:
        on[each.person_id].append((each.starts_at, each.ends_at))
    away: defaultdict[int, list[Span]] = defaultdict(list)
    for change in changes:
        if (off := change.off()) is not None:
            away[change.person_id].append(off)
    people = [one.person_id for one in staff]
    return [
        Turn(
            one,
            hours(one.starts_at, one.ends_at),
            one.person_id != one.planned_id,
            one.ends_at > now and bool(_open(one, turns, now)),
            one.ends_at <= now,
            long_h(one, turns),
            {
                person: _takes_h((max(now, one.starts_at), one.ends_at), on[person], away[person])
                for person in people
                if person != one.person_id and one.ends_at > now
            },
        )
        for one in shifts
        if day_at <= one.starts_at < day_at + timedelta(days=1)
    ]


def long_h(shift: Shift, turns: Sequence[DutyRow]) -> float:
    """Return how many hours in a row a turn leaves its holder on duty, 0 where that is not too long."""
    own = [one for one in turns if one.person_id == shift.person_id]
    parts = [(one.starts_at, one.ends_at) for one in own if one.duty_id == shift.duty_id]
    return max((_long_h(part, [(one.starts_at, one.ends_at) for one in own]) for part in parts), default=0)


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Return a span of hours as it is said in Shanghai, e.g. 23:00–07:00."""
    return f"{starts_at.astimezone(SHANGHAI):%H:%M}–{ends_at.astimezone(SHANGHAI):%H:%M}"


def _takes_h(turn: Span, on: Sequence[Span], away: Sequence[Span]) -> float | None:
    if any(start < turn[1] and end > turn[0] for start, end in (*on, *away)):
        return None
    return _long_h(turn, on)


def _long_h(turn: Span, others: Iterable[Span]) -> float:
    length = in_a_row(turn, others)
    return round(length / _HOUR, 1) if length > LONG_FOR else 0


def _open(shift: Shift, turns: Sequence[DutyRow], now: datetime) -> list[Span]:
    held = ((one.starts_at, one.ends_at) for one in turns if one.duty_id == shift.duty_id)
    return missing((max(now, shift.starts_at), shift.ends_at), held)


def _cover(gaps: Sequence[Gap], within: Span) -> list[Bar]:
    empty = [(gap.starts_at, gap.ends_at) for gap in gaps]
    covered = [_bar(span, "covered", within) for span in missing(within, empty)]
    return [*covered, *(_bar(span, "gap", within) for span in empty)]


def _bars(person_id: int, turns: Sequence[DutyRow], changes: Sequence[Change], within: Span) -> list[Bar]:
    away = [off for one in changes if one.person_id == person_id and (off := one.off()) is not None]
    bars = [_bar(span, "leave", within) for span in away if span[0] < within[1] and span[1] > within[0]]
    bars += [
        _bar(
            (one.starts_at, one.ends_at),
            "turn" if one.person_id == one.planned_id else "taken",
            within,
            one.duty_id,
        )
        for one in turns
        if one.person_id == person_id
    ]
    return bars


def _bar(span: Span, kind: str, within: Span, duty_id: int | None = None) -> Bar:
    start, end = max(span[0], within[0]), min(span[1], within[1])
    day = f"{span[0].astimezone(SHANGHAI):%m-%d}"
    return Bar(
        round((start - within[0]) / _HOUR, 2),
        round((end - start) / _HOUR, 2),
        kind,
        f"{day} {hours(*span)}",
        duty_id,
    )
