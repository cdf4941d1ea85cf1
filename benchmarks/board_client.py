"""The API role as it runs, on a database of a benchmark, and people logged in at it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import psycopg

from api.passwords import hash_password
from benchmarks.stand import ROOT, free_port

_PASSWORD = "benchmarks only"  # noqa: S105 - of a database that is dropped
UP_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class People:
    """Clients with a session: the bureau sees all homes, the carer one."""

    bureau: httpx.Client
    carer: httpx.Client
    carers_home: int


@contextmanager
def signed_in(url: str) -> Generator[People]:
    """Run `yian api` as a process of its own and yield people who are logged in at it."""
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute("SELECT min(home_id) FROM devices").fetchone()
        assert row is not None
        for login, role, home in (("bench-bureau", "bureau", None), ("bench-carer", "carer", row[0])):
            conn.execute(
                "INSERT INTO people (login, name, role, home_id, password_hash) VALUES (%s, %s, %s, %s, %s)",
                [login, login, role, home, hash_password(_PASSWORD)],
            )
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "yian", "api"],
        cwd=ROOT,
        env={
            **os.environ,
            "YIAN_DATABASE_URL": url,
            "YIAN_HTTP_PORT": str(port),
            "YIAN_PUBLIC_URL": address,
            "YIAN_SECRET_KEY": "a key for benchmarks only",
        },
    )
    try:
        _wait(address, server)
        with ExitStack() as open_:
            bureau, carer = (_log_in(address, login) for login in ("bench-bureau", "bench-carer"))
            open_.callback(bureau.close)
            open_.callback(carer.close)
            yield People(bureau, carer, row[0])
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the API did not come up")


def _log_in(address: str, login: str) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=60)
    client.post("/api/login", json={"login": login, "password": _PASSWORD}).raise_for_status()
    return client
