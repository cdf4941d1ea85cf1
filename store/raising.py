"""An alert is raised into the incident that gathers it, in one statement; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from model.alerts import Alert, AlertClass, AlertState
from model.events import Kind
from store import sql
from store.alert_log import NO_LOG, Head
from store.incidents import IncidentRow
from store.sql import Conn, Later

_Q = sql.load(__file__)


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
    made = IncidentRow(
        0, new.home_id, family, scope, new.alert_class, 1, 1, new.drill, ladder, new.raised_at, None
    )
    gathering = {"family": family, "scope": scope, "ladder": Jsonb(dict(ladder)), "always": sorted(always)}
    asked = conn.execute(_Q["raise_alert"], {**_columns(new), **gathering})

    def answer() -> Raised:
        row = asked.fetchone()
        assert row is not None  # noqa: S101 - the upsert always returns its row
        return _raised(row, made)

    return answer


def _columns(new: NewAlert) -> dict[str, object]:
    return {
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
    }


def _raised(row: Sequence[Any], made: IncidentRow) -> Raised:
    """Return what the statement answers; `made` is the incident as it is where it was made for the alert."""
    alert_id, incident_id, inserted, opened, number, last_hash, called, waits, *before = row
    incident = replace(made, incident_id=incident_id)
    if not opened:
        alert_class, stage, turn, ladder, opened_at = before
        incident = replace(
            incident,
            incident_class=AlertClass(alert_class),
            stage=stage,
            round=turn,
            ladder=ladder,
            opened_at=opened_at,
        )
    head = NO_LOG if number is None else (number, bytes(last_hash))
    return Raised(alert_id, incident, inserted, opened, head, called, waits)
