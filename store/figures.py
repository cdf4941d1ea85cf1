"""What the compliance figures count: rows and sums of a period, and the nightly rollup of a day.

The named queries are the evidence that a report cites; every reader takes the same parameters, see `asked`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from psycopg.rows import class_row, kwargs_row

from model.clock import SHANGHAI
from model.compliance import (
    AccidentRow,
    AlertRow,
    CareVisitRow,
    Counted,
    DaySum,
    DeviceRow,
    DutySum,
    HazardRow,
    HealthCheckRow,
    HomeRow,
    IncidentRow,
    InspectionRow,
    InsuranceRow,
    LivenessSum,
    Period,
    ProjectRow,
    ProofSum,
    ResidentRow,
    RoomRow,
    TrainingRow,
    WornSum,
)
from model.errors import Missing
from store import device_history, sql
from store.sql import Conn

_Q = sql.load(__file__)
Row = TypeVar("Row")


def rollup_day(conn: Conn, day: date) -> int:
    """Write the rollup of one day (Asia/Shanghai) and return how many devices it holds."""
    devices = conn.execute(_Q["rollup_day"], {"day": day}).rowcount
    conn.execute(_Q["rollup_homes"], {"day": day})
    device_history.rollup_hours(conn, day)
    return devices


def rollup_due(conn: Conn, now: datetime) -> int:
    """Roll up every day before today that is not rolled up yet and return how many there were.

    To be called before old readings are dropped: what is not rolled up then can never be.
    """
    days = [row[0] for row in conn.execute(_Q["days_due"], {"now": now}).fetchall()]
    for day in days:
        rollup_day(conn, day)
    return len(days)


def home_id_of(conn: Conn, code: str) -> int:
    """Return the id of the home with this code; raises Missing where there is none."""
    row = conn.execute(_Q["home_by_code"], {"code": code}).fetchone()
    if row is None:
        raise Missing(f"home {code!r}")
    return row[0]


def asked(period: Period, home_id: int | None) -> dict[str, object]:
    """Return the parameters that every reader takes."""
    return {
        "start_on": period.start_on,
        "end_on": period.end_on,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "to_date": period.to_date,
        "year": period.start_on.year,
        "home_id": home_id,
        # The last day of a period to date is not whole: its sums would tell of hours after it.
        "rolled_to": period.end_on - timedelta(days=1) if period.to_date else period.end_on,
    }


def counted(conn: Conn, period: Period, home_id: int | None, now: datetime) -> Counted:
    """Read everything that the figures of a period count, of one home or of all that the connection sees.

    The caller's transaction should be REPEATABLE READ, so that all of it is of one moment.
    """
    params = asked(period, home_id)
    params["tail_at"] = tail_at = _tail_at(conn, params, period)
    homes = _rows(conn, "homes", HomeRow, params)
    observed_from: datetime | None = _first(conn, "observed_from", params)
    first_on = (
        None if observed_from is None else max(period.start_on, observed_from.astimezone(SHANGHAI).date())
    )
    tail_days = (
        0 if tail_at >= period.ends_at else (period.end_on - tail_at.astimezone(SHANGHAI).date()).days + 1
    )
    return Counted(
        period=period,
        known_at=now,
        home=homes[0] if home_id is not None and homes else None,
        homes=homes,
        devices=_rows(conn, "devices", DeviceRow, params),
        rooms=_rows(conn, "rooms", RoomRow, params),
        alerts=_rows(conn, "alerts", AlertRow, params),
        incidents=_incidents(conn, params),
        inspections=_inspections(conn, params),
        hazards=_rows(conn, "hazards", HazardRow, params),
        trainings=_rows(conn, "trainings", TrainingRow, params),
        projects=_rows(conn, "projects", ProjectRow, params),
        accidents=_rows(conn, "accidents", AccidentRow, params),
        insurances=_rows(conn, "insurances", InsuranceRow, params),
        health_checks=_rows(conn, "health_checks", HealthCheckRow, params),
        residents=_rows(conn, "residents", ResidentRow, params),
        care_visits=_rows(conn, "care_visits", CareVisitRow, params),
        proofs=_rows(conn, "proof_sums", ProofSum, params),
        targets=dict(conn.execute(_Q["targets"], params).fetchall()),
        liveness=_rows(conn, "liveness_sums", LivenessSum, params),
        days=_days(conn, params, tail=tail_days > 0),
        days_counted=_first(conn, "days_rolled_up", params) + tail_days,
        days_observed=0 if first_on is None else max(0, (period.end_on - first_on).days + 1),
        duty=_rows(conn, "duty_sum", DutySum, params)[0],
        worn=_rows(conn, "worn_sum", WornSum, params)[0],
        observed_from=observed_from,
    )


def _tail_at(conn: Conn, params: Mapping[str, object], period: Period) -> datetime:
    day: date | None = _first(conn, "first_day_not_rolled_up", params)
    if day is None:
        return period.ends_at
    if period.to_date:
        day = min(day, period.end_on)
    return min(period.ends_at, datetime.combine(day, time(), SHANGHAI))


def _days(conn: Conn, params: Mapping[str, object], *, tail: bool) -> tuple[DaySum, ...]:
    sums = [*_rows(conn, "day_sums", DaySum, params)]
    if tail:
        sums += _rows(conn, "tail_sums", DaySum, params)
    kinds: defaultdict[str, list[DaySum]] = defaultdict(list)
    for one in sums:
        kinds[one.kind].append(one)
    return tuple(_added(kind, parts) for kind, parts in sorted(kinds.items()))


def _added(kind: str, parts: list[DaySum]) -> DaySum:
    return DaySum(
        kind,
        sum(part.reports for part in parts),
        sum(part.reports_due for part in parts),
        sum(part.charged_days for part in parts),
        sum(part.battery_days for part in parts),
    )


def _incidents(conn: Conn, params: Mapping[str, object]) -> tuple[IncidentRow, ...]:
    def row(outcomes: list[str | None], **rest: Any) -> IncidentRow:
        return IncidentRow(outcomes=tuple(outcomes), **rest)

    with conn.cursor(row_factory=kwargs_row(row)) as cur:
        return tuple(cur.execute(_Q["incidents"], params).fetchall())


def _inspections(conn: Conn, params: Mapping[str, object]) -> tuple[InspectionRow, ...]:
    def row(departments: list[str], **rest: Any) -> InspectionRow:
        return InspectionRow(departments=tuple(departments), **rest)

    with conn.cursor(row_factory=kwargs_row(row)) as cur:
        return tuple(cur.execute(_Q["inspections"], params).fetchall())


def _rows(conn: Conn, query: str, row: type[Row], params: Mapping[str, object]) -> tuple[Row, ...]:
    with conn.cursor(row_factory=class_row(row)) as cur:
        return tuple(cur.execute(_Q[query], params).fetchall())


def _first(conn: Conn, query: str, params: Mapping[str, object]) -> Any:
    row = conn.execute(_Q[query], params).fetchone()
    return None if row is None else row[0]
