"""What the board of a head opens with: the hours without protection, why, and the next gap in the roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from alerts import on_duty, quality
from alerts.rosters import LOOK_AHEAD, Gap
from alerts.unprotected import Unprotected
from api.auth import Viewer
from model.people import Role

OF_LAST = timedelta(hours=24)
"""Source: our choice; whoever opens the board in the morning sees the night."""


@dataclass(frozen=True, slots=True)
class FirstFigure:
    """Resident-hours without protection in the last day, and the next time without anybody on duty."""

    unprotected: Unprotected
    gap: Gap | None


def read(conn: Connection[Any], viewer: Viewer, now: datetime) -> FirstFigure | None:
    """Return the figure for the head of a home, None for everybody else."""
    home_id = viewer.person.home_id
    if viewer.person.role is not Role.HEAD or home_id is None:
        return None
    gaps = on_duty.look(conn, home_id, now, now + LOOK_AHEAD).gaps
    hours = quality.read_unprotected(conn, home_id, now - OF_LAST, now)
    return FirstFigure(hours, gaps[0] if gaps else None)
