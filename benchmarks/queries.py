"""What people wait for, asked as they ask it: over HTTP, logged in, on a year of 10,000 devices.

Beside each, in turns, stands what a direct query of the rows themselves takes, without our API and without
rollups: its floor where that is little work, and what the rollups are for where it is much.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

import httpx
import psycopg

from benchmarks import rows
from benchmarks.board_client import People, signed_in
from benchmarks.stand import machine, stand
from model.clock import utc_now
from model.spans import SpanKind, to_date
from store import readings, rollups, scopes

WARM_UP = 5
TOWNSHIPS = 8
DIRECT_LEAST, DIRECT_FOR_S = 3, 10.0
"""A direct query that takes seconds is not asked so often."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is stored: devices, days of rollups, incidents, and how often each query is asked.

    The first `dense` devices report each minute, all others by the hour.
    """

    devices: int = 10_000
    days: int = 365
    incidents: int = 20_000
    open_incidents: int = 40
    dense: int = 20
    repeats: int = 500


@dataclass(frozen=True, slots=True)
class Query:
    """A path of the API with the parameters of one asking, and the same question to the rows themselves."""

    who: str
    path: Callable[[int], str]
    direct: LiteralString
    asked: Callable[[int], list[Any]]
    choices: Sequence[int]


_BY_STEP = (
    "SELECT date_trunc(%s, happened_at), count(*), min(battery_pct), avg(rssi_dbm), min(temperature_c),"
    " max(temperature_c), avg(worn::int) FROM readings"
    " WHERE device_id = %s AND happened_at >= %s AND happened_at < %s GROUP BY 1 ORDER BY 1"
)
_OPEN = (
    "SELECT i.*, a.*, d.name, h.name FROM incidents i JOIN alerts a USING (incident_id)"
    " LEFT JOIN devices d ON d.device_id = a.device_id LEFT JOIN homes h ON h.home_id = i.home_id"
    " WHERE i.closed_at IS NULL AND (%s::int IS NULL OR i.home_id = %s) ORDER BY i.opened_at DESC LIMIT 200"
)
_INDICATORS = (
    "SELECT d.kind, count(*), count(DISTINCT (r.device_id, date_trunc('hour', r.happened_at))),"
    " avg((r.battery_pct >= 20)::int), avg(r.worn::int) FROM readings r JOIN devices d USING (device_id)"
    " WHERE d.home_id = %s AND r.happened_at >= %s GROUP BY d.kind"
)
_TOWNSHIP_INDICATORS = (
    "SELECT d.kind, count(*), count(DISTINCT (r.device_id, date_trunc('hour', r.happened_at))),"
    " avg((r.battery_pct >= 20)::int), avg(r.worn::int) FROM readings r JOIN devices d USING (device_id)"
    " JOIN homes h USING (home_id) WHERE h.township = %s AND r.happened_at >= %s GROUP BY d.kind"
)
_TIME_LINE = (
    "SELECT l.number, l.at, l.actor, l.via, l.action, n.stage, n.sent_at FROM alert_log l"
    " LEFT JOIN notifications n USING (incident_id) WHERE l.incident_id = %s ORDER BY l.number"
)
_HOME = (
    "SELECT d.*, l.* FROM devices d LEFT JOIN liveness l USING (device_id) WHERE d.home_id = %s"
    " ORDER BY d.name LIMIT 100"
)


def run(size: Size = Size(), *, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Fill a year and return what each query takes, in milliseconds."""
    with stand() as on, on.fresh_database(size.devices) as url, psycopg.connect(url, autocommit=True) as conn:
        now = utc_now()
        stored = _fill(conn, size, now)
        say(f"{stored:,} readings stored")
        with signed_in(url) as people:
            found = {
                name: _time(conn, people, query, size.repeats)
                for name, query in _queries(conn, people, now, size).items()
            }
    return {
        "queries_ms": found,
        "slowest_p99_ms": max(took["p99"] for took in found.values()),
        "readings": stored,
        "devices": size.devices,
        "days": size.days,
        "incidents": size.incidents + size.open_incidents,
        "machine": machine(),
    }


def _fill(conn: psycopg.Connection[Any], size: Size, now: datetime) -> int:
    stored = rows.fill_readings(conn, now, readings.KEPT, timedelta(hours=1), after=size.dense)
    stored += rows.fill_readings(conn, now, readings.KEPT, timedelta(minutes=1), devices=size.dense)
    rows.fill_rollups(conn, now, hours=readings.KEPT, days=size.days)
    # As the service has it by now: it counts an hour at five past.
    rollups.rollup_tail(conn, now - timedelta(minutes=5))
    conn.execute("UPDATE homes SET township = 'Township ' || home_id %% %s", [TOWNSHIPS])
    rows.fill_incidents(conn, now, days=size.days, closed=size.incidents, open_=size.open_incidents)
    conn.execute("VACUUM ANALYZE")
    return stored


