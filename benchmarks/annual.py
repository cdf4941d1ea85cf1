"""The annual safety section of 50 homes and 10,000 devices, beside the same figures by SQL over raw rows."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.stand import machine
from compliance import archive, indicator_sheet, monthly_filing
from compliance.document import Style
from compliance.report import make as make_report
from compliance.template_file import read_words
from model.clock import SHANGHAI, utc_now
from model.periods import Period, month_of, year_of
from model.scopes import COUNTY, Scope, ScopeKind
from model.spans import span_named
from simulators.year import Size, make
from simulators.year.reading import value_of
from store import pool, scopes
from yian.county_year import load
from yian.embedded import postgres
from yian.migration import migrate_database

SIZE = Size(homes=50, detectors=8000, bands=2000)

# Figures that need device days or intervals, straight from the raw rows; of one home, or of all.
_DIRECT: dict[str, str] = {
    "completeness": """
        SELECT 100.0 * sum(reports) / sum(reports_due) FROM device_days
        WHERE day BETWEEN %(first)s AND %(last)s AND (%(home)s::int IS NULL OR home_id = %(home)s)""",
    "online_rate": """
        WITH span AS (
            SELECT device_id, tstzrange(
                       greatest(installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(starts)s),
                       coalesce(retired_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(ends)s)) AS there
            FROM devices
            WHERE coalesce(retired_on, installed_on + 10000) > %(first)s AND installed_on <= %(last)s
              AND (%(home)s::int IS NULL OR home_id = %(home)s)
        ), online AS (
            SELECT s.device_id, sum(upper(x) - lower(x)) AS online_for
            FROM span s JOIN LATERAL (
                SELECT unnest(range_agg(tstzrange(online_from, coalesce(online_to, %(ends)s)) * s.there)) AS x
                FROM liveness_intervals i WHERE i.device_id = s.device_id AND i.online_from < %(ends)s
            ) i ON true
            GROUP BY s.device_id
        )
        SELECT 100 * extract(epoch FROM sum(online_for))
               / (SELECT extract(epoch FROM sum(upper(there) - lower(there))) FROM span) FROM online""",
    "worn_rate": """
        SELECT 100 * extract(epoch FROM sum(x.worn_for)) / (
            SELECT extract(epoch FROM sum(
                coalesce(moved_out_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(ends)s) - %(starts)s))
            FROM residents
            WHERE wanders AND coalesce(moved_out_on, %(last)s) > %(first)s
              AND (%(home)s::int IS NULL OR home_id = %(home)s))
        FROM device_days x JOIN devices d USING (device_id) JOIN residents r USING (resident_id)
        WHERE r.wanders AND x.day BETWEEN %(first)s AND %(last)s
          AND (%(home)s::int IS NULL OR r.home_id = %(home)s)""",
}


def run(*, size: Size = SIZE, repeats: int = 5, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Fill a year and return how long the whole section takes, and its three heavy figures by direct SQL.

    The raw device days are full ones, so only their time is compared.
    """
    now = utc_now()
    year = now.astimezone(SHANGHAI).year - 1
    with tempfile.TemporaryDirectory(prefix="yian-annual-") as folder:
        server = postgres.start(Path(folder) / "postgres")
        try:
            migrate_database(server.url)
            made = make(3, year, size)
            load(server.url, made)
            rows = _raw_days(server.url, year)
            say(f"{rows} device days")
            period, words = year_of(year, now), read_words()
            with pool.connect(server.url, name="bench") as conn:
                began = time.perf_counter()
                report = make_report(conn, period, None, words, Style(), now)
                took = [time.perf_counter() - began]
                for _ in range(repeats - 1):
                    began = time.perf_counter()
                    make_report(conn, period, None, words, Style(), now)
                    took.append(time.perf_counter() - began)
            with psycopg.connect(server.url) as conn:
                direct_s = {key: _direct_s(conn, [key], period, [None]) for key in _DIRECT}
            indicators_s = _indicators_s(server.url, year, now)
            filing = _filing(server.url, year)
        finally:
            server.stop()
    figures = report.section.figures
    wrong = [
        key
        for key, known in made.truth.items()
        if abs((figures[key].value or 0) - (value_of(known) or 0)) > 1e-6 * max(1, value_of(known) or 0)
    ]
    return {
        "homes": size.homes,
        "devices": size.detectors + size.bands,
        "device_days": rows,
        "section_s": {
            "first": round(took[0], 3),
            "median": round(statistics.median(took), 3),
            "worst": round(max(took), 3),
        },
        "section_aim_s": 2,
        "direct_sql_s": direct_s,
        "direct_sql_all_s": round(sum(direct_s.values()), 3),
        "indicators_s": indicators_s,
        "filing": filing,
        "figures_checked": len(made.truth),
        "figures_wrong": len(wrong),
        "machine": machine(),
    }


_NIGHTS: dict[str, str | None] = {
    "nothing_new": None,
    "one_late_row": "UPDATE alerts SET outcome = 'fault' WHERE alert_id = (SELECT max(alert_id) FROM alerts"
    " WHERE class = 'F1' AND outcome = 'false' AND NOT drill AND raised_at >= %(starts)s)",
    "a_row_moved_to_another_home": "UPDATE inspections SET home_id = (SELECT min(home_id) FROM homes"
    " WHERE closed_on IS NULL) WHERE inspection_id = (SELECT max(inspection_id) FROM inspections"
    " WHERE done_on >= %(starts)s)",
    "a_row_of_no_home": "INSERT INTO trainings (held_on, topic, attendees)"
    " VALUES ((%(starts)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date, '消防', 40)",
    "all_counted_again": "DELETE FROM month_marks",
}
"""What comes in before each night after the first; the last is what every late row cost without the marks."""


