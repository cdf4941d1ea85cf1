"""The three roles: a process runs some of them until it is told to stop, and loads nothing of the others."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

from model.errors import BadInput
from yian.settings import Settings, load
from yian.stopping import stop_signal

ROLES = ("ingest", "alerts", "api")
"""The names of the roles, which are those of the modules here that run them."""
STOPS_WITHIN = timedelta(seconds=30)
"""A role that hangs as it stops is ended by the kernel: who started it may be gone. Source: our choice."""


def run(*names: str) -> None:
    """Run roles of `ROLES` in this process until told to stop; where one ends, all end, as it did."""
    settings, stopping = load(), stop_signal(within=STOPS_WITHIN)

    def run_one(name: str) -> None:
        try:
            # By name and not before: each module brings libraries of many megabytes that only its role needs.
            import_module(f"yian.roles.{name}").run(settings, stopping)
        finally:
            stopping.set()

    *beside, last = names
    with ThreadPoolExecutor(len(names), "role") as threads:
        others = [threads.submit(run_one, name) for name in beside]
        run_one(last)
    for other in others:
        other.result()


def settle() -> None:
    """Let the garbage collector pass over what stands by now; to be called before work begins.

    It stays for good; an alarm or an answer would wait while all of it is gone through.
    """
    gc.collect()
    gc.freeze()


def database_url(settings: Settings) -> str:
    """Return the database's address, or raise BadInput that names the setting."""
    if settings.database_url is None:
        raise BadInput("YIAN_DATABASE_URL", "the address of a database, or use --embedded")
    return settings.database_url.get_secret_value()


def public_url(settings: Settings) -> str:
    """Return the address under which people reach the board, without a slash at its end."""
    return (settings.public_url or f"http://{settings.http_host}:{settings.http_port}").rstrip("/")
