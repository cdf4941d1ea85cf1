"""What was published beside what is stored and raised: losses, doubles, latencies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.kpi import nearest_rank
from simulators.devices import Trace
from simulators.publish import Sent
from simulators.truth import Found
from store.runs import AlertRow, Stored

REPORT = "report"


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows that must be there, that are, that are lost (and which), and that are there more than once."""

    published: int
    stored: int
    lost: int
    duplicates: int
    missing: tuple[str, ...] = ()


def balance(traces: Iterable[Trace], stored: Sequence[Stored]) -> Balance:
    """Compare what devices said with the rows that there are of it."""
    rows = {(one.source, one.address, one.said_at, one.kind): one.rows for one in stored}
    wanted = [
        (trace.source, trace.address, trace.said_at, kind)
        for trace in traces
        for kind in [*(str(kind) for kind in trace.kinds), *([REPORT] if trace.reading else [])]
    ]
    missing = tuple(f"{one[1]} {one[3]} {one[2]:%H:%M:%S.%f}" for one in wanted if one not in rows)
    doubles = sum(count - 1 for count in rows.values())
    return Balance(len(wanted), len(wanted) - len(missing), len(missing), doubles, missing)


def found_alerts(rows: Iterable[AlertRow]) -> list[Found]:
    """Return alerts as a truth knows them."""
    return [
        Found(
            row.alert_id,
            row.alert_class,
            row.raised_at,
            row.address,
            row.home,
            tuple(row.place),
            row.unregistered,
        )
        for row in rows
    ]


def latencies(
    sent: Iterable[Sent], rows: Iterable[AlertRow], heard: Mapping[int, datetime]
) -> list[timedelta]:
    """Return, per alert that a message caused, how long after its publishing it was heard of.

    The alert's time is its device's time, by which the message is found; silence causes alerts without one.
    """
    published: dict[tuple[datetime, str], datetime] = {}
    for one in sent:
        if one.message.trace is not None:
            for kind in one.message.trace.kinds:
                published[one.message.trace.said_at, str(kind)] = one.published_at
    found: list[timedelta] = []
    for row in rows:
        began_at, heard_at = published.get((row.happened_at, row.kind)), heard.get(row.alert_id)
        if began_at is not None and heard_at is not None:
            found.append(heard_at - began_at)
    return found


def percentiles(waits: Sequence[timedelta]) -> dict[str, float | None]:
    """Return p50, p99 and max in milliseconds, by nearest rank; None where nothing was measured."""
    ordered = sorted(wait.total_seconds() * 1000 for wait in waits)
    return {name: nearest_rank(ordered, share) for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}