def _indicators_s(url: str, year: int, now: datetime) -> dict[str, float]:
    """Return how long all indicators of a scope and span take, and those of the past; medians of five."""
    found: dict[str, float] = {}
    with pool.connect(url, name="bench") as conn:
        for name, scope, text in (
            ("county_year", COUNTY, f"{year}"),
            ("county_month", COUNTY, f"{year}-09"),
            ("township_year", Scope(ScopeKind.TOWNSHIP, scopes.townships(conn)[0]), f"{year}"),
            ("township_quarter", Scope(ScopeKind.TOWNSHIP, scopes.townships(conn)[0]), f"{year}-Q3"),
            ("home_year", Scope(ScopeKind.HOME, scopes.homes(conn)[0].code), f"{year}"),
        ):
            where, span = scopes.find(conn, scope), span_named(text)
            found[name] = _median_s(
                lambda where=where, span=span: indicator_sheet.read(conn, where, span, now)
            )
            found[f"{name}_past"] = _median_s(
                lambda where=where, span=span: indicator_sheet.past(conn, where, span, now)
            )
    return found


def _median_s(ask: Callable[[], object]) -> float:
    took: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return round(statistics.median(took), 3)


def _filing(url: str, year: int) -> dict[str, Any]:
    """File December of every home and of the county as the fourth night does, then let more nights pass."""
    night = datetime(year + 1, 1, 6, 3, tzinfo=SHANGHAI)
    period = month_of(year, 12, night)
    nights: dict[str, dict[str, Any]] = {}
    with pool.connect(url, name="bench") as conn:
        began = time.perf_counter()
        filed = monthly_filing.file_due(conn, night)
        first_s = time.perf_counter() - began
        for name, statement in _NIGHTS.items():
            night += timedelta(days=1)
            nights[name] = _night(url, conn, night, statement, period)
        began = time.perf_counter()
        broken = archive.look_through(conn)
        archive_s = time.perf_counter() - began
        size = conn.execute("SELECT sum(octet_length(content)) FROM reports").fetchone()
    with psycopg.connect(url) as conn:
        homes = [
            row[0] for row in conn.execute("SELECT home_id FROM homes WHERE closed_on IS NULL").fetchall()
        ]
        direct_s = _direct_s(conn, list(_DIRECT), period, [None, *homes])
    return {
        "month": f"{year}-12",
        "reports_filed": len(filed),
        "first_night_s": round(first_s, 2),
        "per_report_ms": round(first_s * 1000 / len(filed), 1),
        "direct_sql_s": direct_s,
        "direct_sql": "three heavy figures of the county and of each home",
        "nights": nights,
        "archive_read_s": round(archive_s, 2),
        "archive_broken": len(broken),
        "archive_mb": round((size[0] if size else 0) / 1e6, 1),
    }


def _night(
    url: str, conn: psycopg.Connection[Any], night: datetime, statement: str | None, period: Period
) -> dict[str, Any]:
    """Let a row come in and a night pass; say how long it took, and of how many reports it had to count."""
    if statement is not None:
        with psycopg.connect(url) as owner:
            owner.execute(statement.encode(), {"starts": period.starts_at})
    before = _counted(conn)
    began = time.perf_counter()
    corrected = monthly_filing.file_due(conn, night)
    took = time.perf_counter() - began
    counted = sum(before.get(home) != mark for home, mark in _counted(conn).items())
    return {"s": round(took, 2), "reports_counted": counted, "corrections": len(corrected)}


def _counted(conn: psycopg.Connection[Any]) -> dict[int | None, str]:
    """Return which transaction last counted each home's month, and the county's."""
    with conn.transaction():
        return dict(conn.execute("SELECT home_id, xmin::text FROM month_marks").fetchall())


def _direct_s(
    conn: psycopg.Connection[Any], keys: Sequence[str], period: Period, homes: Sequence[int | None]
) -> float:
    began = time.perf_counter()
    for home in homes:
        asked = {"starts": period.starts_at, "ends": period.ends_at, "home": home}
        asked |= {"first": period.start_on, "last": period.end_on}
        for key in keys:
            conn.execute(_DIRECT[key].encode(), asked).fetchone()
    return round(time.perf_counter() - began, 3)


def _raw_days(url: str, year: int) -> int:
    """Write a row per device and day, as the nightly rollup would have, and return how many there are."""
    with psycopg.connect(url) as conn:
        rows = conn.execute(
            "INSERT INTO device_days (device_id, day, home_id, reports, reports_due, online_for, worn_for)"
            " SELECT d.device_id, x::date, d.home_id, due.n, due.n, '24 hours',"
            " CASE WHEN d.kind = 'wristband' THEN interval '17 hours' END"
            " FROM devices d"
            " CROSS JOIN LATERAL (SELECT CASE d.kind WHEN 'wristband' THEN 96 ELSE 1 END AS n) due,"
            " generate_series(greatest(d.installed_on, make_date(%(year)s, 1, 1)),"
            " coalesce(d.retired_on - 1, make_date(%(year)s, 12, 31)), interval '1 day') x"
            " ON CONFLICT (device_id, day) DO NOTHING",
            {"year": year},
        ).rowcount
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
    return rows
