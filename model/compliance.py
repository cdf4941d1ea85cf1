"""What the annual report counts: the period, rows of the registers, and sums over device days. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from model.clock import SHANGHAI
from model.errors import BadInput

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar days in Shanghai, both ends included; `ends_at` is exclusive, and now where it is not over."""

    start_on: date
    end_on: date
    starts_at: datetime
    ends_at: datetime
    to_date: bool

    @property
    def partial(self) -> bool:
        """Say whether it is told as a year to date: it is not over, or ends before its year does."""
        end = self.end_on
        return self.to_date or (self.start_on == date(end.year, 1, 1) and end != date(end.year, 12, 31))


def period(start_on: date, end_on: date, now: datetime) -> Period:
    """Return the period, cut off at `now` where it is not over.

    Raises BadInput where it has not begun.
    """
    starts_at = datetime.combine(start_on, time(), SHANGHAI)
    if start_on > end_on or starts_at >= now:
        raise BadInput("period", "one that has begun", f"{start_on}..{end_on}")
    ends_at = datetime.combine(end_on + _ONE_DAY, time(), SHANGHAI)
    if ends_at <= now:
        return Period(start_on, end_on, starts_at, ends_at, to_date=False)
    last_on = (now.astimezone(SHANGHAI) - timedelta.resolution).date()
    return Period(start_on, last_on, starts_at, now, to_date=True)


def year_of(year: int, now: datetime) -> Period:
    """Return a calendar year, cut off at `now` where it is not over."""
    return period(date(year, 1, 1), date(year, 12, 31), now)


def year_until(last_on: date, now: datetime) -> Period:
    """Return a year to date up to a day, cut off at `now` where that is not over."""
    return period(date(last_on.year, 1, 1), last_on, now)


def month_of(year: int, month: int, now: datetime) -> Period:
    """Return a calendar month, cut off at `now` where it is not over."""
    return period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), now)


def days_covered(within: Period, spans: Iterable[tuple[date, date]]) -> int:
    """Return on how many days of a period at least one of the spans runs; both ends of each belong to it."""
    days, until = 0, within.start_on - _ONE_DAY
    for first_on, last_on in sorted(spans):
        first_on, last_on = max(first_on, until + _ONE_DAY), min(last_on, within.end_on)
        if first_on <= last_on:
            days += (last_on - first_on).days + 1
            until = last_on
    return days


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
