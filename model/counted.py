"""All that is counted of one period and scope: rows of the registers, and sums over device days. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from model.compliance import (
    AccidentRow,
    AlertRow,
    CareVisitRow,
    DeviceRow,
    HazardRow,
    HealthCheckRow,
    HomeRow,
    IncidentRow,
    InspectionRow,
    InsuranceRow,
    ProjectRow,
    ResidentRow,
    RoomRow,
    TrainingRow,
)
from model.periods import Period


@dataclass(frozen=True, slots=True)
class ProofSum:
    """Months of devices of one kind in which a test was due, and those in which one was seen arriving."""

    kind: str
    due: int
    proven: int


@dataclass(frozen=True, slots=True)
class LivenessSum:
    """Seconds of all devices of one kind within the period.

    `observed_s` counts from when the home's first device was ever heard, `installed_s` from the installation:
    what lies between the two is unknown, not offline.
    """

    kind: str
    devices: int
    online_s: float
    observed_s: float
    installed_s: float


@dataclass(frozen=True, slots=True)
class DaySum:
    """Reports that came and that were due, of all devices of one kind within the period."""

    kind: str
    reports: int
    reports_due: int
    charged_days: int
    battery_days: int


@dataclass(frozen=True, slots=True)
class DutySum:
    """How much of all open homes' time somebody was on duty, swaps and leave counted; `turns` as planned."""

    covered_s: float
    due_s: float
    turns: int


@dataclass(frozen=True, slots=True)
class WornSum:
    """Seconds that bands of residents at risk were worn, and that these residents were there."""

    worn_s: float | None
    eligible_s: float
    residents: int


ROWS_OF_A_HOME = (
    "devices",
    "rooms",
    "alerts",
    "incidents",
    "inspections",
    "hazards",
    "trainings",
    "projects",
    "accidents",
    "insurances",
    "health_checks",
    "residents",
)
"""The fields of `Counted` whose rows are each of a home, or of none."""


@dataclass(frozen=True, slots=True)
class Counted:
    """All rows of one period and scope, as the store found them at `known_at`."""

    period: Period
    known_at: datetime
    home: HomeRow | None
    homes: tuple[HomeRow, ...]
    devices: tuple[DeviceRow, ...]
    rooms: tuple[RoomRow, ...]
    alerts: tuple[AlertRow, ...]
    incidents: tuple[IncidentRow, ...]
    inspections: tuple[InspectionRow, ...]
    hazards: tuple[HazardRow, ...]
    trainings: tuple[TrainingRow, ...]
    projects: tuple[ProjectRow, ...]
    accidents: tuple[AccidentRow, ...]
    insurances: tuple[InsuranceRow, ...]
    health_checks: tuple[HealthCheckRow, ...]
    residents: tuple[ResidentRow, ...]
    care_visits: tuple[CareVisitRow, ...]
    proofs: tuple[ProofSum, ...]
    targets: dict[str, int]
    liveness: tuple[LivenessSum, ...]
    days: tuple[DaySum, ...]
    days_counted: int
    days_observed: int
    """Days whose reports were counted, of the days since the first device was heard."""
    duty: DutySum
    worn: WornSum
    observed_from: datetime | None
    """When the first device of the scope was ever heard."""
    by_home: Mapping[int, Sequence[object]] = field(default_factory=dict[int, Sequence[object]])
    """What each home adds to the sums, in the order in which they are read: to tell whose have changed."""
    township: str | None = None
    """The township whose homes these are; None for one home, or for the county."""
    device: str | None = None
    """The address of the device that it is all about."""

    @property
    def unheard(self) -> bool:
        """Say whether no device of the scope was heard in the period yet, nor was there an alert."""
        return not self.days_observed and not self.alerts and not self.incidents
