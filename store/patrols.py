"""Queries of what people must record: when it was done last, what is open, which home is to be looked at."""

from __future__ import annotations

from datetime import date

from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


def unchecked(conn: Conn, today: date, limit: int) -> list[int]:
    """Return homes that were not looked at this morning."""
    return [row[0] for row in conn.execute(_Q["unchecked"], {"today": today, "limit": limit}).fetchall()]


def checked(conn: Conn, home_id: int, today: date) -> bool:
    """Claim this morning's look; false where another has done it."""
    return conn.execute(_Q["checked"], {"home_id": home_id, "today": today}).fetchone() is not None


def last_done(conn: Conn, home_id: int, today: date) -> dict[str, date]:
    """Return the last day of each task that was ever recorded."""
    rows = conn.execute(_Q["last_done"], {"home_id": home_id, "today": today}).fetchall()
    return {row[0]: row[1] for row in rows}


def night_patrols(conn: Conn, home_id: int, today: date) -> int:
    """Count the patrols of the night that ended this morning."""
    row = conn.execute(_Q["night_patrols"], {"home_id": home_id, "today": today}).fetchone()
    return row[0] if row else 0


def open_hazards(conn: Conn, home_id: int) -> list[tuple[int, bool, date]]:
    """Return (hazard_id, major, deadline_on) of open hazards that must be removed by a day."""
    rows = conn.execute(_Q["open_hazards"], {"home_id": home_id}).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def insured_until(conn: Conn, home_id: int, today: date) -> date | None:
    """Return the last day on which the home is insured, None where no policy was ever recorded."""
    row = conn.execute(_Q["insured_until"], {"home_id": home_id, "today": today}).fetchone()
    return row[0] if row else None


def open_overdue(conn: Conn, home_id: int) -> list[str]:
    """Return the subjects of alerts that still wait for something overdue."""
    return [row[0] for row in conn.execute(_Q["open_overdue"], {"home_id": home_id}).fetchall()]
