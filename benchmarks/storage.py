"""Bytes of a device and year: as reported, in rollups, and what is kept after retention and compression.

Every figure is measured on rows of the fleet and only then carried on: to a year, and on paper to a province.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql

from benchmarks import rows
from benchmarks.stand import machine, stand
from model.clock import utc_now
from store import device_history, readings
from store.pool import configure

EVERY = timedelta(seconds=133)
"""How often a device reports on average. Source: docs/scale.md, 60,000 a second of 8 million devices."""

PROVINCE_DEVICES = 300_000
RAW_DAYS, ROLLUP_DAYS, EVENT_YEARS = 2, 60, 5
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Size:
    """How much is stored to be weighed."""

    devices: int = 1000
    incidents: int = 5000


def run(size: Size = Size(), *, url: str | None = None, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Weigh, and return bytes; `url` is an empty, migrated database, one of the stand's own by default."""
    if url is not None:
        return _weighed(url, size, say)
    with stand() as on, on.fresh_database(size.devices) as fresh:
        return _weighed(fresh, size, say)


def _weighed(url: str, size: Size, say: Callable[[str], None]) -> dict[str, Any]:
    now = utc_now()
    with psycopg.connect(url, autocommit=True) as conn:
        raw_rows = rows.fill_readings(conn, now, timedelta(days=RAW_DAYS), EVERY)
        rows.fill_rollups(conn, now, hours=timedelta(days=ROLLUP_DAYS), days=ROLLUP_DAYS)
        rows.fill_incidents(conn, now, days=ROLLUP_DAYS, closed=size.incidents, open_=0)
        conn.execute("VACUUM ANALYZE")
        reading = _bytes(conn, "readings") / raw_rows
        hour = _bytes(conn, "device_hours") / _count(conn, "device_hours")
        day = _bytes(conn, "device_days") / _count(conn, "device_days")
        incident = sum(
            _bytes(conn, table) for table in ("incidents", "alerts", "alert_log", "notifications")
        ) / max(1, _count(conn, "incidents"))
        before = _bytes(conn, "readings")
        configure(conn)
        conn.execute("SELECT set_config('yian.homes', 'all', false)")
        readings.drop_before(conn, now - timedelta(days=RAW_DAYS / 2))
        conn.execute("RESET ROLE")
        conn.execute("VACUUM readings")
        after = _bytes(conn, "readings")
        compressed, why = _compressed(conn)
    a_day = timedelta(days=1) / EVERY
    raw_year = reading * a_day * _YEAR_DAYS
    kept = {
        "raw": reading * a_day * readings.KEPT.days,
        "hours": hour * 24 * device_history.KEPT.days,
        "days": day * _YEAR_DAYS,
    }
    say(f"{raw_rows:,} readings weighed")
    return {
        "bytes_per_reading": round(reading),
        "bytes_per_hour": round(hour),
        "bytes_per_day": round(day),
        "bytes_per_incident": round(incident),
        "raw_bytes_per_device_year": round(raw_year),
        "rollup_bytes_per_device_year": round(kept["hours"] + kept["days"]),
        "kept_bytes_per_device": {name: round(value) for name, value in kept.items()},
        "after_retention_to_raw_year": round(sum(kept.values()) / raw_year, 3),
        "bytes_before_retention": before,
        "bytes_after_retention_of_half": after,
        "compressed_bytes_per_reading": compressed,
        "why_not_compressed": why,
        "province": _province(kept, day),
        "machine": machine(),
    }


def _province(kept: dict[str, float], day: float) -> dict[str, float]:
    """Return gigabytes on paper: what stands when the service has run for some years."""
    years = kept["days"] * EVENT_YEARS
    return {
        "devices": PROVINCE_DEVICES,
        "messages_per_second": round(PROVINCE_DEVICES / EVERY.total_seconds()),
        "raw_gb": round(kept["raw"] * PROVINCE_DEVICES / 1e9, 1),
        "hours_gb": round(kept["hours"] * PROVINCE_DEVICES / 1e9, 1),
        f"days_of_{EVENT_YEARS}_years_gb": round(years * PROVINCE_DEVICES / 1e9, 1),
        "days_gb_a_year": round(day * _YEAR_DAYS * PROVINCE_DEVICES / 1e9, 1),
    }


def _compressed(conn: psycopg.Connection[Any]) -> tuple[int | None, str]:
    """Return bytes per reading in a columnstore, or None and the server's own word on why there is none."""
    found = conn.execute(
        "SELECT extversion, current_setting('timescaledb.license', true) FROM pg_extension"
        " WHERE extname = 'timescaledb'"
    ).fetchone()
    if found is None:
        return None, "plain PostgreSQL has no columnstore"
    try:
        conn.execute(
            "ALTER TABLE readings SET (timescaledb.compress, timescaledb.compress_segmentby='device_id')"
        )
        conn.execute("SELECT compress_chunk(show_chunks('readings'))")
    except psycopg.Error as exc:
        words = str(exc).splitlines()[0]
        return None, f"TimescaleDB {found[0]}, licence {found[1]}: {words}"
    return round(_bytes(conn, "readings") / _count(conn, "readings")), ""


def _bytes(conn: psycopg.Connection[Any], table: str) -> int:
    """Return what a table takes with its indexes, all its chunks added up."""
    row = conn.execute(
        "SELECT sum(pg_total_relation_size(c)) FROM (SELECT %(table)s::regclass AS c UNION ALL"
        " SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = %(table)s::regclass) x",
        {"table": table},
    ).fetchone()
    assert row is not None
    return int(row[0])


def _count(conn: psycopg.Connection[Any], table: str) -> int:
    row = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])
