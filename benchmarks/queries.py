"""Queries that people wait for, on a stored history: p50 and p99 in milliseconds, and how they grow.

The history is made by the database itself: 30 days of raw readings for some devices (retention keeps
no more), a year of day sums for all.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from benchmarks.stand import machine, stand
from model.clock import utc_now

HISTORY_DAYS = 30


def run(
    *,
    devices: int = 10_000,
    with_history: int = 500,
    every_min: int = 60,
    repeats: int = 200,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Fill a year and return what each query takes."""
    with stand() as on, on.fresh_database(devices) as url, psycopg.connect(url, autocommit=True) as conn:
        readings, size = _fill(conn, devices, with_history, every_min)
        say(f"{readings} readings, {size / readings:.0f} bytes each with their indexes")
        conn.execute("SET ROLE yian_app")
        conn.execute("SELECT set_config('yian.homes', 'all', false)")
        dice, now = random.Random(1), utc_now()  # noqa: S311 - which device is asked for is no secret
        ids = [row[0] for row in conn.execute("SELECT device_id FROM devices ORDER BY 1").fetchall()]
        queries: dict[str, tuple[str, Callable[[], list[Any]]]] = {
            "device_day_raw": (
                "SELECT happened_at, battery_pct, lat, lon FROM readings WHERE device_id = %s"
                " AND happened_at >= %s AND happened_at < %s ORDER BY happened_at",
                lambda: [dice.choice(ids[:with_history]), now - timedelta(days=1), now],
            ),
            "device_year_by_day": (
                "SELECT day, reports, reports_due, online_for, battery_min_pct FROM device_days"
                " WHERE device_id = %s ORDER BY day",
                lambda: [dice.choice(ids)],
            ),
            "home_health": (
                "SELECT count(*) FILTER (WHERE l.online), count(*) FROM devices d"
                " JOIN liveness l USING (device_id) WHERE d.home_id = %s",
                lambda: [dice.randrange(1, devices // 250 + 1)],
            ),
            "home_year_by_day": (
                "SELECT day, sum(reports), sum(reports_due) FROM device_days"
                " WHERE home_id = %s AND day >= %s GROUP BY day ORDER BY day",
                lambda: [dice.randrange(1, devices // 250 + 1), (now - timedelta(days=31)).date()],
            ),
        }
        found = {name: _time(conn, text, make, repeats) for name, (text, make) in queries.items()}
    return {
        "queries_ms": found,
        "readings": readings,
        "bytes_per_reading": round(size / readings),
        "bytes_per_device_year_raw": round(size / readings * 365 * 24),
        "devices": devices,
        "machine": machine(),
    }


def _fill(conn: psycopg.Connection[Any], devices: int, some: int, every_min: int) -> tuple[int, int]:
    conn.execute(
        "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, rssi_dbm, lat,"
        " lon)"
        " SELECT d.device_id, t, (extract(epoch FROM t) / 60)::bigint::text, t, 80, -70, 28.6, 115.8"
        " FROM generate_series(now() - make_interval(days => %s), now(), make_interval(mins => %s)) t"
        " CROSS JOIN (SELECT device_id FROM devices ORDER BY device_id LIMIT %s) d",
        [HISTORY_DAYS, every_min, some],
    )
    conn.execute(
        "INSERT INTO device_days (device_id, day, home_id, reports, reports_due, online_for, battery_min_pct)"
        " SELECT device_id, day, home_id, 140, 144, interval '23 h', 80"
        " FROM generate_series(current_date - 364, current_date, interval '1 day') day CROSS JOIN devices"
        " WHERE device_id <= %s",
        [devices],
    )
    conn.execute("VACUUM ANALYZE")
    row = conn.execute("SELECT count(*), pg_total_relation_size('readings') FROM readings").fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _time(
    conn: psycopg.Connection[Any], text: Any, make: Callable[[], list[Any]], repeats: int
) -> dict[str, float]:
    took: list[float] = []
    for _ in range(repeats):
        asked = make()
        began = time.perf_counter()
        conn.execute(text, asked).fetchall()
        took.append(time.perf_counter() - began)
    took.sort()
    return {
        "p50": round(statistics.median(took) * 1000, 2),
        "p99": round(took[int(len(took) * 0.99)] * 1000, 2),
    }
