"""The figures of the safety section and the indicators, from the rows of one period. Pure.

Source: domain rules 1.2 (what the section prints), 8.3 (indicators), 8.4 (honesty). A figure that nothing
stands behind is unknown, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from compliance import (
    alert_figures,
    care_figures,
    device_figures,
    hazard_figures,
    inspection_figures,
    load_figures,
    register_figures,
)
from compliance.counting import Counting
from compliance.figures import Figure
from model.counted import Counted, DutySum, WornSum
from model.periods import year_of

_PARTS: tuple[Callable[[Counting], list[Figure]], ...] = (
    register_figures.registry,
    register_figures.facilities,
    inspection_figures.enforcement,
    hazard_figures.unlicensed,
    hazard_figures.sprinklers,
    hazard_figures.hazards,
    device_figures.devices,
    device_figures.coverage,
    device_figures.online,
    device_figures.proofs,
    device_figures.completeness,
    alert_figures.fires,
    alert_figures.false_alarms,
    alert_figures.fire_deaths,
    alert_figures.responses,
    alert_figures.faults,
    inspection_figures.patrols,
    alert_figures.bands,
    alert_figures.wandering,
    alert_figures.searches,
    register_figures.people,
    care_figures.insurance,
    care_figures.health,
    care_figures.visits,
    load_figures.alarm_load,
)


def figures(counted: Counted) -> dict[str, Figure]:
    """Return every figure of the period by key."""
    counting = Counting(counted)
    return {figure.key: figure for part in _PARTS for figure in part(counting)}


def of_nothing(now: datetime, year: int) -> Counted:
    """Return the rows of a county of which nothing is known."""
    return Counted(
        period=year_of(year, now), known_at=now, home=None, homes=(), devices=(), rooms=(), alerts=(),
        incidents=(), inspections=(), hazards=(), trainings=(), projects=(), accidents=(), insurances=(),
        health_checks=(), residents=(), care_visits=(), proofs=(), targets={}, liveness=(), days=(),
        days_counted=0, days_observed=0, duty=DutySum(0, 0, 0), worn=WornSum(None, 0, 0), observed_from=None,
    )  # fmt: skip


@cache
def keys() -> frozenset[str]:
    """Return the keys of all figures that there are."""
    return frozenset(figures(of_nothing(datetime(2001, 1, 1, tzinfo=UTC), 2000)))
