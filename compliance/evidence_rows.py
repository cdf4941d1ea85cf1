"""What stands behind a figure: the rows that it counts, or the sums it is made of. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from compliance.alert_figures import outcome_of
from compliance.figures import Evidence, Figure
from model.counted import Counted
from model.devices import DeviceKind

MOST = 500
"""So many rows are told one by one; the count is always of all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was counted: its number in its table, its home, when, and codes of what it is.

    `codes` are (group, code) as the catalogues of texts know them; `incident_id` where it has a page.
    """

    number: int
    home: str = ""
    at: datetime | date | None = None
    codes: tuple[tuple[str, str], ...] = ()
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """What devices of one kind add: the part that is counted, and the whole that it is of."""

    kind: str
    part: float
    whole: float


@dataclass(frozen=True, slots=True)
class Behind:
    """The evidence of a figure; `count` is of all rows, `rows` are the first of them."""

    evidence: Evidence
    count: int
    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]


def behind(counted: Counted, figure: Figure) -> Behind:
    """Return the rows that a figure counts, or the sums of device kinds that it adds."""
    evidence = figure.evidence
    make = _ROWS.get(evidence.table)
    known = make(counted) if make else {}
    told = tuple(known.get(number, Row(number)) for number in evidence.rows[:MOST])
    return Behind(evidence, len(evidence.rows), told, _sums(counted, figure.key))


def _alerts(counted: Counted) -> dict[int, Row]:
    homes = _names(counted)
    return {
        one.alert_id: Row(
            one.alert_id,
            homes.get(one.home_id, ""),
            one.raised_at,
            (("class", one.alert_class), ("outcome", one.outcome or "open")),
            one.incident_id,
        )
        for one in counted.alerts
    }


def _incidents(counted: Counted) -> dict[int, Row]:
    homes = _names(counted)
    return {
        one.incident_id: Row(
            one.incident_id,
            homes.get(one.home_id, ""),
            one.opened_at,
            (("outcome", outcome_of(one)),),
            one.incident_id,
        )
        for one in counted.incidents
    }


def _inspections(counted: Counted) -> dict[int, Row]:
    homes = _names(counted)
    return {
        one.inspection_id: Row(
            one.inspection_id, homes.get(one.home_id, ""), one.done_on, (("inspection", one.kind),)
        )
        for one in counted.inspections
    }


def _hazards(counted: Counted) -> dict[int, Row]:
    homes = _names(counted)
    return {
        one.hazard_id: Row(one.hazard_id, homes.get(one.home_id, ""), one.found_on, (("hazard", one.grade),))
        for one in counted.hazards
    }


def _trainings(counted: Counted) -> dict[int, Row]:
    homes = _names(counted)
    return {
        one.training_id: Row(one.training_id, homes.get(one.home_id, ""), one.held_on)
        for one in counted.trainings
    }


def _places(counted: Counted) -> dict[int, Row]:
    homes = _names(counted)
    return {one.place_id: Row(one.place_id, homes.get(one.home_id, "")) for one in counted.rooms}


_ROWS: dict[str, Callable[[Counted], dict[int, Row]]] = {
    "alerts": _alerts,
    "incidents": _incidents,
    "inspections": _inspections,
    "hazards": _hazards,
    "trainings": _trainings,
    "places": _places,
}


def _names(counted: Counted) -> dict[int | None, str]:
    return {home.home_id: home.name for home in counted.homes}


def _sums(counted: Counted, key: str) -> tuple[Sum, ...]:
    """Return what each kind of device adds to a rate that no rows stand behind."""
    match key:
        case "online_rate" | "online_rate_smoke" | "online_rate_band":
            return tuple(Sum(one.kind, one.online_s, one.observed_s) for one in counted.liveness)
        case "observed_rate":
            return tuple(Sum(one.kind, one.observed_s, one.installed_s) for one in counted.liveness)
        case "completeness":
            return tuple(Sum(one.kind, one.reports, one.reports_due) for one in counted.days)
        case "charged_rate":
            return tuple(
                Sum(one.kind, one.charged_days, one.battery_days)
                for one in counted.days
                if one.kind == DeviceKind.WRISTBAND
            )
        case "proof_rate" | "proof_rate_smoke" | "proof_rate_band" | "proof_rate_exit":
            return tuple(Sum(one.kind, one.proven, one.due) for one in counted.proofs)
        case _:
            return ()
