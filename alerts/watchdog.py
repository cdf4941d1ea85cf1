"""Escalation watches itself: a deadline acted on late, or not at all, is told to who runs the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts import homewide
from alerts.classes import Rung
from alerts.ladder import Ladder
from model.alerts import AlertClass
from model.events import Kind
from model.people import Role
from store import locks, timers
from store.sql import Conn

LATE_AFTER = timedelta(seconds=30)
"""Source: our choice; the clock ticks every second, and a peer's escalation stalled 5.5 h unseen."""
OVERSEERS = Ladder((Rung((Role.ADMIN, Role.BUREAU), timedelta(hours=24)),), None, timedelta(hours=24))
"""Who runs the service, told again after a day."""
_SUBJECT = "service:clock"


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late deadlines were at one tick: how many were past `LATE_AFTER`, and the worst of them."""

    timers: int
    worst: timedelta


def lateness(due: Sequence[datetime], now: datetime) -> Lateness | None:
    """Say how late these deadlines are acted on at `now`, None where all are in time. Pure."""
    late = [now - due_at for due_at in due if now - due_at > LATE_AFTER]
    return Lateness(len(late), max(late)) if late else None


def report_late(conn: Conn, late: Lateness, now: datetime) -> None:
    """Raise the alert that deadlines were acted on late: once, until it is answered."""
    _raise(conn, "escalation_late", {"timers": late.timers, "late_s": round(late.worst.total_seconds())}, now)


def report_failing(conn: Conn, timer: timers.Timer, error: BaseException, now: datetime) -> None:
    """Raise the alert that a deadline cannot be acted on at all: once, until it is answered."""
    details = {"timer": f"{timer.kind} {timer.subject}", "error": f"{type(error).__name__}: {error}"[:200]}
    _raise(conn, "escalation_failed", details, now)


def _raise(conn: Conn, reason: str, details: Mapping[str, Any], now: datetime) -> None:
    locks.lock_home(conn, None)
    alert = homewide.Homewide(
        None,
        "service",
        _SUBJECT,
        f"{_SUBJECT}:{reason}",
        AlertClass.T1,
        Kind.FAULT,
        reason,
        OVERSEERS,
    )
    homewide.raise_once(conn, alert, details, now, now)
