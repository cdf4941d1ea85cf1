"""Closing a month: its figures are filed once; what comes later changes them only by a visible correction.

Two times are kept of each figure: when it was so (the month) and when we learned it (the version's filing).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from compliance import monthly_messages
from compliance.document import Style
from compliance.frozen import Moved, content_of, digest_of, moved
from compliance.month_marks import marks_of
from compliance.monthly import before
from compliance.monthly_sheet import COUNTY
from compliance.report import Report, make, read
from compliance.template_file import read_words
from model.clock import local_day
from model.errors import BadInput
from model.periods import month_of
from store import months, reports
from store.reports import Key
from store.sql import Conn

KIND = "month"
CLOCK = "定时 scheduled"
CLOSES_AFTER = timedelta(days=4)
"""Terminals resend cached records within days; the night rolls up the last three. Source: our choice."""
CORRECTED_FOR = timedelta(days=400)
"""How long late data is still looked for: until the annual report of its year is out. Source: our choice."""
_START = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Version:
    """A month as it was filed at one time; `corrects` says what moved since the version before, and why."""

    version: int
    filed_at: datetime
    filed_by: str
    corrects: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure as first filed, as last corrected and as known today, each as printed."""

    key: str
    label: str
    as_filed: str
    as_corrected: str
    as_known: str

    @property
    def same(self) -> bool:
        """Say whether nothing has moved."""
        return self.as_filed == self.as_corrected == self.as_known


def month(conn: Conn, first_on: date, home: str | None, now: datetime) -> Report:
    """Return a month as known at `now`; `conn` is idle."""
    period = month_of(first_on.year, first_on.month, now)
    return make(conn, period, home, read_words(), Style(), now)


def file(conn: Conn, first_on: date, home: str | None, by: str, now: datetime) -> Version | None:
    """File a month, or its correction where figures moved since; None where nothing did. `conn` is idle.

    Who answers for it is told of each version: the head of the home, the bureau of the county's.
    Raises BadInput for a month that is not over.
    """
    today = month(conn, first_on, home, now)
    if today.counted.period.to_date:
        raise BadInput("month", "已结束的月份 one that is over", f"{first_on:%Y-%m}")
    with conn.transaction():
        key = _key(today)
        previous, version = reports.last(conn, key)
        filings = months.filed(conn, first_on, key.home_id)
        changes = tuple(moved(filings[-1].content, today)) if filings else ()
        months.set_mark(conn, first_on, key.home_id, marks_of(today.counted)[key.home_id])
        if filings and not changes:
            return None
        told: dict[str, Any] = json.loads(content_of(today))
        told["corrects"] = [asdict(one) for one in changes]
        content = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = digest_of(previous or _START, content)
        reports.insert(
            conn,
            key,
            ends_at=today.counted.period.ends_at,
            version=version,
            frozen_at=now,
            frozen_by=by,
            content=content,
            previous_hash=previous or _START,
            digest=digest,
        )
        home_at = today.counted.home
        monthly_messages.tell(
            conn,
            home_id=key.home_id,
            scope=home_at.name if home_at else COUNTY,
            first_on=first_on,
            version=version,
            changes=changes,
            now=now,
        )
    return Version(version, now, by, changes)


def file_due(conn: Conn, now: datetime) -> list[tuple[date, str | None, Version]]:
    """File the month that has closed and corrections of those before; say which. `conn` is idle.

    Of a month that was filed, those homes are counted anew whose rows have changed since; with any row, the
    county.
    """
    last_closed = before(local_day(now - CLOSES_AFTER).replace(day=1))
    with conn.transaction():
        filed = months.months(conn, local_day(now - CORRECTED_FOR))
    done: list[tuple[date, str | None, Version]] = []
    for first_on in sorted({*filed, last_closed}):
        period = month_of(first_on.year, first_on.month, now)
        known = marks_of(read(conn, period, None, now))
        with conn.transaction():
            counted = months.marks(conn, first_on)
            homes = months.homes(conn, first_on, period.end_on)
        for home_id, home in (*homes, (None, None)):
            if counted.get(home_id) == known.get(home_id):
                continue
            version = file(conn, first_on, home, CLOCK, now)
            if version is not None:
                done.append((first_on, home, version))
    return done


def versions(conn: Conn, first_on: date, home_id: int | None) -> list[Version]:
    """Return every version of a month of a home, or of the county; the first first."""
    return [
        Version(one.version, one.filed_at, one.filed_by, _corrects(one.content))
        for one in months.filed(conn, first_on, home_id)
    ]


def restated(conn: Conn, today: Report) -> list[Restated]:
    """Return each figure as first filed, as last corrected and as known today; nothing for an open month."""
    filings = months.filed(conn, today.counted.period.start_on, _key(today).home_id)
    if not filings:
        return []
    first, last = (_figures(one.content) for one in (filings[0], filings[-1]))
    said = {key: _said(one.printed(), str(one.unit)) for key, one in today.section.figures.items()}
    return [
        Restated(key, figure.label, first.get(key, ""), last.get(key, ""), said[key])
        for key, figure in today.section.figures.items()
    ]


def _key(report: Report) -> Key:
    period, home = report.counted.period, report.counted.home
    return Key(KIND, period.start_on, period.end_on, home.home_id if home else None)


def _corrects(content: str) -> tuple[Moved, ...]:
    found: Sequence[dict[str, Any]] = json.loads(content)["corrects"]
    return tuple(Moved(one["key"], one["label"], one["was"], one["now"], tuple(one["why"])) for one in found)


def _figures(content: str) -> dict[str, str]:
    figures: Sequence[dict[str, Any]] = json.loads(content)["report"]["figures"]
    return {one["key"]: _said(one["printed"], one["unit"]) for one in figures}


def _said(printed: str, unit: str) -> str:
    return f"{printed}{unit}" if printed else "没有数据"
