"""What the compliance figures count: rows and sums of a period.

The named queries are the evidence that a report cites; every reader takes the same parameters, see `asked`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from model.clock import SHANGHAI, local_day
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
from store import sql
from store.home_sums import HomeSums
from store.narrowed import ask, ask_rows, planned_once
from store.scopes import EVERYWHERE, Where
from store.sql import Conn, Later

_Q = sql.load(__file__)
Row = TypeVar("Row")


def first_heard(conn: Conn, home_id: int | None = None) -> dict[int, datetime]:
    """Return when a device of each home, or of one, was first heard; a home that never was is left out."""
    homes = None if home_id is None else [home_id]
    found = ask(conn.cursor(), _Q["observed_from"], {"homes": homes, "device_id": None}).fetchall()
    return {home_id: began_at for home_id, began_at in found if home_id is not None}


def _incident(*row: Any) -> IncidentRow:
    return IncidentRow(*row[:-1], outcomes=tuple(row[-1]))


def _inspection(*row: Any) -> InspectionRow:
    return InspectionRow(*row[:-1], departments=tuple(row[-1]))


_ROWS: Mapping[str, Callable[..., Any]] = {
    "devices": DeviceRow,
    "rooms": RoomRow,
    "alerts": AlertRow,
    "incidents": _incident,
    "inspections": _inspection,
    "hazards": HazardRow,
    "trainings": TrainingRow,
    "projects": ProjectRow,
    "accidents": AccidentRow,
    "insurances": InsuranceRow,
    "health_checks": HealthCheckRow,
    "residents": ResidentRow,
    "care_visits": CareVisitRow,
}
"""What is made of the columns of each query of rows, which is called as its field of `Counted`."""

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
    with planned_once(conn, where), nullcontext() if beside is None else planned_once(beside, where):
        heard = ask(conn.cursor(), _Q["observed_from"], first).fetchall()
        # Asked from the earliest day on; for a later period it is that day, or the first of its own.
        rolled_up = _RolledUp(*(ask(conn.cursor(), _Q["rolled_up"], first).fetchone() or (None, None, None)))
        return [_counted(conn, period, where, now, reads, heard, rolled_up, beside) for period in periods]


@dataclass(frozen=True, slots=True)
class _RolledUp:
    """The first day that no rollup holds, and the time of which the tail is counted by device, if it is."""

    first_open_on: date | None
    tail_from_at: datetime | None
    tail_through_at: datetime | None

    def tail_at(self, period: Period) -> datetime:
        """Return from when on a period is in no day, its end where all of it is rolled up."""
        if self.first_open_on is None:
            return period.ends_at
        day = max(self.first_open_on, period.start_on)
        if period.to_date:
            day = min(day, period.end_on)
        return min(period.ends_at, datetime.combine(day, time(), SHANGHAI))

    def counted_to(self, period: Period) -> datetime:
        """Return from when on the readings of a period must be counted.

        A reporting interval that is open as the period ends counts where it was heard: it needs its readings.
        """
        tail_at, through_at = self.tail_at(period), self.tail_through_at
        if through_at is None or self.tail_from_at != tail_at or through_at >= period.ends_at:
            return tail_at
        return through_at


def _counted(
    conn: Conn,
    period: Period,
    where: Where,
    now: datetime,
    reads: Collection[str],
    heard: Sequence[tuple[int | None, datetime | None]],
    rolled_up: _RolledUp,
    beside: Conn | None,
) -> Counted:
    params = asked(period, where)
    params["tail_at"] = tail_at = rolled_up.tail_at(period)
    params["counted_to"] = counted_to = rolled_up.counted_to(period)
    params["by_hour"] = counted_to > tail_at
    params |= heard_since(heard)
    sums = HomeSums(_Q, params)
    observed_from: datetime | None = sums.of_all("observed_from", heard)
    tail_days = 0 if tail_at >= period.ends_at else (period.end_on - local_day(tail_at)).days + 1
    kind = where.scope.kind
    if kind is ScopeKind.DEVICE:
        reads = {*reads, "devices"}

    def rows(name: str, row: Callable[..., Row]) -> Later[tuple[Row, ...]]:
        return ask_rows(conn, _Q[name], row, params) if name in reads else tuple

    def summed(name: str, query: str, row: type[Row], on: Conn = conn) -> Later[tuple[Row, ...]]:
        return sums.ask(on, query, row) if name in reads else tuple

    # All is asked before anything is read: rows are made here while the server looks for the next ones.
    with conn.pipeline():
        tail = summed("days", "tail_sums", DaySum, beside or conn) if tail_days else tuple[DaySum, ...]
        liveness = summed("liveness", "liveness_sums", LivenessSum, beside or conn)
        worn = summed("worn", "worn_sum", WornSum)
        homes_of = ask_rows(conn, _Q["homes"], HomeRow, params)
        rows_of = {name: rows(name, row) for name, row in _ROWS.items()}
        proofs = summed("proofs", "proof_sums", ProofSum)
        targets = rows("targets", _target)
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


def heard_since(heard: Sequence[tuple[int | None, datetime | None]]) -> dict[str, object]:
    """Return since when each home could be heard, as the queries take it."""
    of_homes = [(home_id, began_at) for home_id, began_at in heard if home_id is not None]
    return {"heard_homes": [one[0] for one in of_homes], "heard_at": [one[1] for one in of_homes]}


def _spans(
    homes: Sequence[HomeRow], heard: Sequence[tuple[int | None, datetime | None]]
) -> list[tuple[date, date]]:
    """Return from when until when each home could be heard; on the day of its closing it is not any more."""
    closed = {home.home_id: home.closed_on for home in homes}
    return [
        (local_day(began_at), (closed[home_id] or date.max) - timedelta(days=1))
        for home_id, began_at in heard
        if home_id in closed and began_at is not None
    ]


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


def _target(name: str, value: int) -> tuple[str, int]:
    return name, value
