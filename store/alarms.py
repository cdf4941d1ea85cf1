"""Alerts and the incidents that gather them, and the lock of a home; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from model.alerts import Alert, AlertClass, AlertState, Outcome
from model.devices import Device
from model.events import Kind
from store import sql
from store.alert_log import NO_LOG, Head
from store.sql import Conn, Later

_Q = sql.load(__file__)
NO_HOME = 0
"""Lock key of devices that belong to no home yet."""


def lock_home(conn: Conn, home_id: int | None) -> None:
    """Hold the home's alarm path until the transaction ends: two alarms at once see each other."""
    conn.execute(_Q["lock_home"], {"home_id": home_id or NO_HOME})


def lock_homes(conn: Conn, home_ids: Sequence[int]) -> None:
    """Hold several homes' alarm paths, taken in the order given: by their ids, as everybody does."""
    conn.execute(_Q["lock_homes"], {"home_ids": list(home_ids)})


@dataclass(frozen=True, slots=True)
class NewAlert:
    """What is written of an alert when it is raised."""

    home_id: int | None
    device_id: int | None
    place_id: int | None
    resident_id: int | None
    subject: str
    alert_class: AlertClass
    kind: Kind
    happened_at: datetime
    raised_at: datetime
    late: bool
    unregistered: bool
    drill: bool
    reason: str
    cleared_at: datetime | None = None
    exit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert in its incident; `inserted` is false where one was open, which is counted up.

    `opened` says that the incident was made for this alert, else it is as it was before; `log_head` is where
    its log ends. `called` says that a deadline of it runs, `waits` that another of its alerts waits for an
    answer, for longer than this one: see `ask_calls`.
    """

    alert_id: int
    incident: IncidentRow
    inserted: bool
    opened: bool
    log_head: Head
    called: bool
    waits: bool

    @property
    def incident_id(self) -> int:
        """Return the incident's number."""
        return self.incident.incident_id

    def alert(self, new: NewAlert) -> Alert:
        """Return the alert as it was just inserted."""
        return Alert(
            alert_id=self.alert_id,
            incident_id=self.incident_id,
            home_id=new.home_id,
            device_id=new.device_id,
            place_id=new.place_id,
            subject=new.subject,
            alert_class=new.alert_class,
            state=AlertState.RAISED,
            happened_at=new.happened_at,
            raised_at=new.raised_at,
            cleared_by_device_at=new.cleared_at,
            late=new.late,
            unregistered=new.unregistered,
            drill=new.drill,
        )


def raise_alert(
    conn: Conn,
    new: NewAlert,
    *,
    family: str,
    scope: str,
    ladder: Mapping[str, Any],
    always: Collection[AlertClass],
) -> Later[Raised]:
    """Write an alert into the incident that gathers it, made if there is none; the answer can wait.

    Alerts of the classes `always` wait even where they are muted, or the device says that it is over.
    """
    asked = conn.execute(
        _Q["raise_alert"],
        {
            "family": family,
            "scope": scope,
            "ladder": Jsonb(dict(ladder)),
            "home_id": new.home_id,
            "device_id": new.device_id,
            "place_id": new.place_id,
            "resident_id": new.resident_id,
            "subject": new.subject,
            "class": new.alert_class,
            "kind": new.kind,
            "happened_at": new.happened_at,
            "raised_at": new.raised_at,
            "late": new.late,
            "unregistered": new.unregistered,
            "drill": new.drill,
            "reason": new.reason,
            "cleared_at": new.cleared_at,
            "exit_id": new.exit_id,
            "always": sorted(always),
        },
    )

    def answer() -> Raised:
        row = asked.fetchone()
        assert row is not None  # noqa: S101 - the upsert always returns its row
        alert_id, incident_id, inserted, opened, number, last_hash, called, waits, *before = row
        alert_class, stage, turn, steps, opened_at = (
            (new.alert_class, 1, 1, ladder, new.raised_at) if opened else before
        )
        incident = IncidentRow(
            incident_id,
            new.home_id,
            family,
            scope,
            AlertClass(alert_class),
            stage,
            turn,
            new.drill,
            steps,
            opened_at,
            None,
        )
        head = NO_LOG if number is None else (number, bytes(last_hash))
        return Raised(alert_id, incident, inserted, opened, head, called, waits)

    return answer


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


def last_arrived(conn: Conn, incident_id: int) -> int | None:
    """Return who came last to the scene of an incident, None where nobody of ours is there."""
    row = conn.execute(_Q["last_arrived"], {"incident_id": incident_id}).fetchone()
    return None if row is None else row[0]


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


def close_incident(conn: Conn, incident_id: int, now: datetime) -> None:
    """Close an incident whose alerts are all resolved."""
    conn.execute(_Q["close_incident"], {"incident_id": incident_id, "now": now})


def say_burning(conn: Conn, incident_id: int, burning: str) -> None:
    """Keep what burns with its incident."""
    conn.execute(_Q["say_burning"], {"incident_id": incident_id, "burning": burning})


def reopen_incident(conn: Conn, incident_id: int) -> None:
    """Open an incident again."""
    conn.execute(_Q["reopen_incident"], {"incident_id": incident_id})
