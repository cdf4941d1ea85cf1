"""What the counting of one period shares: its moment, parameters, rows and completeness. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from compliance.figures import Evidence, Figure, Unit, count, rate, unknown
from model.compliance import HomeRow
from model.counted import Counted

NOTHING_CAME = "没有收到设备数据"


class Counting:
    """Makes figures of one `Counted`: the same moment, parameters and completeness in each."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        self.as_of = counted.period.ends_at
        self.params = {
            "start_on": counted.period.start_on.isoformat(),
            "end_on": counted.period.end_on.isoformat(),
            "ends_at": counted.period.ends_at.isoformat(),
            "home": counted.home.code if counted.home else None,
        }
        # A county's and a home's report have named no other scope since before there was one.
        self.params |= {"township": counted.township} if counted.township else {}
        self.params |= {"device": counted.device} if counted.device else {}

    def evidence(self, query: str, table: str, rows: Iterable[int] = ()) -> Evidence:
        """Return where a figure comes from."""
        return Evidence(query, self.params, table, tuple(rows))

    def of_days(self, query: str = "day_sums") -> Evidence:
        """Return where a figure over daily rollups comes from; those of homes hold no single device."""
        if self.counted.device is None:
            return self.evidence(query, "home_days")
        return self.evidence("device_day_sums" if query == "day_sums" else query, "device_days")

    def completeness(self, *kinds: str) -> float | None:
        """Return the share of due reports that came, of these kinds or of all; None where none was due."""
        sums = [one for one in self.counted.days if not kinds or one.kind in kinds]
        due = sum(one.reports_due for one in sums)
        return sum(one.reports for one in sums) * self.days_share / due if due else None

    def silent(self, *kinds: str) -> bool:
        """Say whether devices of these kinds, or any, were neither online nor heard: nothing is known."""
        online = any(one.online_s for one in self.counted.liveness if not kinds or one.kind in kinds)
        return not online and not self.completeness(*kinds)

    @property
    def days_share(self) -> float:
        """Return the share of the observed days whose reports were counted at all."""
        observed = self.counted.days_observed
        return min(1.0, self.counted.days_counted / observed) if observed else 1.0

    def rows(
        self, key: str, label: str, rows: Iterable[int], unit: Unit, query: str, table: str, *kinds: str
    ) -> Figure:
        """Return a figure that counts rows; `kinds` of devices give its completeness.

        Where those said nothing at all and there is no row, nobody knows: silence is no zero.
        """
        rows = tuple(rows)
        if kinds and not rows and self.silent(*kinds):
            return unknown(key, label, unit, self.as_of, self.evidence(query, table), NOTHING_CAME)
        complete = self.completeness(*kinds) if kinds else None
        return count(key, label, rows, unit, self.as_of, self.evidence(query, table), complete)

    def value(
        self,
        key: str,
        label: str,
        value: float | None,
        unit: Unit,
        evidence: Evidence,
        *,
        places: int = 0,
        why: str = "",
        completeness: float | None = None,
    ) -> Figure:
        """Return a figure that is not a count of rows; None is unknown, because of `why`."""
        return Figure(
            key,
            label,
            value,
            unit,
            self.as_of,
            evidence,
            completeness=completeness,
            places=places,
            why_unknown=why if value is None else "",
        )

    def share(
        self,
        key: str,
        label: str,
        numerator: float | None,
        denominator: float | None,
        evidence: Evidence,
        completeness: float | None,
        why: str,
    ) -> Figure:
        """Return a rate; unknown, because of `why`, where there is nothing that it is a share of."""
        return rate(key, label, numerator, denominator, self.as_of, evidence, completeness, why)

    def heard_share(
        self,
        key: str,
        label: str,
        numerator: float | None,
        denominator: float | None,
        evidence: Evidence,
        why: str,
        *kinds: str,
    ) -> Figure:
        """Return a rate of what devices of these kinds, or of any, say; a 0 where none spoke is unknown."""
        complete = self.completeness(*kinds)
        if denominator and not numerator and self.silent(*kinds):
            return self.share(key, label, None, denominator, evidence, complete, NOTHING_CAME)
        return self.share(key, label, numerator, denominator, evidence, complete, why)


def open_homes(c: Counting) -> list[HomeRow]:
    """Return the homes that are open at the end of the period."""
    end = c.counted.period.end_on
    return [home for home in c.counted.homes if home.closed_on is None or home.closed_on > end]


def homes_where(homes: Iterable[HomeRow], keep: Callable[[HomeRow], bool]) -> list[int]:
    """Return the ids of the homes that are kept."""
    return [home.home_id for home in homes if keep(home)]


def within(day: date | None, start: date, end: date) -> bool:
    """Say whether a day is known and lies in the period, both ends included."""
    return day is not None and start <= day <= end


def after(start: datetime, end: datetime | None, otherwise: timedelta) -> timedelta:
    """Return how long it took, `otherwise` where it has not happened."""
    return otherwise if end is None else end - start
