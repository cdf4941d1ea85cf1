"""The embedded stack at rest: start to answering and to the first alert, memory, CPU while it rests."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from benchmarks.stand import ROOT, free_port, machine
from benchmarks.wire import Publisher, alarm
from model.clock import utc_now
from store import pool

UP_WITHIN_S = 90.0


def run(
    *,
    settle_s: float = 2.5 * pool.KEPT_FOR.total_seconds(),
    idle_s: float = 20.0,
    pages: int = 100,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Start `yian serve --embedded` on an empty folder, look at it, start it again; return the figures."""
    with tempfile.TemporaryDirectory(prefix="yian-bench-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        began = time.perf_counter()
        with _served(folder) as (server, url):
            started_s = time.perf_counter() - began
            say(f"up in {started_s:.1f} s")
            took = _pages(url, pages)
            time.sleep(settle_s)  # the roles come to rest, and what the pages needed is let go
            processes = [server, *server.children(recursive=True)]
            memory = _memory(processes, folder)
            before = _cpu(processes)
            time.sleep(idle_s)
            idle_pct = (_cpu(processes) - before) / idle_s * 100
        began = time.perf_counter()
        with _served(folder):
            again_s = time.perf_counter() - began
            _first_alert(folder)
            first_alert_s = time.perf_counter() - began
            say(f"the first alert {first_alert_s:.1f} s after the start")
    return {
        "started_s": round(started_s, 2),
        "started_again_s": round(again_s, 2),
        "first_alert_s": round(first_alert_s, 2),
        "resident_mb": round(sum(one["rss_mb"] for one in memory)),
        "proportional_mb": round(sum(one["pss_mb"] for one in memory)),
        "by_process": memory,
        "idle_core_pct": round(idle_pct, 2),
        "processes": len(processes),
        "sign_in_page_ms": {
            "p50": round(took[len(took) // 2] * 1000, 2),
            "p99": round(took[int(len(took) * 0.99)] * 1000, 2),
        },
        "machine": machine(),
    }


@contextmanager
def _served(folder: Path) -> Generator[tuple[psutil.Process, str]]:
    """Yield the process of a stack on the folder once it is up, and its address."""
    server = subprocess.Popen(
        [sys.executable, "-m", "yian", "serve", "--embedded", "--data", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    try:
        yield psutil.Process(server.pid), _url(server)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _environment() -> dict[str, str]:
    """Return the environment of a warm machine: one that keeps the byte code of what it has run before."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "YIAN_MQTT_PORT": str(free_port()), "YIAN_HTTP_PORT": "0"}


def _url(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    deadline = time.monotonic() + UP_WITHIN_S
    for line in server.stdout:
        found = re.search(r"http://\S+", line)
        if found:
            return found.group()
        if time.monotonic() > deadline:
            break
    raise TimeoutError("the stack did not come up")


def _first_alert(folder: Path) -> None:
    """Let a detector that nobody has registered alarm, and wait until its alert is committed and told."""
    where = json.loads((folder / "services.json").read_text(encoding="utf-8"))
    with psycopg.connect(where["database_url"], autocommit=True) as conn:
        conn.execute("LISTEN yian_alerts")
        detector = Publisher(where["mqtt_host"], where["mqtt_port"], "bench-first")
        detector.send([alarm(0, utc_now(), 0)])
        detector.finish()
        told = list(conn.notifies(timeout=UP_WITHIN_S, stop_after=1))
        assert told, "no alert was raised"
        detector.close()


def _pages(url: str, pages: int) -> list[float]:
    took: list[float] = []
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        for _ in range(pages):
            began = time.perf_counter()
            client.get("/").raise_for_status()
            took.append(time.perf_counter() - began)
    return sorted(took)


def _memory(processes: Sequence[psutil.Process], folder: Path) -> list[dict[str, Any]]:
    """Return the resident memory of each (RSS), and with shared pages divided among those who share (PSS).

    The latter adds up to what the stack really takes from the machine. The largest comes first.
    """
    measured: list[tuple[psutil.Process, Any]] = []
    for process in processes:
        with suppress(psutil.Error):
            measured.append((process, process.memory_full_info()))
    holders = _holders(folder)  # asked afterwards: asking is a connection too
    return [
        {
            "name": holders.get(process.pid) or _name(process),
            "rss_mb": round(full.rss / 2**20, 1),
            "pss_mb": round(getattr(full, "pss", full.rss) / 2**20, 1),
        }
        for process, full in sorted(measured, key=lambda one: -one[1].rss)
    ]


def _holders(folder: Path) -> dict[int, str]:
    """Return the database's processes that serve a connection, named for who holds it."""
    where = json.loads((folder / "services.json").read_text(encoding="utf-8"))
    with psycopg.connect(where["database_url"]) as conn:
        found = conn.execute(
            "SELECT pid, application_name FROM pg_stat_activity WHERE application_name <> ''"
        )
        return {pid: f"postgres: connection of {name}" for pid, name in found}


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    if words and words[0].startswith("postgres: "):
        return words[0].strip()
    return " ".join(words[2:5]) if "-m" in words[:2] else process.name()


def _cpu(processes: Sequence[psutil.Process]) -> float:
    """Return the CPU seconds used, with those of children that have ended, as connections of a moment do."""
    used = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
    return used
