"""What the board and its API read: incidents with their alerts, log and messages.

Every query runs on a connection that `store.pool.scoped` has limited: what a person may not see is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from store import sql

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with its home, the deadline that runs (`due_at`) and the rung that it is on (`step`)."""

    incident_id: int
    home_id: int | None
    home_name: str | None
    home_address: str | None
    home_phone: str | None
    township: str | None
    family: str
    alert_class: str
    burning: str | None
    drill: bool
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    step: int | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with names instead of ids; `place` runs from the building down."""

    alert_id: int
    incident_id: int
    home_id: int | None
    device_id: int | None
    device_name: str | None
    device_address: str | None
    alert_class: str
    kind: str
    state: str
    place_id: int | None
    place: list[str]
    resident_name: str | None
    resident_can_walk: bool | None
    resident_room: str | None
    happened_at: datetime
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    on_scene_at: datetime | None
    on_scene_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    outcome: str | None
    cause: str | None
    cleared_by_device_at: datetime | None
    late: bool
    unregistered: bool
    drill: bool
    reason: str
    subject: str
    repeats: int
    muted: str | None
    muted_until: datetime | None
    muted_by: str | None
    resident_born_on: date | None = None
    device_source: str | None = None
    device_registered: bool = False
    home_said: str | None = None


@dataclass(frozen=True, slots=True)
class CannotWalk:
    """A resident who must be carried, and the place that was asked about."""

    place_id: int
    name: str
    room: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where a wristband was last (WGS-84 degrees, accuracy in metres)."""

    device_id: int
    happened_at: datetime
    lat: float
    lon: float
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of an incident's log."""

    number: int
    at: datetime
    alert_id: int | None
    actor: str
    via: str
    action: str
    details: Mapping[str, Any]
    role: str | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message that the service sent, or tried to send, about an incident."""

    person: str | None
    role: str | None
    stage: str
    created_at: datetime
    sent_at: datetime | None
    given_up_at: datetime | None
    withdrawn_at: datetime | None
    tries: int


def incidents(
    conn: Connection[Any],
    *,
    urgency: Sequence[str],
    limit: int,
    incident_id: int | None = None,
    is_open: bool | None = None,
    closed_since: datetime | None = None,
    home_id: int | None = None,
    before: int | None = None,
) -> list[IncidentRow]:
    """Return incidents, open ones by `urgency` (the most urgent class first), closed ones newest first."""
    with conn.cursor(row_factory=class_row(IncidentRow)) as cursor:
        cursor.execute(
            _SQL["incidents"],
            {
                "urgency": list(urgency),
                "limit": limit,
                "incident_id": incident_id,
                "open": is_open,
                "closed_since": closed_since,
                "home_id": home_id,
                "before": before,
            },
        )
        return cursor.fetchall()


def alerts_of(conn: Connection[Any], incident_ids: Sequence[int]) -> list[AlertRow]:
    """Return the alerts of these incidents, in the order in which they were raised."""
    with conn.cursor(row_factory=class_row(AlertRow)) as cursor:
        return cursor.execute(_SQL["alerts_of"], {"incidents": list(incident_ids)}).fetchall()


def cannot_walk(conn: Connection[Any], place_ids: Sequence[int], today: date) -> list[CannotWalk]:
    """Return the residents who cannot walk and live in these places or in a room below them."""
    with conn.cursor(row_factory=class_row(CannotWalk)) as cursor:
        return cursor.execute(_SQL["cannot_walk"], {"places": list(place_ids), "today": today}).fetchall()


def floors_of(conn: Connection[Any], place_ids: Sequence[int]) -> dict[int, int]:
    """Return the floor of each place, or the building where a home has no floors."""
    rows = conn.execute(_SQL["floors_of"], {"places": list(place_ids)}).fetchall()
    return {row[0]: row[1] for row in rows if row[1] is not None}


def last_positions(conn: Connection[Any], device_ids: Sequence[int], since: datetime) -> dict[int, Position]:
    """Return the newest position of each of these devices that is younger than `since`."""
    with conn.cursor(row_factory=class_row(Position)) as cursor:
        cursor.execute(_SQL["last_positions"], {"devices": list(device_ids), "since": since})
        return {position.device_id: position for position in cursor}


def time_line(conn: Connection[Any], incident_id: int) -> list[LogRow]:
    """Return everything that was done about an incident, oldest first."""
    with conn.cursor(row_factory=class_row(LogRow)) as cursor:
        return cursor.execute(_SQL["time_line"], {"incident_id": incident_id}).fetchall()


def messages_of(conn: Connection[Any], incident_id: int) -> list[MessageRow]:
    """Return the messages about an incident, oldest first."""
    with conn.cursor(row_factory=class_row(MessageRow)) as cursor:
        return cursor.execute(_SQL["messages_of"], {"incident_id": incident_id}).fetchall()


def answers_now(conn: Connection[Any]) -> None:
    """Ask the database for a sign of life; an exception is the answer no."""
    conn.execute(_SQL["answers_now"])
