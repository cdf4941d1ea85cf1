"""What a message costs against what may grow: replicas, registered devices, stored history, minutes.

CPU per message of ingest, broker and database together, and the rate. "Flat" is a slope: how much dearer a
message is at the end than at the beginning, per tenfold growth; its baseline is the first point of the same
curve. The rate on a shared machine wanders; CPU per message much less.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psutil
import psycopg

from benchmarks import rows
from benchmarks.ingest import drain
from benchmarks.stand import Stand, machine, stand, subject
from benchmarks.wire import telemetry
from benchmarks.workers import share
from model.clock import utc_now

HISTORY_DEVICES = 10_000
HISTORY_EVERY = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Size:
    """The points of each curve, messages of a point, and messages a second while minutes pass."""

    replicas: Sequence[int] = (1, 2, 3)
    devices: Sequence[int] = (1000, 10_000, 100_000)
    history_days: Sequence[int] = (1, 30, 365)
    history_devices: int = 10_000
    messages: int = 20_000
    turns: int = 3
    minutes: float = 10
    rate: float = 1500


def run(size: Size = Size(), *, say: Callable[[str], None] = print) -> dict[str, Any]:
    """Measure the four curves and return points and slopes."""
    with stand() as on:
        curves = {
            "replicas": _curve(say, "replicas", size.replicas, lambda n: share(on, n, size.messages)),
            "devices": _curve(say, "devices", size.devices, lambda n: _turns(on, n, size)),
            "history_days": _curve(say, "history_days", size.history_days, lambda n: _history(on, n, size)),
            "minutes": _minutes(on, size, say),
        }
    return {
        **{name: {"points": points, **slope(name, points)} for name, points in curves.items()},
        "machine": machine(),
    }


Point = dict[str, Any]


def _curve(
    say: Callable[[str], None], name: str, values: Sequence[int], measure: Callable[[int], Point]
) -> list[Point]:
    points: list[Point] = []
    for value in values:
        points.append({"x": value, **measure(value)})
        say(f"{name}: {json.dumps(points[-1])}")
    return points


def _turns(on: Stand, devices: int, size: Size, prepare: Callable[[str], Any] = lambda _: None) -> Point:
    """Return the medians of a few turns on a fresh database."""
    found: list[Point] = []
    with on.fresh_database(devices) as url:
        prepare(url)
        for turn in range(size.turns):
            began = utc_now() - timedelta(seconds=size.messages / 1000 + 60) + timedelta(seconds=turn)
            messages = [telemetry(number, devices, began) for number in range(size.messages)]
            found.append(drain(on, "yian", url, messages))
    parts = ("cpu_us_per_message", "broker_cpu_us_per_message", "database_cpu_us_per_message")
    cpu = statistics.median(sum(one[part] for part in parts) for one in found)
    return {
        "cpu_us_per_message": round(cpu, 1),
        "ingest_cpu_us": round(statistics.median(one["cpu_us_per_message"] for one in found), 1),
        "rate": round(statistics.median(one["rate"] for one in found)),
        "rss_mb": round(max(one["rss_mb"] for one in found)),
    }


def _history(on: Stand, days: int, size: Size) -> Point:
    def fill(url: str) -> None:
        with psycopg.connect(url, autocommit=True) as conn:
            # Ends an hour ago, so that nothing measured meets a row that is there.
            until = utc_now() - timedelta(hours=1)
            rows.fill_readings(conn, until, timedelta(days=days), HISTORY_EVERY)
            conn.execute("VACUUM ANALYZE readings")
            conn.execute("CHECKPOINT")

    return _turns(on, size.history_devices, size, fill)


def _minutes(on: Stand, size: Size, say: Callable[[str], None]) -> list[Point]:
    """Run at a steady rate and look once a minute: CPU per message of that minute, memory at its end."""
    points: list[Point] = []
    with on.fresh_database(
        HISTORY_DEVICES if size.devices[-1] >= HISTORY_DEVICES else size.devices[-1]
    ) as url:
        role = subject("role", on.host, str(on.port), url)
        assert role.stdout is not None
        role.stdout.readline()
        seconds = size.minutes * 60
        devices = min(HISTORY_DEVICES, size.devices[-1])
        load = subject("load", on.host, str(on.port), str(size.rate), str(seconds), str(devices))
        watched, step = psutil.Process(role.pid), min(60.0, seconds / 5)
        with psycopg.connect(url, autocommit=True) as conn:
            before = _state(on, watched, conn)
            began = time.monotonic()
            for number in range(1, int(seconds / step) + 1):
                time.sleep(max(0.0, began + number * step - time.monotonic()))
                now = _state(on, watched, conn)
                stored = now["readings"] - before["readings"]
                points.append(
                    {
                        "x": round(number * step / 60, 2),
                        "cpu_us_per_message": round(
                            (now["cpu_s"] - before["cpu_s"]) / max(1, stored) * 1e6, 1
                        ),
                        "ingest_cpu_us": round(
                            (now["ingest_cpu_s"] - before["ingest_cpu_s"]) / max(1, stored) * 1e6, 1
                        ),
                        "rate": round(stored / step),
                        "rss_mb": round(watched.memory_info().rss / 2**20, 1),
                    }
                )
                say(f"minutes: {json.dumps(points[-1])}")
                before = now
        load.communicate(timeout=60)
        role.communicate(timeout=60)
    return points


def _state(on: Stand, watched: psutil.Process, conn: psycopg.Connection[Any]) -> dict[str, float]:
    # The statistics' own count: counting rows would be work of the database, and more each minute.
    row = conn.execute("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'readings'").fetchone()
    assert row is not None
    times = watched.cpu_times()
    ours = times.user + times.system
    return {"cpu_s": ours + sum(on.cpu_s().values()), "ingest_cpu_s": ours, "readings": float(row[0])}


def slope(name: str, points: Sequence[Point]) -> dict[str, Any]:
    """Return how many times dearer a message (and larger the memory) is at the last points than at the first.

    Of minutes the medians of the first and the last third are compared, of all else both ends.
    """
    third = max(1, len(points) // 3) if name == "minutes" else 1
    first, last = points[:third], points[-third:]

    def ratio(key: str) -> float:
        return statistics.median(p[key] for p in last) / max(1e-9, statistics.median(p[key] for p in first))

    tenfold = math.log10(points[-1]["x"] / points[0]["x"]) if points[-1]["x"] > points[0]["x"] else 1.0
    cpu = ratio("cpu_us_per_message")
    return {
        "cpu_last_to_first": round(cpu, 2),
        "cpu_per_tenfold": round(cpu ** (1 / tenfold), 2),
        "rss_last_to_first": round(ratio("rss_mb"), 2),
    }
