"""Homes side by side, the worst first, each with its small picture. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.kpi import AlertFact, Kpi, Spread, spread
from alerts.unprotected import Unprotected
from model.alerts import LIFE_SAFETY

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """机构 One home: hours without protection, its alarms, how soon calls about life were answered.

    `trend` counts alerts per day of the period, per hour where it is one day, the oldest first.
    """

    home_id: int
    name: str
    unprotected: Unprotected
    kpi: Kpi
    answered: Spread
    trend: tuple[int, ...]

    @property
    def missed(self) -> int:
        """Return how many deadlines of calls about life were missed, to answer and to arrive."""
        return self.kpi.missed_acknowledge.missed + self.kpi.missed_scene.missed

    @property
    def due(self) -> int:
        """Return how many there were."""
        return self.kpi.missed_acknowledge.due + self.kpi.missed_scene.due

    @property
    def unheard(self) -> bool:
        """Say whether nothing is known of it: no device was heard yet, nor was there an alert."""
        return self.unprotected.never_observed and not self.kpi.alerts and not self.due


@dataclass(frozen=True, slots=True)
class County:
    """全县 All homes that can be seen: the figures over all, and each beside the others, the worst first."""

    unprotected: Unprotected
    kpi: Kpi
    answered: Spread
    homes: tuple[HomeFigures, ...]


def share_unprotected(hours: Unprotected) -> float | None:
    """Return which part of the observed resident-hours was without protection, None where there is none."""
    return hours.unprotected_hours / hours.resident_hours if hours.resident_hours else None


def worst_first(homes: Iterable[HomeFigures]) -> list[HomeFigures]:
    """Return the homes in the order in which an office looks at them.

    Missed deadlines about life come first, then the share of hours without protection, then what stands for
    more than a day, then mere numbers; homes of which nothing is known are the last. Source: our choice; no
    marks, each figure stands beside its home.
    """
    return sorted(
        homes,
        key=lambda home: (
            home.unheard,
            -home.missed,
            -(share_unprotected(home.unprotected) or 0.0),
            -len(home.kpi.stale),
            -home.kpi.alerts,
            home.home_id,
        ),
    )


def trend(facts: Iterable[AlertFact], from_at: datetime, to_at: datetime) -> tuple[int, ...]:
    """Return how many alerts were raised on each day of the period, or in each hour of one day."""
    step = _HOUR if to_at - from_at <= _DAY else _DAY
    counts = [0] * max(1, -((from_at - to_at) // step))
    for fact in facts:
        if from_at <= fact.raised_at < to_at:
            counts[(fact.raised_at - from_at) // step] += 1
    return tuple(counts)


def answered(facts: Sequence[AlertFact], from_at: datetime) -> Spread:
    """Return how soon calls about life were answered, all classes together."""
    return spread(
        [
            (fact.acknowledged_at - fact.raised_at).total_seconds()
            for fact in facts
            if fact.alert_class in LIFE_SAFETY
            and fact.acknowledged_at is not None
            and fact.raised_at >= from_at
        ]
    )


def together(hours: Iterable[Unprotected]) -> Unprotected:
    """Return the hours of several homes as one."""
    rows = list(hours)
    return Unprotected(
        round(sum(one.resident_hours for one in rows), 2),
        round(sum(one.unprotected_hours for one in rows), 2),
        round(sum(one.without_detector_hours for one in rows), 2),
        round(sum(one.without_band_hours for one in rows), 2),
        round(sum(one.without_duty_hours for one in rows), 2),
        round(sum(one.unobserved_hours for one in rows), 2),
        min((one.observed_from for one in rows if one.observed_from is not None), default=None),
    )
