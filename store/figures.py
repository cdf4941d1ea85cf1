"""What the compliance figures count: rows and sums of a period, and the nightly rollup of a day.

The named queries are the evidence that a report cites; every reader takes the same parameters, see `asked`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
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
from model.counted import ROWS_OF_A_HOME, Counted, DaySum, DutySum, LivenessSum, ProofSum, WornSum
from model.periods import Period, days_covered
from model.scopes import Scope, ScopeKind
from store import device_history, sql
from store.scopes import EVERYWHERE, Where
from store.sql import Conn, Later

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


READ_OF_A_PERIOD: tuple[str, ...] = (
    *ROWS_OF_A_HOME,
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
    conn: Conn,
    period: Period,
    where: Where,
    now: datetime,
    reads: Collection[str] = READ_OF_A_PERIOD,
    beside: Conn | None = None,
) -> Counted:
    """Read what the figures of a period count, of any scope; what `reads` does not name is left empty.

    Of a device only what it reported itself is read, and whether it was in place; the days that were counted
    at all are those of its home.
    """
    return counted_of(conn, [period], where, now, reads, beside)[0]


def counted_of(
    conn: Conn,
    periods: Sequence[Period],
    where: Where,
    now: datetime,
    reads: Collection[str] = READ_OF_A_PERIOD,
    beside: Conn | None = None,
) -> list[Counted]:
    """Read the same of several periods; what holds for all of them is asked for once.

    `beside` is a connection that sees the same moment (`store.pool.beside`): it counts what is not rolled up
    yet from the readings, which takes as long as all the rest.
    """
    first = asked(min(periods, key=lambda one: one.start_on), where)
    with _planned_once(conn, where), nullcontext() if beside is None else _planned_once(beside, where):
        heard = _ask(conn.cursor(), "observed_from", first).fetchall()
        # Asked from the earliest day on; for a later period it is that day, or the first of its own.
        first_open_on: date | None = _first(conn, "first_day_not_rolled_up", first)
        return [_counted(conn, period, where, now, reads, heard, first_open_on, beside) for period in periods]


def _counted(
    conn: Conn,
    period: Period,
    where: Where,
    now: datetime,
    reads: Collection[str],
    heard: Sequence[tuple[int | None, datetime | None]],
    first_open_on: date | None,
    beside: Conn | None,
) -> Counted:
    params = asked(period, where)
    params["tail_at"] = tail_at = _tail_at(first_open_on, period)
    params |= _heard(heard)
    sums = _Sums(params)
    observed_from: datetime | None = sums.of_all("observed_from", heard)
    tail_days = (
        0 if tail_at >= period.ends_at else (period.end_on - tail_at.astimezone(SHANGHAI).date()).days + 1
    )
    kind = where.scope.kind
    if kind is ScopeKind.DEVICE:
        reads = {*reads, "devices"}

    def rows(name: str, row: Callable[..., Row]) -> Later[tuple[Row, ...]]:
        return _ask_rows(conn, name, row, params) if name in reads else tuple

    def summed(name: str, query: str, row: type[Row], on: Conn = conn) -> Later[tuple[Row, ...]]:
        return sums.ask(on, query, row) if name in reads else tuple

    # All is asked before anything is read: rows are made here while the server looks for the next ones.
    with conn.pipeline():
        tail = summed("days", "tail_sums", DaySum, beside or conn) if tail_days else tuple[DaySum, ...]
        worn = summed("worn", "worn_sum", WornSum, beside or conn)
        homes_of = _ask_rows(conn, "homes", HomeRow, params)
        rows_of: dict[str, Later[tuple[Any, ...]]] = {
            "devices": rows("devices", DeviceRow),
            "rooms": rows("rooms", RoomRow),
            "alerts": rows("alerts", AlertRow),
            "incidents": rows("incidents", _incident),
            "inspections": rows("inspections", _inspection),
            "hazards": rows("hazards", HazardRow),
            "trainings": rows("trainings", TrainingRow),
            "projects": rows("projects", ProjectRow),
            "accidents": rows("accidents", AccidentRow),
            "insurances": rows("insurances", InsuranceRow),
            "health_checks": rows("health_checks", HealthCheckRow),
            "residents": rows("residents", ResidentRow),
            "care_visits": rows("care_visits", CareVisitRow),
        }
        proofs = summed("proofs", "proof_sums", ProofSum)
        targets = rows("targets", _target)
        liveness = summed("liveness", "liveness_sums", LivenessSum)
        # The day sums of homes hold no single device.
        whole_days = summed("days", "day_sums" if where.device_id is None else "device_day_sums", DaySum)
        days_rolled_up = sums.ask_value(conn, "days_rolled_up")
        duty = summed("duty", "duty_sum", DutySum)
        homes = homes_of()
        return Counted(
            period=period,
            known_at=now,
            home=homes[0] if kind is ScopeKind.HOME and homes else None,
            township=where.scope.name if kind is ScopeKind.TOWNSHIP else None,
            device=where.scope.name if kind is ScopeKind.DEVICE else None,
            homes=homes,
            **{name: found() for name, found in rows_of.items()},
            proofs=proofs(),
            targets=dict(targets()),
            liveness=liveness(),
            days=_days((*whole_days(), *tail())),
            days_counted=days_rolled_up() + tail_days,
            days_observed=days_covered(period, _spans(homes, heard)),
            duty=next(iter(duty()), DutySum(0.0, 0.0, 0)),
            worn=next(iter(worn()), WornSum(None, 0.0, 0)),
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
    """Asks for sums, which come of all and of each home; the homes' are kept in the order of the answers."""

    def __init__(self, params: Mapping[str, object]) -> None:
        self._params = params
        self.by_home: defaultdict[int, list[object]] = defaultdict(list)

    def ask(self, conn: Conn, query: str, row: type[Row]) -> Later[tuple[Row, ...]]:
        """Ask for the sums of all."""

        def made(home_id: int | None, **rest: Any) -> tuple[int | None, Row]:
            return home_id, row(**rest)

        asked = _ask(conn.cursor(row_factory=kwargs_row(made)), query, self._params)
        return lambda: tuple(one for home_id, one in asked.fetchall() if not self._of_home(home_id, one))

    def ask_value(self, conn: Conn, query: str) -> Later[Any]:
        """Ask for the value of all."""
        asked = _ask(conn.cursor(), query, self._params)
        return lambda: self.of_all(query, asked.fetchall())

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


def _days(parts: Iterable[DaySum]) -> tuple[DaySum, ...]:
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


def _incident(*row: Any) -> IncidentRow:
    return IncidentRow(*row[:-1], outcomes=tuple(row[-1]))


def _inspection(*row: Any) -> InspectionRow:
    return InspectionRow(*row[:-1], departments=tuple(row[-1]))


def _target(name: str, value: int) -> tuple[str, int]:
    return name, value


def _ask_rows(
    conn: Conn, query: str, row: Callable[..., Row], params: Mapping[str, object]
) -> Later[tuple[Row, ...]]:
    # By position: a county has thousands of rows, and a township is asked for while somebody waits.
    asked = _ask(conn.cursor(row_factory=args_row(row)), query, params)
    return lambda: tuple(asked.fetchall())


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
