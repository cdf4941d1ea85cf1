"""The annual safety section of 50 homes and 10,000 devices, beside the same figures by SQL over raw rows."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.stand import machine
from compliance.report import make as make_report
from compliance.section import Style
from compliance.template_file import read_words
from model.clock import SHANGHAI, utc_now
from model.compliance import year_of
from simulators.year import Size, make
from simulators.year.reading import value_of
from store import pool
from yian.county_year import load
from yian.embedded import postgres
from yian.migration import migrate_database

SIZE = Size(homes=50, detectors=8000, bands=2000)

# Figures that need device days or intervals, straight from the raw rows.
_DIRECT: dict[str, str] = {
    "completeness": "SELECT 100.0 * sum(reports) / sum(reports_due) FROM device_days",
    "online_rate": """
        WITH span AS (
            SELECT device_id, tstzrange(
                       greatest(installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(starts)s),
                       coalesce(retired_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(ends)s)) AS there
            FROM devices WHERE coalesce(retired_on, installed_on + 10000) > %(starts)s
        ), online AS (
            SELECT s.device_id, sum(upper(x) - lower(x)) AS online_for
            FROM span s JOIN LATERAL (
                SELECT unnest(range_agg(tstzrange(online_from, coalesce(online_to, %(ends)s)) * s.there)) AS x
                FROM liveness_intervals i WHERE i.device_id = s.device_id) i ON true
            GROUP BY s.device_id
        )
        SELECT 100 * extract(epoch FROM sum(online_for))
               / (SELECT extract(epoch FROM sum(upper(there) - lower(there))) FROM span) FROM online""",
    "worn_rate": """
        SELECT 100 * extract(epoch FROM sum(x.worn_for)) / (
            SELECT extract(epoch FROM sum(
                coalesce(moved_out_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(ends)s) - %(starts)s))
            FROM residents WHERE wanders)
        FROM device_days x JOIN devices d USING (device_id) JOIN residents r USING (resident_id)
        WHERE r.wanders""",
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
            direct_s: dict[str, float] = {}
            with psycopg.connect(server.url) as conn:
                for key, query in _DIRECT.items():
                    began = time.perf_counter()
                    conn.execute(
                        query.encode(), {"starts": period.starts_at, "ends": period.ends_at}
                    ).fetchone()
                    direct_s[key] = round(time.perf_counter() - began, 3)
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
        "figures_checked": len(made.truth),
        "figures_wrong": len(wrong),
        "machine": machine(),
    }


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
            " coalesce(d.retired_on - 1, make_date(%(year)s, 12, 31)), interval '1 day') x",
            {"year": year},
        ).rowcount
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
    return rows
