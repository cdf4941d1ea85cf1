"""Queries of what is quiet on purpose: shelves and windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from model.alerts import AlertClass
from store import sql
from store.sql import Conn, Later

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A shelf or a window that has not returned."""

    suppression_id: int
    kind: str
    home_id: int
    reason: str
    starts_at: datetime
    ends_at: datetime


def insert(
    conn: Conn,
    *,
    kind: str,
    home_id: int,
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    made_by: int | None,
    now: datetime,
    place_id: int | None = None,
    device_id: int | None = None,
    alert_class: AlertClass | None = None,
) -> int:
    """Write one down and return its id."""
    row = conn.execute(
        _Q["insert"],
        {
            "kind": kind,
            "home_id": home_id,
            "place_id": place_id,
            "device_id": device_id,
            "class": alert_class,
            "reason": reason,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "made_by": made_by,
            "now": now,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return row[0]


def over(conn: Conn, device_id: int, alert_class: AlertClass, now: datetime) -> Suppression | None:
    """Return what holds now for a device and class, the one that lasts longest."""
    return ask_over(conn, device_id, alert_class, now)()


def ask_over(conn: Conn, device_id: int, alert_class: AlertClass, now: datetime) -> Later[Suppression | None]:
    """Ask what holds now for a device and class, the one that lasts longest."""
    return (
        conn.cursor(row_factory=class_row(Suppression))
        .execute(_Q["over"], {"device_id": device_id, "class": alert_class, "now": now})
        .fetchone
    )


def by_id(conn: Conn, suppression_id: int) -> Suppression | None:
    """Return one that has not returned."""
    with conn.cursor(row_factory=class_row(Suppression)) as cur:
        return cur.execute(_Q["by_id"], {"suppression_id": suppression_id}).fetchone()


def mute(conn: Conn, alert_id: int, suppression_id: int, reason: str) -> None:
    """Note on an alert why it is muted."""
    conn.execute(_Q["mute"], {"alert_id": alert_id, "suppression_id": suppression_id, "reason": reason})


def return_alerts(conn: Conn, suppression_id: int) -> list[tuple[int, int]]:
    """Let the alerts that it muted count again; return (alert_id, incident_id) of those still open."""
    rows = conn.execute(_Q["return_alerts"], {"suppression_id": suppression_id}).fetchall()
    return [(row[0], row[1]) for row in rows]


def returned(conn: Conn, suppression_id: int, now: datetime) -> None:
    """Note that it has ended."""
    conn.execute(_Q["returned"], {"suppression_id": suppression_id, "now": now})


@dataclass(frozen=True, slots=True)
class Standing:
    """静音一项 What is quiet now or will be; `alerts` counts the open alerts that it mutes."""

    suppression_id: int
    kind: str
    home_id: int
    home: str
    place: list[str] | None
    device: str | None
    alert_class: str | None
    reason: str
    starts_at: datetime
    ends_at: datetime
    made_by: str | None
    alerts: int


@dataclass(frozen=True, slots=True)
class Target:
    """A place or a device that a window can cover."""

    kind: str
    target_id: int
    name: str


def standing(conn: Conn, now: datetime) -> list[Standing]:
    """Return all that is quiet now, what returns first first; then what is planned."""
    with conn.cursor(row_factory=class_row(Standing)) as cur:
        return cur.execute(_Q["standing"], {"now": now}).fetchall()


def targets(conn: Conn, home_id: int) -> list[Target]:
    """Return what a window can cover in a home."""
    with conn.cursor(row_factory=class_row(Target)) as cur:
        return cur.execute(_Q["targets"], {"home_id": home_id}).fetchall()


def in_home(conn: Conn, home_id: int, place_id: int | None, device_id: int | None) -> bool:
    """Say whether the home can be seen here, and place and device are of it."""
    row = conn.execute(
        _Q["in_home"], {"home_id": home_id, "place_id": place_id, "device_id": device_id}
    ).fetchone()
    return row is not None and row[0]


@dataclass(frozen=True, slots=True)
class Tested:
    """Of one home: devices whose tests are due, how many were tested, and the names of the rest."""

    code: str
    name: str
    due: int
    tested: int
    missing: list[str]


def tests_due(conn: Conn, code: str | None, from_at: datetime, to_at: datetime) -> list[Tested]:
    """Return the tests of each open home's detectors and call points in this time, or of one home."""
    with conn.cursor(row_factory=class_row(Tested)) as cur:
        return cur.execute(
            _Q["tests_due"], {"code": code, "from_at": from_at, "to_at": to_at, "on": to_at.date()}
        ).fetchall()
