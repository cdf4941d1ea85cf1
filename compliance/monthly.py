"""A month beside the month before and the same month a year before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.figures import Figure, number
from model.errors import BadInput
from model.spans import check_year

KEYS: tuple[str, ...] = (
    "filed_total",
    "fire_alarms",
    "fire_true",
    "fire_false",
    "fire_test",
    "fire_fault",
    "fire_open",
    "ack_rate",
    "on_scene_rate",
    "false_rate",
    "faults",
    "faults_closed",
    "repair_rate",
    "coverage",
    "online_rate",
    "worn_rate",
    "proof_rate_smoke",
    "proof_rate_band",
    "proof_rate_exit",
    "patrol_rate",
    "night_patrol_rate",
    "hazards_found",
    "hazards_closed",
    "hazards_major_open",
    "training_attendees",
    "duty_rate",
    "insured_rate",
    "completeness",
)
"""What a month's summary shows, in this order; the filing holds every figure."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with the same of a month before and a year before."""

    now: Figure
    month_before: Figure | None
    year_before: Figure | None

    @property
    def over_month(self) -> float | None:
        """Return the difference to the month before in the figure's unit; None where one is unknown."""
        return difference(self.now, self.month_before)

    @property
    def over_year(self) -> float | None:
        """Return the difference to the year before in the figure's unit; None where one is unknown."""
        return difference(self.now, self.year_before)


def difference(now: Figure, before: Figure | None) -> float | None:
    """Return how much a figure rose, a rate in points; unknown or thin on either side gives none."""
    if before is None or now.value is None or before.value is None or now.weak or before.weak:
        return None
    return now.value - before.value


def shown(figure: Figure | None) -> str:
    """Return a figure with its unit; what is unknown says so, a rate on thin data carries a star."""
    if figure is None or not figure.known:
        return "没有数据"
    return f"{figure.printed()}{figure.unit}{'*' if figure.weak else ''}"


def shown_change(change: float | None, figure: Figure) -> str:
    """Return a difference with its sign; a rate's is in points (个百分点)."""
    if change is None:
        return "—"
    unit = "个百分点" if figure.is_rate else str(figure.unit)
    rounded = round(change, figure.places)
    if rounded == 0:
        return "持平"
    return f"{'+' if rounded > 0 else '-'}{number(abs(rounded), figure.places)}{unit}"


def lines(
    now: Mapping[str, Figure],
    month_before: Mapping[str, Figure] | None,
    year_before: Mapping[str, Figure] | None,
    keys: tuple[str, ...] = KEYS,
) -> list[Line]:
    """Return the figures of a month beside the others."""
    return [
        Line(now[key], (month_before or {}).get(key), (year_before or {}).get(key))
        for key in keys
        if key in now
    ]


def month_named(text: str) -> date:
    """Return the first day of a month written YYYY-MM; raises BadInput."""
    try:
        first_on = date.fromisoformat(f"{text}-01")
    except ValueError as exc:
        raise BadInput("month", "月份，年-月 a month, YYYY-MM", text) from exc
    check_year("month", first_on)
    return first_on


def before(first_on: date) -> date:
    """Return the first day of the month before."""
    return (first_on - timedelta(days=1)).replace(day=1)


def year_earlier(first_on: date) -> date:
    """Return the first day of the same month a year before."""
    return first_on.replace(year=first_on.year - 1)
