"""The stand on which everything is measured: own broker, own PostgreSQL with fsync on, a registered fleet."""

from __future__ import annotations

import os
import platform
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from benchmarks.wire import address_of, home_of
from store.migrate import migrate
from yian import embedded

ROOT = Path(__file__).resolve().parent.parent
DEVICES_OF_A_HOME = 250


@dataclass(frozen=True, slots=True)
class Stand:
    """Where broker and database are; `database_url` is a migrated database that every benchmark clones."""

    database_url: str
    host: str
    port: int
    folder: Path

    @contextmanager
    def fresh_database(self, devices: int) -> Generator[str]:
        """Yield the address of an empty database with a registered fleet of `devices` wristbands."""
        name = f"bench_{secrets.token_hex(4)}"
        quoted = sql.Identifier(name)
        admin = make_conninfo(self.database_url, dbname="postgres")
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE yian").format(quoted))
        url = make_conninfo(self.database_url, dbname=name)
        try:
            with psycopg.connect(url) as conn:
                register(conn, devices)
            yield url
        finally:
            with psycopg.connect(admin, autocommit=True) as conn:
                conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))

    def cpu_s(self) -> dict[str, float]:
        """Return the CPU seconds that broker and database have used so far."""
        used = {"broker": 0.0, "database": 0.0}
        for process in psutil.Process().children(recursive=True):
            try:
                name = process.name()
                times = process.cpu_times()
            except psutil.Error:
                continue
            part = {"mosquitto": "broker", "postgres": "database"}.get(name)
            if part is not None:
                # What has ended is counted with the server that waited for it: a backend takes nothing along.
                used[part] += times.user + times.system + times.children_user + times.children_system
        return used


@contextmanager
def stand() -> Generator[Stand]:
    """Yield a stand with nothing on it; all of it is gone when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="yian-bench-", ignore_cleanup_errors=True) as made,
        embedded.services(Path(made), mqtt_port=free_port()) as services,
    ):
        with psycopg.connect(services.database_url) as conn:
            migrate(conn)
        yield Stand(services.database_url, services.mqtt_host, services.mqtt_port, Path(made))


def free_port() -> int:
    """Return a port on which nobody listens."""
    return embedded.broker.free_port()


def register(conn: psycopg.Connection[Any], devices: int) -> None:
    """Enter a fleet: homes of 250 devices, 90 % wristbands, with ten zones, a carer on duty and a head."""
    homes = devices // DEVICES_OF_A_HOME + 1
    conn.execute(
        "INSERT INTO homes (code, name, kind) SELECT 'bench-' || n, 'Home ' || n, '敬老院'"
        " FROM generate_series(0, %s) n",
        [homes],
    )
    conn.execute(
        "INSERT INTO places (home_id, kind, name) SELECT home_id, 'zone', 'Zone ' || n"
        " FROM homes CROSS JOIN generate_series(0, 9) n"
    )
    conn.execute(
        "INSERT INTO people (login, name, role, home_id, channels, password_hash)"
        " SELECT code || role, role, role, home_id, ARRAY['json://127.0.0.1/' || code || role], '-'"
        " FROM homes CROSS JOIN unnest(ARRAY['carer', 'head']) role"
    )
    conn.execute(
        "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)"
        " SELECT home_id, person_id, role, now() - interval '1 hour', now() + interval '11 hours'"
        " FROM people WHERE role = 'carer'"
    )
    with conn.cursor() as cur:
        cur.execute("CREATE TEMP TABLE fleet (address text, home text, zone text, kind text) ON COMMIT DROP")
        with cur.copy("COPY fleet FROM STDIN") as copy:
            for device in range(devices):
                kind = "detector" if device % 10 == 0 else "wristband"
                copy.write_row((address_of(device), home_of(device), f"Zone {device // 10 % 10}", kind))
        cur.execute(
            "INSERT INTO devices (source, address, name, kind, home_id, place_id, report_every)"
            " SELECT 'yian', f.address, f.address, f.kind, h.home_id, p.place_id, interval '10 min'"
            " FROM fleet f JOIN homes h ON h.code = f.home"
            " JOIN places p ON p.home_id = h.home_id AND p.name = f.zone ORDER BY f.address"
        )
    # A fleet that has been running: each device is online. What a reconnection costs is the storm's subject.
    conn.execute(
        "INSERT INTO liveness (device_id, last_seen_at, since, silent_at)"
        " SELECT device_id, now(), now(), now() + interval '20 min' FROM devices"
    )
    conn.execute(
        "INSERT INTO liveness_intervals (device_id, online_from) SELECT device_id, now() FROM devices"
    )
    conn.commit()
    conn.autocommit = True
    conn.execute("VACUUM ANALYZE")


def subject(*arguments: str) -> subprocess.Popen[str]:
    """Start a process that is measured; it prints one JSON line when done and ends when stdin closes."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.subjects", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def machine() -> dict[str, Any]:
    """Return what the figures were measured on, without any name."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
