"""Alerts as they stand: counted again, cleared by their device, answered; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from model.alerts import Alert, AlertClass, AlertState, Outcome
from model.devices import Device
from model.events import Kind
from store import sql
from store.sql import Conn, Later

_Q = sql.load(__file__)


def insert_test(
    conn: Conn,
    incident_id: int,
    device: Device,
    kind: Kind,
    at: datetime,
    now: datetime,
    *,
    reason: str,
    subject: str,
) -> int:
    """Write an F3: resolved as a test in the same moment."""
    row = conn.execute(
        _Q["insert_test"],
        {
            "incident_id": incident_id,
            "home_id": device.home_id,
            "device_id": device.device_id,
            "place_id": device.place_id,
            "subject": subject,
            "kind": kind,
            "happened_at": at,
            "raised_at": now,
            "reason": reason,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert returns its row
    return row[0]


def is_standing(conn: Conn, subject: str, alert_class: AlertClass, *, drill: bool) -> bool:
    """Say whether an alert of this subject and class is open."""
    row = conn.execute(
        _Q["is_standing"], {"subject": subject, "class": alert_class, "drill": drill}
    ).fetchone()
    return row is not None


def is_open(conn: Conn, subjects: Sequence[str], kind: Kind) -> bool:
    """Say whether an alert of one of these subjects about this kind is open."""
    row = conn.execute(_Q["is_open"], {"subjects": list(subjects), "kind": kind}).fetchone()
    return bool(row and row[0])


def count_again(conn: Conn, subjects: Sequence[str], kind: Kind, times: int) -> list[tuple[int, int]]:
    """Note that what is open was said `times` more; return (alert_id, incident_id) of each."""
    rows = conn.execute(
        _Q["count_again"], {"subjects": list(subjects), "kind": kind, "times": times}
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def alert_incident(conn: Conn, alert_id: int) -> int | None:
    """Return the incident of an alert."""
    row = conn.execute(_Q["alert_incident"], {"alert_id": alert_id}).fetchone()
    return row[0] if row else None


def alerts_of_incident(conn: Conn, incident_id: int) -> list[Alert]:
    """Return the incident's alerts in the order of raising, locked."""
    return ask_alerts(conn, incident_id)()


def ask_alerts(conn: Conn, incident_id: int) -> Later[list[Alert]]:
    """Ask for the incident's alerts in the order of raising, locked."""
    asked = conn.cursor(row_factory=dict_row).execute(_Q["alerts_of_incident"], {"incident_id": incident_id})
    return lambda: [_alert(row) for row in asked.fetchall()]


def _alert(row: dict[str, Any]) -> Alert:
    row.pop("kind")
    outcome = row.pop("outcome")
    return Alert(
        alert_class=AlertClass(row.pop("class")),
        state=AlertState(row.pop("state")),
        outcome=Outcome(outcome) if outcome else None,
        **row,
    )


def ask_calls(conn: Conn, incident_id: int, alert_id: int, always: Collection[AlertClass]) -> Later[bool]:
    """Ask whether another alert of the incident waits for an answer, for longer than this one.

    Classes of `always` wait even where they are muted, or the device says that it is over.
    """
    asked = conn.execute(
        _Q["calls"], {"incident_id": incident_id, "alert_id": alert_id, "always": sorted(always)}
    )

    def answer() -> bool:
        row = asked.fetchone()
        return bool(row and row[0])

    return answer


def save_answer(
    conn: Conn, alert: Alert, person_id: int | None, cause: str | None, *, on_scene_by: int | None
) -> None:
    """Write an alert's state as it is after an answer; `on_scene_by` is who is there, where that is new."""
    conn.execute(
        _Q["save_answer"],
        {
            "alert_id": alert.alert_id,
            "state": alert.state,
            "acknowledged_at": alert.acknowledged_at,
            "on_scene_at": alert.on_scene_at,
            "resolved_at": alert.resolved_at,
            "outcome": alert.outcome,
            "person_id": person_id,
            "on_scene_by": on_scene_by,
            "cause": cause,
        },
    )


def mark_cleared(
    conn: Conn, subject: str, classes: Sequence[AlertClass], kind: Kind, at: datetime
) -> list[tuple[int, int]]:
    """Note the device's all-clear on its open alerts; return (alert_id, incident_id) of each changed."""
    rows = conn.execute(
        _Q["mark_cleared"], {"subject": subject, "classes": [str(c) for c in classes], "kind": kind, "at": at}
    ).fetchall()
    return [(row[0], row[1]) for row in rows]