def _queries(conn: psycopg.Connection[Any], people: People, now: datetime, size: Size) -> dict[str, Query]:
    def ids(text: LiteralString, *values: Any) -> list[int]:
        return [row[0] for row in conn.execute(text, values).fetchall()]

    homes = ids("SELECT DISTINCT home_id FROM devices")
    closed = ids("SELECT incident_id FROM incidents WHERE closed_at IS NOT NULL")
    dense = ids("SELECT device_id FROM devices ORDER BY 1 LIMIT %s", size.dense)
    own = ids("SELECT device_id FROM devices WHERE home_id = %s ORDER BY 1 LIMIT 20", people.carers_home)

    def history(who: str, span: timedelta, step: str, of: list[int]) -> Query:
        since = min(span, readings.KEPT)

        def path(device: int) -> str:
            asked = httpx.QueryParams(from_at=(now - span).isoformat(), to_at=now.isoformat())
            return f"/api/devices/{device}/history?{asked}"

        return Query(who, path, _BY_STEP, lambda device: [step, device, now - since, now], of)

    month = timedelta(days=30)
    quarter = to_date(SpanKind.QUARTER, now)
    codes: dict[int, str] = dict(conn.execute("SELECT home_id, code FROM homes").fetchall())
    townships = scopes.townships(conn)
    return {
        "board": Query("bureau", lambda _: "/api/incidents?open=1", _OPEN, lambda _: [None, None], [0]),
        "board_page": Query("bureau", lambda _: "/", _OPEN, lambda _: [None, None], [0]),
        "board_of_a_carer": Query("carer", lambda _: "/", _OPEN, lambda _: [people.carers_home] * 2, [0]),
        "history_6_hours": history("bureau", timedelta(hours=6), "minute", dense),
        "history_2_days": history("bureau", timedelta(days=2), "minute", dense),
        "history_30_days": history("bureau", month - timedelta(minutes=5), "hour", dense),
        "history_30_days_of_a_carer": history("carer", month - timedelta(minutes=5), "hour", own),
        "history_year": history("bureau", timedelta(days=364), "day", dense),
        "indicators_of_a_month": Query(
            "bureau",
            lambda home: f"/card?home_id={home}",
            _INDICATORS,
            lambda home: [home, now - month],
            homes,
        ),
        "indicators_to_date": Query(
            "bureau",
            lambda home: f"/card?home_id={home}&month={now:%Y-%m}",
            _INDICATORS,
            lambda home: [home, now - month],
            homes,
        ),
        "indicators_of_a_home_and_quarter": Query(
            "bureau",
            lambda home: f"/api/indicators?scope=home:{codes[home]}&period={quarter}",
            _INDICATORS,
            lambda home: [home, now - month],
            homes,
        ),
        "indicators_of_a_township_and_quarter": Query(
            "bureau",
            lambda number: f"/api/indicators?scope=township:{townships[number]}&period={quarter}",
            _TOWNSHIP_INDICATORS,
            lambda number: [townships[number], now - month],
            range(len(townships)),
        ),
        "quality_30_days": Query(
            "bureau",
            lambda home: f"/api/homes/{home}/quality?days=30",
            _INDICATORS,
            lambda home: [home, now - month],
            homes,
        ),
        "time_line": Query(
            "bureau", lambda one: f"/api/incidents/{one}", _TIME_LINE, lambda one: [one], closed
        ),
        "devices_of_a_home": Query(
            "bureau", lambda home: f"/api/devices?home_id={home}", _HOME, lambda home: [home], homes
        ),
    }


def _time(conn: psycopg.Connection[Any], people: People, query: Query, repeats: int) -> dict[str, float]:
    dice = random.Random(1)  # noqa: S311 - what is asked for is no secret
    client = people.carer if query.who == "carer" else people.bureau
    took: list[float] = []
    direct: list[float] = []
    for number in range(repeats + WARM_UP):
        one = dice.choice(query.choices)
        began = time.perf_counter()
        answer = client.get(query.path(one))
        between = time.perf_counter()
        assert answer.status_code == 200, (query.path(one), answer.status_code, answer.text)
        if len(direct) < DIRECT_LEAST or sum(direct) < DIRECT_FOR_S:
            asked_at = time.perf_counter()
            conn.execute(query.direct, query.asked(one)).fetchall()
            direct.append(time.perf_counter() - asked_at)
        if number >= WARM_UP:
            took.append(between - began)
    return {
        "p50": _part(took, 0.5),
        "p99": _part(took, 0.99),
        "direct_p50": _part(direct, 0.5),
        "direct_p99": _part(direct, 0.99),
        "direct_times": len(direct),
        "kb": round(len(answer.content) / 1024, 1),  # pyright: ignore[reportPossiblyUnboundVariable]
    }


def _part(took: list[float], share: float) -> float:
    return round(sorted(took)[int(len(took) * share)] * 1000, 2)
