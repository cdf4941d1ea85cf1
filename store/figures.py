"""What the compliance figures count: rows and sums of a period, and the nightly rollup of a day.

The named queries are the evidence that a report cites; every reader takes the same parameters, see `asked`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, LiteralString, TypeVar

from psycopg import Cursor
from psycopg.rows import args_row, kwargs_row

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
    days_covered,
)
from model.errors import Missing
from model.scopes import Scope, ScopeKind
from store import device_history, sql
from store.scopes import EVERYWHERE, Where
from store.sql import Conn

_Q = sql.load(__file__)
Row = TypeVar("Row")


def rollup_day(conn: Conn, day: date) -> int:
    """Write the rollup of one day (Asia/Shanghai) and return how many devices it holds."""
    heard = _heard([*first_heard(conn).items()])
    devices = conn.execute(_Q["rollup_day"], {"day": day, **heard}).rowcount
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


def first_heard(conn: Conn, home_id: int | None = None) -> dict[int, datetime]:
    """Return when a device of each home, or of one, was first heard; a home that never was is left out."""
    homes = None if home_id is None else [home_id]
    found = _ask(conn.cursor(), "observed_from", {"homes": homes, "device_id": None}).fetchall()
    return {home_id: began_at for home_id, began_at in found if home_id is not None}


def home_id_of(conn: Conn, code: str) -> int:
    """Return the id of the home with this code; raises Missing where there is none."""
    row = conn.execute(_Q["home_by_code"], {"code": code}).fetchone()
    if row is None:
        raise Missing(f"no home {code!r}")
    return row[0]


READ_OF_A_PERIOD: tuple[str, ...] = (
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
    "care_visits",
    "proofs",
    "targets",
    "liveness",
    "days",
    "duty",
    "worn",
)
"""What can be left out of a reading; homes, and since when there is data, are always read."""


def asked(period: Period, where: Where) -> dict[str, object]:
    """Return the parameters that every reader takes."""
    return {
        "start_on": period.start_on,
        "end_on": period.end_on,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "to_date": period.to_date,
        "year": period.start_on.year,
        "homes": None if where.homes is None else list(where.homes),
        "device_id": where.device_id,
        # The last day of a period to date is not whole: its sums would tell of hours after it.
        "rolled_to": period.end_on - timedelta(days=1) if period.to_date else period.end_on,
    }


def counted(conn: Conn, period: Period, home_id: int | None, now: datetime) -> Counted:
    """Read everything that the figures of a period count, of one home or of all that the connection sees.

    The caller's transaction should be REPEATABLE READ, so that all of it is of one moment.
    """
    if home_id is None:
        return counted_in(conn, period, EVERYWHERE, now)
    return counted_in(conn, period, Where(Scope(ScopeKind.HOME), (home_id,)), now)


def counted_in(
    conn: Conn, period: Period, where: Where, now: datetime, reads: Collection[str] = READ_OF_A_PERIOD
) -> Counted:
    """Read what the figures of a period count, of any scope; what `reads` does not name is left empty.

    Of a device only what it reported itself is read, and whether it was in place; the days that were counted
    at all are those of its home.
    """
    return counted_of(conn, [period], where, now, reads)[0]


def counted_of(
    conn: Conn,
    periods: Sequence[Period],
    where: Where,
    now: datetime,
    reads: Collection[str] = READ_OF_A_PERIOD,
) -> list[Counted]:
    """Read the same of several periods; what holds for all of them is asked for once."""
    first = asked(min(periods, key=lambda one: one.start_on), where)
    with _planned_once(conn, where):
        heard = _ask(conn.cursor(), "observed_from", first).fetchall()
        # Asked from the earliest day on; for a later period it is that day, or the first of its own.
        first_open_on: date | None = _first(conn, "first_day_not_rolled_up", first)
        return [_counted(conn, period, where, now, reads, heard, first_open_on) for period in periods]


def _counted(
    conn: Conn,
    period: Period,
    where: Where,
    now: datetime,
    reads: Collection[str],
    heard: Sequence[tuple[int | None, datetime | None]],
    first_open_on: date | None,
) -> Counted:
    params = asked(period, where)
    params["tail_at"] = tail_at = _tail_at(first_open_on, period)
    params |= _heard(heard)
    homes = _rows(conn, "homes", HomeRow, params)
    sums = _Sums(conn, params)
    observed_from: datetime | None = sums.of_all("observed_from", heard)
    tail_days = (
        0 if tail_at >= period.ends_at else (period.end_on - tail_at.astimezone(SHANGHAI).date()).days + 1
    )
    kind = where.scope.kind
    # The day sums of homes hold no single device.
    day_sums = "day_sums" if where.device_id is None else "device_day_sums"
    if kind is ScopeKind.DEVICE:
        reads = {*reads, "devices"}

    def rows(name: str, query: str, row: type[Row]) -> tuple[Row, ...]:
        return _rows(conn, query, row, params) if name in reads else ()

    return Counted(
        period=period,
        known_at=now,
        home=homes[0] if kind is ScopeKind.HOME and homes else None,
        township=where.scope.name if kind is ScopeKind.TOWNSHIP else None,
        device=where.scope.name if kind is ScopeKind.DEVICE else None,
        homes=homes,
        devices=rows("devices", "devices", DeviceRow),
        rooms=rows("rooms", "rooms", RoomRow),
        alerts=rows("alerts", "alerts", AlertRow),
        incidents=_incidents(conn, params) if "incidents" in reads else (),
        inspections=_inspections(conn, params) if "inspections" in reads else (),
        hazards=rows("hazards", "hazards", HazardRow),
        trainings=rows("trainings", "trainings", TrainingRow),
        projects=rows("projects", "projects", ProjectRow),
        accidents=rows("accidents", "accidents", AccidentRow),
        insurances=rows("insurances", "insurances", InsuranceRow),
        health_checks=rows("health_checks", "health_checks", HealthCheckRow),
        residents=rows("residents", "residents", ResidentRow),
        care_visits=rows("care_visits", "care_visits", CareVisitRow),
        proofs=sums.rows("proof_sums", ProofSum) if "proofs" in reads else (),
        targets=dict(conn.execute(_Q["targets"], params).fetchall()) if "targets" in reads else {},
        liveness=sums.rows("liveness_sums", LivenessSum) if "liveness" in reads else (),
        days=_days(sums, day_sums, tail=tail_days > 0) if "days" in reads else (),
        days_counted=sums.value("days_rolled_up") + tail_days,
        days_observed=days_covered(period, _spans(homes, heard)),
        duty=sums.rows("duty_sum", DutySum)[0] if "duty" in reads else DutySum(0.0, 0.0, 0),
        worn=sums.rows("worn_sum", WornSum)[0] if "worn" in reads else WornSum(None, 0.0, 0),
        observed_from=observed_from,
        by_home={home_id: (*parts, tail_days) for home_id, parts in sums.by_home.items()},
    )


def _heard(heard: Sequence[tuple[int | None, datetime | None]]) -> dict[str, object]:
    """Return since when each home could be heard, as the queries take it."""
    of_homes = [(home_id, began_at) for home_id, began_at in heard if home_id is not None]
    return {"heard_homes": [one[0] for one in of_homes], "heard_at": [one[1] for one in of_homes]}


def _spans(
    homes: Sequence[HomeRow], heard: Sequence[tuple[int | None, datetime | None]]
) -> list[tuple[date, date]]:
    """Return from when until when each home could be heard; on the day of its closing it is not any more."""
    closed = {home.home_id: home.closed_on for home in homes}
    return [
        (began_at.astimezone(SHANGHAI).date(), (closed[home_id] or date.max) - timedelta(days=1))
        for home_id, began_at in heard
        if home_id in closed and began_at is not None
    ]


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
            found = _ask(cur, query, self._params).fetchall()
        return tuple(one for home_id, one in found if not self._of_home(home_id, one))

    def value(self, query: str) -> Any:
        """Return the value of all."""
        return self.of_all(query, _ask(self._conn.cursor(), query, self._params).fetchall())

    def of_all(self, query: str, found: Sequence[tuple[int | None, Any]]) -> Any:
        """Return the value of all, of what such a query has found."""
        return next(value for home_id, value in found if not self._of_home(home_id, (query, value)))

    def _of_home(self, home_id: int | None, one: object) -> bool:
        if home_id is not None:
            self.by_home[home_id].append(one)
        return home_id is not None


def _tail_at(first_open_on: date | None, period: Period) -> datetime:
    """Return from when on the readings of a period must be counted, its end where all of it is rolled up."""
    if first_open_on is None:
        return period.ends_at
    day = max(first_open_on, period.start_on)
    if period.to_date:
        day = min(day, period.end_on)
    return min(period.ends_at, datetime.combine(day, time(), SHANGHAI))


def _days(sums: _Sums, query: str, *, tail: bool) -> tuple[DaySum, ...]:
    parts = [*sums.rows(query, DaySum)]
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
        return tuple(_ask(cur, "incidents", params).fetchall())


def _inspections(conn: Conn, params: Mapping[str, object]) -> tuple[InspectionRow, ...]:
    # By position: of patrols alone a county has some 50,000 a year.
    return tuple(
        InspectionRow(*row, departments=tuple(departments))
        for *row, departments in _ask(conn.cursor(), "inspections", params).fetchall()
    )


def _rows(conn: Conn, query: str, row: type[Row], params: Mapping[str, object]) -> tuple[Row, ...]:
    # By position: a county has thousands of rows, and a township is asked for while somebody waits.
    with conn.cursor(row_factory=args_row(row)) as cur:
        return tuple(_ask(cur, query, params).fetchall())


def _first(conn: Conn, query: str, params: Mapping[str, object]) -> Any:
    row = _ask(conn.cursor(), query, params).fetchone()
    return None if row is None else row[0]


def _ask(cur: Cursor[Row], query: str, params: Mapping[str, object]) -> Cursor[Row]:
    """Run a query as it reads for its kind of scope, each kind with a plan of its own.

    Whatever sees all homes is planned for these very parameters: a month and a year of the county differ too
    much, and planning is little of what it takes.
    """
    named = frozenset(name for name in ("homes", "device_id") if params[name] is not None)
    return cur.execute(_text(query, named), params, prepare=bool(named))


@cache
def _text(query: str, named: frozenset[str]) -> LiteralString:
    return sql.narrowed(_Q[query], named)


@contextmanager
def _planned_once(conn: Conn, where: Where) -> Generator[None]:
    """Let what is asked of some homes or a device keep its plan: to plan took longer than to answer."""
    if where.homes is None:
        yield
        return
    conn.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    yield
    conn.execute("SET LOCAL plan_cache_mode = auto")
