"""Quality figures of the alarm system itself. Pure.

Source: ISA-18.2 / EEMUA 191 as in the domain rules, 5.2 and 8.3: alarms per operator and 10 min (target < 1,
flood > 10), top-10 share, chattering (>= 3 in 1 min), stale (> 24 h); GB 50440-2007: > 5 false alarms a day.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.classes import CLASSES
from model.alerts import LIFE_SAFETY, AlertClass, Outcome

WINDOW = timedelta(minutes=10)
FLOOD_OVER = 10
CHATTER_COUNT = 3
CHATTER_WITHIN = timedelta(minutes=1)
STALE_AFTER = timedelta(hours=24)
FALSE_PER_DAY = 5


@dataclass(frozen=True, slots=True)
class AlertFact:
    """What a figure needs of an alert; drills and tests (F3) are not among them."""

    alert_id: int
    home_id: int | None
    device_id: int | None
    alert_class: AlertClass
    raised_at: datetime
    acknowledged_at: datetime | None
    on_scene_at: datetime | None
    resolved_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class DutyFact:
    """One turn of duty in a home."""

    home_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """Alarms per duty person in 10 min: on average, at worst, and the windows that were a flood."""

    average: float
    peak: float
    floods: int
    flood_share: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles in seconds by nearest rank; all None where nothing was measured."""

    count: int
    p50_s: float | None
    p90_s: float | None
    p95_s: float | None
    max_s: float | None


@dataclass(frozen=True, slots=True)
class FalseRate:
    """A device's false / (false + true); `too_many` is more than 5 on one day."""

    device_id: int
    false: int
    true: int
    rate: float
    too_many: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """Deadlines that were not met: of how many, and the alerts themselves."""

    due: int
    missed: int
    alert_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kpi:
    """The figures of one period."""

    from_at: datetime
    to_at: datetime
    alerts: int
    load: Load
    top10_share: float | None
    top10: tuple[tuple[int, int], ...]
    chattering: tuple[int, ...]
    stale: tuple[int, ...]
    false_rates: tuple[FalseRate, ...]
    to_acknowledge: Mapping[str, Spread]
    to_scene: Mapping[str, Spread]
    to_resolve: Mapping[str, Spread]
    missed_acknowledge: Missed
    missed_scene: Missed


def figures(
    facts: Sequence[AlertFact],
    begun: Mapping[int, Sequence[datetime]],
    duties: Sequence[DutyFact],
    from_at: datetime,
    to_at: datetime,
) -> Kpi:
    """Return the figures of alerts raised between, judged at `to_at`.

    `begun` is, per device, when what it reports began. Alerts that still stood at `from_at` may be among the
    facts: they count as stale only.
    """
    raised = [fact for fact in facts if from_at <= fact.raised_at < to_at]
    by_device = Counter(fact.device_id for fact in raised if fact.device_id is not None)
    top = sorted(by_device.items(), key=lambda item: (-item[1], item[0]))[:10]
    return Kpi(
        from_at,
        to_at,
        len(raised),
        load(raised, duties, from_at, to_at),
        round(sum(count for _, count in top) / len(raised), 4) if raised else None,
        tuple(top),
        tuple(sorted(device for device, times in begun.items() if chatters(times))),
        tuple(fact.alert_id for fact in facts if is_stale(fact, to_at)),
        false_rates(raised),
        _spreads(raised, "acknowledged_at"),
        _spreads(raised, "on_scene_at"),
        _spreads(raised, "resolved_at"),
        missed_acknowledge(raised, to_at),
        missed_scene(raised, to_at),
    )


