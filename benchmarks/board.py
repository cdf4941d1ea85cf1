"""The embedded stack at rest: from start to the board answering, memory, CPU while nothing happens."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import httpx
import psutil

from benchmarks.stand import ROOT, free_port, machine

UP_WITHIN_S = 90.0


def run(
    *, settle_s: float = 5.0, idle_s: float = 20.0, pages: int = 100, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Start `yian serve --embedded`, look at it, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="yian-bench-", ignore_cleanup_errors=True) as folder:
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "yian", "serve", "--embedded", "--data", folder],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        try:
            url = _url(server)
            started_s = time.perf_counter() - began
            say(f"up in {started_s:.1f} s")
            time.sleep(settle_s)  # the roles are to come to rest
            took = _pages(url, pages)
            processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
            rss = _memory(processes)
            before = _cpu(processes)
            time.sleep(idle_s)
            idle_pct = (_cpu(processes) - before) / idle_s * 100
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    return {
        "started_s": round(started_s, 2),
        "resident_mb": round(rss["rss"]),
        "proportional_mb": round(rss["pss"]),
        "idle_core_pct": round(idle_pct, 2),
        "processes": len(processes),
        "sign_in_page_ms": {
            "p50": round(took[len(took) // 2] * 1000, 2),
            "p99": round(took[int(len(took) * 0.99)] * 1000, 2),
        },
        "machine": machine(),
    }


def _environment() -> dict[str, str]:
    return {**os.environ, "YIAN_MQTT_PORT": str(free_port()), "YIAN_HTTP_PORT": "0"}


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


def _pages(url: str, pages: int) -> list[float]:
    took: list[float] = []
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        for _ in range(pages):
            began = time.perf_counter()
            client.get("/").raise_for_status()
            took.append(time.perf_counter() - began)
    return sorted(took)


def _memory(processes: Sequence[psutil.Process]) -> dict[str, float]:
    """Return resident memory in MB: added up, and with shared pages divided among those who share them."""
    total = {"rss": 0.0, "pss": 0.0}
    for process in processes:
        with suppress(psutil.Error):
            full = process.memory_full_info()
            total["rss"] += full.rss / 2**20
            total["pss"] += getattr(full, "pss", full.rss) / 2**20
    return total


def _cpu(processes: Sequence[psutil.Process]) -> float:
    used = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            used += times.user + times.system
    return used
