"""Incidents, which gather alerts; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from model.alerts import AlertClass
from store import sql
from store.sql import Conn, Later

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as it is stored."""

    incident_id: int
    home_id: int | None
    family: str
    scope: str
    incident_class: AlertClass
    stage: int
    round: int
    drill: bool
    ladder: Mapping[str, Any]
    opened_at: datetime
    closed_at: datetime | None


def closed_incident(
    conn: Conn, *, home_id: int | None, family: str, scope: str, alert_class: AlertClass, opened_at: datetime
) -> int:
    """Return a new incident that is closed as it is written: a record that nobody must answer."""
    row = conn.execute(
        _Q["closed_incident"],
        {
            "home_id": home_id,
            "family": family,
            "scope": scope,
            "class": alert_class,
            "ladder": Jsonb({"rungs": [], "on_scene_within_s": None, "repeat_every_s": None}),
            "opened_at": opened_at,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return row[0]


def raise_stage(conn: Conn, incident_id: int, alert_class: AlertClass, ladder: Mapping[str, Any]) -> None:
    """Make an incident more urgent: its class and ladder become those of the new stage."""
    conn.execute(
        _Q["raise_stage"],
        {"incident_id": incident_id, "class": alert_class, "ladder": Jsonb(dict(ladder))},
    )


def next_round(conn: Conn, incident_id: int) -> None:
    """Begin another round of telling people of an incident."""
    conn.execute(_Q["next_round"], {"incident_id": incident_id})


def superseded(conn: Conn, incident_id: int, alert_ids: Sequence[int]) -> bool:
    """Say whether a newer incident or alert of the same subject is open, so that these cannot be reopened."""
    row = conn.execute(
        _Q["superseded"], {"incident_id": incident_id, "alert_ids": list(alert_ids)}
    ).fetchone()
    return bool(row and row[0])


def incident_for_update(conn: Conn, incident_id: int) -> IncidentRow | None:
    """Return the incident, locked."""
    return ask_incident(conn, incident_id)()


def ask_incident(conn: Conn, incident_id: int) -> Later[IncidentRow | None]:
    """Ask for the incident, locked."""
    asked = conn.cursor(row_factory=dict_row).execute(_Q["incident"], {"incident_id": incident_id})

    def answer() -> IncidentRow | None:
        row = asked.fetchone()
        return None if row is None else IncidentRow(incident_class=AlertClass(row.pop("class")), **row)

    return answer


def incident_home(conn: Conn, incident_id: int) -> tuple[int | None] | None:
    """Return the home of an incident, None where there is no such incident (or none to be seen)."""
    row = conn.execute(_Q["incident_home"], {"incident_id": incident_id}).fetchone()
    return (row[0],) if row else None


def last_arrived(conn: Conn, incident_id: int) -> int | None:
    """Return who came last to the scene of an incident, None where nobody of ours is there."""
    row = conn.execute(_Q["last_arrived"], {"incident_id": incident_id}).fetchone()
    return None if row is None else row[0]


def close_incident(conn: Conn, incident_id: int, now: datetime) -> None:
    """Close an incident whose alerts are all resolved."""
    conn.execute(_Q["close_incident"], {"incident_id": incident_id, "now": now})


def say_burning(conn: Conn, incident_id: int, burning: str) -> None:
    """Keep what burns with its incident."""
    conn.execute(_Q["say_burning"], {"incident_id": incident_id, "burning": burning})


def reopen_incident(conn: Conn, incident_id: int) -> None:
    """Open an incident again."""
    conn.execute(_Q["reopen_incident"], {"incident_id": incident_id})
