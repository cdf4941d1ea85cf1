"""A real TimescaleDB: the one that `.ci/timescale` makes from Debian's packages, run through chroot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg

from yian.embedded import child

_MAKER = Path(__file__).parents[2] / ".ci" / "timescale"
_PROGRAMS = "/usr/lib/postgresql/17/bin"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "dynamic_shared_memory_type": "mmap",  # the chroot has no /dev/shm
    "timezone": "UTC",
    "jit": "off",
    # A test server may forget everything in a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def made() -> Path | None:
    """Return the folder of the chroot if it has been made and may be entered."""
    if os.geteuid() != 0:
        return None
    cache = (
        os.environ.get("YIAN_CACHE")
        or (os.environ.get("XDG_CACHE_HOME") or f"{Path.home()}/.cache") + "/yian"
    )
    root = Path(cache) / "timescale-trixie"
    return root if (root / "etc" / "yian-ready").exists() else None


@contextmanager
def serve(root: Path) -> Generator[str]:
    """Run a fresh server in the chroot and yield the address of its database `postgres`."""
    inside = tempfile.mkdtemp(prefix="yian-", dir=root / "tmp")
    home = Path("/") / Path(inside).relative_to(root)
    enter = ["chroot", "--userspec=postgres:postgres", str(root)]
    # A short name for the socket's folder: the kernel takes 107 bytes, and the cache may lie deep.
    short = Path(tempfile.mkdtemp(prefix="yian-ts-"))
    sockets = short / "s"
    sockets.symlink_to(inside)
    try:
        subprocess.run(["chroot", str(root), "chown", "postgres:postgres", str(home)], check=True)
        initdb = [
            f"{_PROGRAMS}/initdb",
            "-D",
            f"{home}/pgdata",
            "--username=yian",
            "--auth=trust",
            "--no-sync",
        ]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        subprocess.run([*enter, *initdb, *locale], check=True, stdout=subprocess.DEVNULL)
        settings = _SETTINGS | {"unix_socket_directories": str(home)}
        server = child.start(
            "TimescaleDB",
            [
                *(*enter, f"{_PROGRAMS}/postgres", "-D", f"{home}/pgdata"),
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            log=Path(inside) / "server.log",
            stop_signal=signal.SIGINT,
        )
        url = f"postgresql://yian@/postgres?host={quote(str(sockets), safe='')}&port=5432"
        try:
            server.wait_until(lambda: _answers(url), within=timedelta(seconds=60))
            yield url
        finally:
            server.stop()
    finally:
        shutil.rmtree(inside)
        shutil.rmtree(short)


def how_to_make() -> str:
    """Say how a TimescaleDB can be had."""
    return f"no TimescaleDB: set YIAN_TEST_TIMESCALE_URL, or as root run {_MAKER.parent.name}/{_MAKER.name}"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