def load(raised: Iterable[AlertFact], duties: Sequence[DutyFact], from_at: datetime, to_at: datetime) -> Load:
    """Return alarms per duty person in windows of 10 min, over all homes that had a duty or an alarm.

    A window in which nobody was on duty counts as one person: somebody had to answer.
    """
    windows = max(1, math.ceil((to_at - from_at) / WINDOW))
    alarms: dict[int, Counter[int]] = defaultdict(Counter)
    for fact in raised:
        alarms[fact.home_id or 0][(fact.raised_at - from_at) // WINDOW] += 1
    people: dict[int, Counter[int]] = defaultdict(Counter)
    for duty in duties:
        first = max(0, math.ceil((duty.starts_at - from_at) / WINDOW))
        last = min(windows, math.ceil((duty.ends_at - from_at) / WINDOW))
        for window in range(first, last):
            people[duty.home_id][window] += 1
    homes = alarms.keys() | people.keys()
    per_person = [
        count / max(1, people[home][window]) for home in homes for window, count in alarms[home].items()
    ]
    floods = sum(value > FLOOD_OVER for value in per_person)
    all_windows = max(1, len(homes) * windows)
    return Load(
        round(sum(per_person) / all_windows, 4),
        round(max(per_person, default=0.0), 2),
        floods,
        round(floods / all_windows, 6),
    )


def chatters(times: Sequence[datetime]) -> bool:
    """Say whether three beginnings lie within one minute."""
    ordered = sorted(times)
    return any(
        later - earlier <= CHATTER_WITHIN
        for earlier, later in zip(ordered, ordered[CHATTER_COUNT - 1 :], strict=False)
    )


def is_stale(fact: AlertFact, at: datetime) -> bool:
    """Say whether an alert has stood open for more than 24 h at `at`."""
    still_open = fact.resolved_at is None or fact.resolved_at > at
    return still_open and at - fact.raised_at > STALE_AFTER


def false_rates(raised: Iterable[AlertFact]) -> tuple[FalseRate, ...]:
    """Return the rate of every device that had a false alarm, the worst first."""
    false: dict[int, list[datetime]] = defaultdict(list)
    true: Counter[int] = Counter()
    for fact in raised:
        if fact.device_id is None:
            continue
        if fact.outcome is Outcome.FALSE:
            false[fact.device_id].append(fact.raised_at)
        elif fact.outcome is Outcome.TRUE:
            true[fact.device_id] += 1
    rates = [
        FalseRate(
            device,
            len(times),
            true[device],
            round(len(times) / (len(times) + true[device]), 4),
            max(Counter(at.date() for at in times).values()) > FALSE_PER_DAY,
        )
        for device, times in false.items()
    ]
    return tuple(sorted(rates, key=lambda rate: (-rate.false, rate.device_id)))


def spread(seconds: Sequence[float]) -> Spread:
    """Return percentiles by nearest rank."""
    ordered = sorted(seconds)
    return Spread(len(ordered), *(nearest_rank(ordered, share) for share in (0.5, 0.9, 0.95, 1.0)))


def nearest_rank(ordered: Sequence[float], share: float) -> float | None:
    """Return the value at or below which that share (0 to 1) lies, to one decimal; None of nothing."""
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1) if ordered else None


def _spreads(raised: Sequence[AlertFact], what: str) -> dict[str, Spread]:
    found: dict[str, list[float]] = defaultdict(list)
    for fact in raised:
        at: datetime | None = getattr(fact, what)
        if at is not None:
            found[str(fact.alert_class)].append((at - fact.raised_at).total_seconds())
    return {name: spread(found[name]) for name in sorted(found)}


def missed_acknowledge(raised: Sequence[AlertFact], at: datetime) -> Missed:
    """Count life-safety alerts not answered within the first rung's wait (60 s). Source: class table."""
    return _missed(
        [
            (fact, fact.acknowledged_at, CLASSES[fact.alert_class].rungs[0].wait)
            for fact in raised
            if fact.alert_class in LIFE_SAFETY and CLASSES[fact.alert_class].rungs
        ],
        at,
    )


def missed_scene(raised: Sequence[AlertFact], at: datetime) -> Missed:
    """Count alerts where nobody was on scene in time (F1, F2, W1: 3 min). Source: class table.

    An alert that was resolved in time without an arrival (a call answered by voice) met its deadline.
    """
    rows: list[tuple[AlertFact, datetime | None, timedelta]] = []
    for fact in raised:
        within = CLASSES[fact.alert_class].on_scene_within
        if within is not None:
            arrived = [one for one in (fact.on_scene_at, fact.resolved_at) if one is not None]
            rows.append((fact, min(arrived, default=None), within))
    return _missed(rows, at)


def _missed(rows: Sequence[tuple[AlertFact, datetime | None, timedelta]], at: datetime) -> Missed:
    due = [row for row in rows if row[1] is not None or at - row[0].raised_at > row[2]]
    late = [fact.alert_id for fact, done_at, within in due if (done_at or at) - fact.raised_at > within]
    return Missed(len(due), len(late), tuple(late))
