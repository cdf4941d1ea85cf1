"""The rows that the annual report counts, and cites as its evidence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home with what the bureau registers about it; None is unknown, never no."""

    home_id: int
    code: str
    name: str
    kind: str
    township: str
    beds: int | None
    registration_no: str | None
    registered_on: date | None
    licensed: bool | None
    sprinkler: bool | None
    micro_station_on: date | None
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A registered device that was in place at some time of the period, or at an unknown time."""

    device_id: int
    home_id: int
    home_kind: str
    kind: str
    resident_id: int | None
    wanders: bool | None
    installed_on: date | None
    retired_on: date | None
    heard: bool


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A place that needs a detector, and whether one stands there and works at the end of the period."""

    place_id: int
    home_id: int
    fitted: bool
    working: bool


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert that was raised in the period, with what people did about it; drills are not among them."""

    alert_id: int
    incident_id: int
    home_id: int | None
    device_id: int | None
    alert_class: str
    happened_at: datetime
    raised_at: datetime
    acknowledged_at: datetime | None
    on_scene_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident that was opened in the period; `outcomes` are those of its alerts, None for an open one."""

    incident_id: int
    home_id: int | None
    family: str
    opened_at: datetime
    closed_at: datetime | None
    outcomes: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """An inspection, drill or test that was done in the period."""

    inspection_id: int
    home_id: int
    done_on: date
    kind: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HazardRow:
    """A hazard (隐患) that was open at some time of the period; `photos` are the hashes of its photos."""

    hazard_id: int
    home_id: int
    home_kind: str
    found_on: date
    grade: str
    kind: str
    deadline_on: date | None
    closed_on: date | None
    closed_how: str | None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A training that was held in the period."""

    training_id: int
    home_id: int | None
    held_on: date
    attendees: int


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A retrofit project that was completed in the period; the investment is in yuan."""

    project_id: int
    home_id: int
    home_name: str
    kind: str
    investment_yuan: int | None
    completed_on: date
    accepted_on: date | None


@dataclass(frozen=True, slots=True)
class AccidentRow:
    """An accident as the home reported it; `incident_id` where the service saw it too."""

    accident_id: int
    home_id: int
    happened_on: date
    kind: str
    deaths: int
    injured: int
    incident_id: int | None


@dataclass(frozen=True, slots=True)
class InsuranceRow:
    """A policy that ran at some time of the period."""

    insurance_id: int
    home_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class HealthCheckRow:
    """A physical examination of residents that was held in the period."""

    check_id: int
    home_id: int
    home_kind: str
    done_on: date
    examined: int


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A resident who lives in a home at the end of the period, and since when there is a health record."""

    resident_id: int
    home_id: int
    health_file_on: date | None


@dataclass(frozen=True, slots=True)
class CareVisitRow:
    """A contract for visits to old people at home that ran at some time of the period."""

    contract_id: int
    township: str
    starts_on: date
    ends_on: date | None
    elders: int
