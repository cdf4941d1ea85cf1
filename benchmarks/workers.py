"""Several ingest workers on one shared subscription: how much faster, at what cost, and one is killed.

The queue of the share fills while all workers are away, as in the benchmark of ingest; then they empty it
together. It is so long that its end, when one of them has done its part before the other, is little of it.
The weak point is shown by a second run in which one worker is killed half-way and comes back.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from subprocess import Popen
from typing import Any

import psutil
import psycopg

from benchmarks.ingest import DEVICES, end_sessions
from benchmarks.stand import Stand, machine, stand, subject
from benchmarks.wire import Said, blast, telemetry
from model.clock import utc_now

WITHIN_S = 120.0


def run(
    *,
    workers: Sequence[int] = (1, 2),
    messages: int = 120_000,
    turns: int = 3,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Measure and return rates by the number of workers, and what a kill loses, doubles and delays."""
    found: dict[int, list[dict[str, Any]]] = {count: [] for count in workers}
    with stand() as on:
        for _ in range(turns):
            for count in workers:
                found[count].append(share(on, count, messages))
                say(f"{count} workers: {json.dumps(found[count][-1])}")
        killed = _killed(on, messages)
        say(f"one killed: {json.dumps(killed)}")
    rate, cpu = (
        {count: statistics.median(one[key] for one in of) for count, of in found.items()}
        for key in ("rate", "cpu_us_per_message")
    )
    least, most = workers[0], workers[-1]
    cores = psutil.cpu_count() or 1
    return {
        "rates": {str(count): round(one) for count, one in rate.items()},
        "cpu_us_per_message": {str(count): round(one, 1) for count, one in cpu.items()},
        "most_to_least": round(rate[most] / rate[least], 2),
        # One worker with its broker and database keeps so many cores busy; there are no more than all.
        "cores_of_least": round(rate[least] * cpu[least] / 1e6, 2),
        "most_that_cores_allow": round(cores / (rate[least] * cpu[least] / 1e6), 2),
        "lost": sum(one["lost"] for of in found.values() for one in of) + killed["lost"],
        "doubled": sum(one["doubled"] for of in found.values() for one in of) + killed["doubled"],
        "killed": killed,
        "machine": machine(),
    }


def share(on: Stand, workers: int, count: int) -> dict[str, Any]:
    """Return rate and CPU per message (ingest, broker and database together) of that many workers."""
    messages = _messages(count)
    with on.fresh_database(DEVICES) as url, _sessions(on, workers) as names:
        _open_sessions(on, url, names)
        blast(on.host, on.port, messages)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("CHECKPOINT")  # what the turn before has written is not to be flushed in this one
        processes = [subject("role", on.host, str(on.port), url, name, "shared") for name in names]
        for process in processes:
            _ready(process)
        # They have begun by now; what is left is measured, so that no start-up is in it.
        first, began, cpu = _stored(url), time.perf_counter(), _cpu_s(on, processes)
        rss = _wait(url, count, processes)
        seconds, used = time.perf_counter() - began, _cpu_s(on, processes) - cpu
        for process in processes:
            process.communicate(timeout=60)
        lost, doubled = _balance(url, count)
    return {
        "rate": round((count - first) / seconds),
        "cpu_us_per_message": round(used / (count - first) * 1e6, 1),
        "rss_mb": round(rss),
        "lost": lost,
        "doubled": doubled,
    }


def _killed(on: Stand, count: int) -> dict[str, Any]:
    """Kill one of two workers amid the messages, start it again under its name, and count."""
    messages = _messages(count)
    with on.fresh_database(DEVICES) as url, _sessions(on, 2) as names:
        _open_sessions(on, url, names)
        doomed, other = (_start(on, url, name) for name in names)
        blast(on.host, on.port, messages[: count // 2])
        doomed.kill()
        doomed.communicate()
        blast(on.host, on.port, messages[count // 2 :])
        alone = _settled(url)
        back_at = time.perf_counter()
        doomed = _start(on, url, names[0])
        _wait(url, count, [doomed, other])
        seconds = time.perf_counter() - back_at
        for process in (doomed, other):
            process.communicate(timeout=60)
        lost, doubled = _balance(url, count)
    return {
        "held_back_until_its_return": count - alone,
        "stored_after_its_return_s": round(seconds, 2),
        "lost": lost,
        "doubled": doubled,
    }


def _messages(count: int) -> list[Said]:
    began = utc_now() - timedelta(seconds=count / 1000 + 60)
    return [telemetry(number, DEVICES, began) for number in range(count)]


@contextmanager
def _sessions(on: Stand, workers: int) -> Generator[list[str]]:
    """Yield the names of so many replicas; the broker forgets their sessions afterwards."""
    names = [f"w{number}" for number in range(workers)]
    yield names
    end_sessions(on, [f"yian-{lane}-{name}" for lane in ("alarm", "telemetry", "foreign") for name in names])


def _open_sessions(on: Stand, url: str, names: Sequence[str]) -> None:
    for name in names:
        process = _start(on, url, name)
        process.communicate(timeout=60)


def _start(on: Stand, url: str, name: str) -> Popen[str]:
    process = subject("role", on.host, str(on.port), url, name, "shared")
    _ready(process)
    return process


def _ready(process: Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline(), "a worker did not come up"


def _cpu_s(on: Stand, processes: Sequence[Popen[str]]) -> float:
    """Return the CPU seconds of the workers, the broker and the database so far."""
    times = [psutil.Process(process.pid).cpu_times() for process in processes]
    return sum(one.user + one.system for one in times) + sum(on.cpu_s().values())


def _stored(url: str) -> int:
    with psycopg.connect(url) as conn:
        return _rows(conn)


def _rows(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("SELECT count(*) FROM readings").fetchone()
    assert row is not None
    return int(row[0])


def _wait(url: str, count: int, processes: Sequence[Popen[str]]) -> float:
    """Wait until all is stored; return the most memory of a worker, in MB.

    To look is to count all rows, on cores that the workers need: so we look again when half of what is left
    may be done, and on one connection.
    """
    deadline = time.monotonic() + WITHIN_S
    with psycopg.connect(url, autocommit=True) as conn:
        first, began = _rows(conn), time.perf_counter()
        while (stored := _rows(conn)) < count:
            assert time.monotonic() < deadline, f"{stored} of {count} stored"
            rate = (stored - first) / (time.perf_counter() - began)
            time.sleep(min(max((count - stored) / rate / 2, 0.02), 0.5) if rate else 0.05)
    return max(psutil.Process(process.pid).memory_info().rss for process in processes) / 2**20


def _settled(url: str) -> int:
    """Return how many are stored once that has not changed for a second."""
    before, now = -1, _stored(url)
    while now != before:
        time.sleep(1.0)
        before, now = now, _stored(url)
    return now


def _balance(url: str, count: int) -> tuple[int, int]:
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT count(*), count(DISTINCT reading_key) FROM readings").fetchone()
    assert row is not None
    return count - row[1], row[0] - row[1]
