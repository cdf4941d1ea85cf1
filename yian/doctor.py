"""What is configured, reachable and wrong, in words."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from model.clock import utc_now
from model.errors import YianError
from store import dead_letters, liveness, migrate
from yian import reach
from yian.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: good or not, and what to do if not."""

    what: str
    good: bool
    words: str


def examine(settings: Settings, role: str | None) -> list[Finding]:
    """Return what was found; with `role`, only whether that role of ours is alive (for health checks)."""
    if role is not None:
        return [_attempt(f"role {role}", lambda: _role(settings, role))]
    return [
        _attempt("database", lambda: _database(settings)),
        _attempt("schema", lambda: _schema(settings)),
        _attempt("broker", lambda: _broker(settings)),
        _attempt("role ingest", lambda: _role(settings, "ingest")),
        _attempt("role alerts", lambda: _role(settings, "alerts")),
        _attempt("dead letters", lambda: _letters(settings)),
    ]


def _attempt(what: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        good, words = look()
    except (YianError, psycopg.Error, OSError) as exc:
        return Finding(what, False, " ".join(str(exc).split()))
    return Finding(what, good, words)


def _database(settings: Settings) -> tuple[bool, str]:
    with reach.connection(settings, "doctor") as conn:
        row = conn.execute(
            "SELECT current_setting('server_version'),"
            " (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb')"
        ).fetchone()
    version, timescale = row if row else ("?", None)
    return True, f"PostgreSQL {version}, " + (f"TimescaleDB {timescale}" if timescale else "no TimescaleDB")


def _schema(settings: Settings) -> tuple[bool, str]:
    with reach.database(settings) as url, psycopg.connect(url, connect_timeout=5) as conn:
        pending = migrate.pending(conn)
    return not pending, f"run `yian migrate`: {', '.join(pending)}" if pending else "up to date"


def _broker(settings: Settings) -> tuple[bool, str]:
    broker = settings.broker()
    address = f"{broker.host}:{broker.port}"
    try:
        with socket.create_connection((broker.host, broker.port), timeout=5):
            return True, f"{address} answers"
    except OSError as exc:
        return False, f"{address} does not answer (YIAN_MQTT_HOST, YIAN_MQTT_PORT): {exc}"


def _role(settings: Settings, role: str) -> tuple[bool, str]:
    with reach.connection(settings, "doctor") as conn:
        beat_at = liveness.last_beat(conn, role)
    if beat_at is None:
        return False, "has never run against this database"
    age = utc_now() - beat_at
    return age <= liveness.BEATS_WITHIN, f"last alive {age.total_seconds():.0f} s ago"


def _letters(settings: Settings) -> tuple[bool, str]:
    with reach.connection(settings, "doctor") as conn:
        waiting = dead_letters.count(conn)
    return waiting == 0, f"{waiting} wait: `yian dead-letters list`" if waiting else "none"
