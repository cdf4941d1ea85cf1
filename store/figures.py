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
    sums = _Sums(conn, params)
    observed_from: datetime | None = sums.value("observed_from")
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
        proofs=sums.rows("proof_sums", ProofSum),
        targets=dict(conn.execute(_Q["targets"], params).fetchall()),
        liveness=sums.rows("liveness_sums", LivenessSum),
        days=_days(sums, tail=tail_days > 0),
        days_counted=sums.value("days_rolled_up") + tail_days,
        days_observed=0 if first_on is None else max(0, (period.end_on - first_on).days + 1),
        duty=sums.rows("duty_sum", DutySum)[0],
        worn=sums.rows("worn_sum", WornSum)[0],
        observed_from=observed_from,
        by_home={home_id: (*parts, tail_days) for home_id, parts in sums.by_home.items()},
    )


class _Sums:
    """Reads sums, which come of all and of each home; the homes' are kept in the order of reading."""

    def __init__(self, conn: Conn, params: Mapping[str, object]) -> None:
        self._conn, self._params = conn, params
        self.by_home: defaultdict[int, list[object]] = defaultdict(list)

    def rows(self, query: str, row: type[Row]) -> tuple[Row, ...]:
        """Return the sums of all."""

        def made(home_id: int | None, **rest: Any) -> tuple[int | None, Row]:
            return home_id, row(**rest)

        with self._conn.cursor(row_factory=kwargs_row(made)) as cur:
            found = cur.execute(_Q[query], self._params).fetchall()
        return tuple(one for home_id, one in found if not self._of_home(home_id, one))

    def value(self, query: str) -> Any:
        """Return the value of all."""
        found = self._conn.execute(_Q[query], self._params).fetchall()
        return next(value for home_id, value in found if not self._of_home(home_id, (query, value)))

    def _of_home(self, home_id: int | None, one: object) -> bool:
        if home_id is not None:
            self.by_home[home_id].append(one)
        return home_id is not None


def _tail_at(conn: Conn, params: Mapping[str, object], period: Period) -> datetime:
    day: date | None = _first(conn, "first_day_not_rolled_up", params)
    if day is None:
        return period.ends_at
    if period.to_date:
        day = min(day, period.end_on)
    return min(period.ends_at, datetime.combine(day, time(), SHANGHAI))


def _days(sums: _Sums, *, tail: bool) -> tuple[DaySum, ...]:
    parts = [*sums.rows("day_sums", DaySum)]
    if tail:
        parts += sums.rows("tail_sums", DaySum)
    kinds: defaultdict[str, list[DaySum]] = defaultdict(list)
    for one in parts:
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
