"""Queries of the alarm path: devices, states, alerts, incidents, timers; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from model.alerts import Alert, AlertClass, AlertState, Outcome
from model.devices import Device, DeviceKind
from model.events import Event, Kind, State
from model.people import Role
from store import sql

_Q = sql.load(__file__)
Conn = Connection[Any]
NO_HOME = 0
"""Lock key of devices that belong to no home yet."""


def lock_home(conn: Conn, home_id: int | None) -> None:
    """Hold the home's alarm path until the transaction ends: two alarms at once see each other."""
    conn.execute(_Q["lock_home"], {"home_id": home_id or NO_HOME})


def lock_homes(conn: Conn, home_ids: Sequence[int]) -> None:
    """Hold several homes' alarm paths, taken in the order given: by their ids, as everybody does."""
    conn.execute(_Q["lock_homes"], {"home_ids": list(home_ids)})


def _device(row: dict[str, Any]) -> Device:
    return Device(kind=DeviceKind(row.pop("kind")), **row)


def find_device(conn: Conn, source: str, address: str) -> Device | None:
    """Return the device, registered or not, behind an address or alias; None if it was never heard of."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["find_device"], {"source": source, "address": address}).fetchone()
    return _device(row) if row else None


def device_by_id(conn: Conn, device_id: int) -> Device | None:
    """Return the device with this id."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["device_by_id"], {"device_id": device_id}).fetchone()
    return _device(row) if row else None


def quarantine(conn: Conn, source: str, address: str, home: str | None) -> Device:
    """Keep an unknown device as unregistered, in the home that its topic or source names."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["quarantine"], {"source": source, "address": address, "home": home}).fetchone()
    assert row is not None  # noqa: S101 - the upsert always returns its row
    return _device(row)


def set_alias(conn: Conn, source: str, address: str, alias: str) -> bool:
    """Let `alias` name the device that is registered at `address`; say whether there is one."""
    return conn.execute(_Q["set_alias"], {"source": source, "address": address, "alias": alias}).rowcount > 0


@dataclass(frozen=True, slots=True)
class KnownState:
    """The last state that a device told, per kind."""

    kind: Kind
    active: bool
    since: datetime
    said_at: datetime | None


def states(conn: Conn, device_id: int) -> dict[Kind, KnownState]:
    """Return the known states of a device, locked until the transaction ends."""
    with conn.cursor(row_factory=class_row(KnownState)) as cur:
        rows = cur.execute(_Q["states"], {"device_id": device_id}).fetchall()
    return {Kind(row.kind): row for row in rows}


def insert_event(
    conn: Conn, event: Event, device: Device, *, happened_at: datetime, arrived_at: datetime, key: str
) -> int | None:
    """Store an event and return its id, None where the same event is stored already."""
    row = conn.execute(
        _Q["insert_event"],
        {
            "device_id": device.device_id,
            "home_id": device.home_id,
            "kind": event.kind,
            "state": event.state,
            "said_at": event.said_at,
            "happened_at": happened_at,
            "arrived_at": arrived_at,
            "event_key": key,
            "live": event.live,
            "details": Jsonb(dict(event.values)),
        },
    ).fetchone()
    return row[0] if row else None


def set_state(
    conn: Conn,
    device_id: int,
    kind: Kind,
    *,
    active: bool,
    since: datetime,
    changed_at: datetime,
    said_at: datetime | None,
) -> None:
    """Write the last known state of one kind."""
    conn.execute(
        _Q["set_state"],
        {
            "device_id": device_id,
            "kind": kind,
            "active": active,
            "since": since,
            "changed_at": changed_at,
            "said_at": said_at,
        },
    )


def count_repeat(conn: Conn, device_id: int, kind: Kind, said_at: datetime | None) -> None:
    """Count one more repeat of the present state."""
    conn.execute(_Q["count_repeat"], {"device_id": device_id, "kind": kind, "said_at": said_at})


def zone_fires(conn: Conn, zone_id: int, after: datetime, at: datetime) -> list[tuple[int, datetime]]:
    """Return (device_id, when it last said fire) of the zone, since `after`, that nobody found false.

    A device that still says fire at `at` says so at `at`.
    """
    rows = conn.execute(_Q["zone_fires"], {"zone_id": zone_id, "after": after, "at": at}).fetchall()
    return [(row[0], row[1]) for row in rows]


def around(conn: Conn, device_id: int, kind: Kind, at: datetime) -> tuple[State | None, State | None]:
    """Return what the device said of this kind just before (or at) `at` and just after it."""
    row = conn.execute(_Q["around"], {"device_id": device_id, "kind": kind, "at": at}).fetchone()
    before, after = row or (None, None)
    return (State(before) if before else None, State(after) if after else None)


@dataclass(frozen=True, slots=True)
class NewAlert:
    """What is written of an alert when it is raised."""

    incident_id: int
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


def insert_alert(conn: Conn, new: NewAlert) -> tuple[int, bool]:
    """Return the alert's id and whether it is new; where one is open already, that one is counted up."""
    row = conn.execute(
        _Q["insert_alert"],
        {
            "incident_id": new.incident_id,
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
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - the upsert always returns its row
    return row[0], row[1]


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


def open_alert_incident(conn: Conn, subject: str, alert_class: AlertClass, *, drill: bool) -> int | None:
    """Return the incident of the open alert of this subject and class."""
    row = conn.execute(
        _Q["open_alert_incident"], {"subject": subject, "class": alert_class, "drill": drill}
    ).fetchone()
    return row[0] if row else None


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


def open_incident(
    conn: Conn,
    *,
    home_id: int | None,
    family: str,
    scope: str,
    alert_class: AlertClass,
    drill: bool,
    ladder: Mapping[str, Any],
    opened_at: datetime,
) -> tuple[int, bool]:
    """Return the open incident that gathers this family and scope, and whether it was made now."""
    row = conn.execute(
        _Q["open_incident"],
        {
            "home_id": home_id,
            "family": family,
            "scope": scope,
            "class": alert_class,
            "drill": drill,
            "ladder": Jsonb(dict(ladder)),
            "opened_at": opened_at,
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - the upsert always returns its row
    return row[0], row[1]


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
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["incident"], {"incident_id": incident_id}).fetchone()
    if row is None:
        return None
    alert_class = AlertClass(row.pop("class"))
    return IncidentRow(incident_class=alert_class, **row)


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
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(_Q["alerts_of_incident"], {"incident_id": incident_id}).fetchall()
    return [_alert(row) for row in rows]


def _alert(row: dict[str, Any]) -> Alert:
    row.pop("kind")
    outcome = row.pop("outcome")
    return Alert(
        alert_class=AlertClass(row.pop("class")),
        state=AlertState(row.pop("state")),
        outcome=Outcome(outcome) if outcome else None,
        **row,
    )


def save_answer(conn: Conn, alert: Alert, person_id: int | None, cause: str | None) -> None:
    """Write an alert's state as it is after an answer."""
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


def reopen_incident(conn: Conn, incident_id: int) -> None:
    """Open an incident again."""
    conn.execute(_Q["reopen_incident"], {"incident_id": incident_id})


@dataclass(frozen=True, slots=True)
class Timer:
    """A deadline: what is looked at again when `due_at` has come."""

    timer_id: int
    kind: str
    subject: str
    incident_id: int | None
    device_id: int | None
    due_at: datetime
    step: int
    told_at: datetime | None = None
    failures: int = 0
    home_id: int | None = None


def set_timer(
    conn: Conn,
    *,
    kind: str,
    subject: str,
    due_at: datetime,
    step: int = 0,
    incident_id: int | None = None,
    device_id: int | None = None,
    told_at: datetime | None = None,
) -> None:
    """Set or move the one timer of this kind and subject; `told_at` is when its deadline began to run."""
    conn.execute(
        _Q["set_timer"],
        {
            "kind": kind,
            "subject": subject,
            "incident_id": incident_id,
            "device_id": device_id,
            "due_at": due_at,
            "step": step,
            "told_at": told_at,
        },
    )


def put_off(conn: Conn, timer: Timer, due_at: datetime) -> int:
    """Try a timer that could not be acted on again at `due_at`; return how often it has failed."""
    row = conn.execute(_Q["put_off"], {"timer_id": timer.timer_id, "due_at": due_at}).fetchone()
    return row[0] if row else 0


def drop_timer(conn: Conn, kind: str, subject: str) -> None:
    """Drop the timer, if it is there."""
    conn.execute(_Q["drop_timer"], {"kind": kind, "subject": subject})


def timer_of(conn: Conn, kind: str, subject: str) -> tuple[int, datetime | None] | None:
    """Return how far the timer's ladder was climbed and when that rung was told, None where no timer runs."""
    row = conn.execute(_Q["timer_of"], {"kind": kind, "subject": subject}).fetchone()
    return (row[0], row[1]) if row else None


def due_timers(conn: Conn, now: datetime, limit: int) -> list[Timer]:
    """Return timers that are due, the oldest first; each is claimed by `still_due` under its home's lock."""
    with conn.cursor(row_factory=class_row(Timer)) as cur:
        return cur.execute(_Q["due_timers"], {"now": now, "limit": limit}).fetchall()


def still_due(conn: Conn, timer: Timer, now: datetime) -> bool:
    """Claim one timer; false where it was moved or dropped meanwhile."""
    row = conn.execute(_Q["still_due"], {"timer_id": timer.timer_id, "now": now}).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person who is told, by which channels, and whether the roster has them on duty."""

    person_id: int
    role: Role
    name: str
    channels: tuple[str, ...]
    on_duty: bool


def receivers(conn: Conn, home_id: int | None, roles: Sequence[Role], at: datetime) -> list[Receiver]:
    """Return who is told: of each role those on duty at `at`, or everyone of the role where nobody is."""
    rows = conn.execute(
        _Q["receivers"], {"home_id": home_id, "roles": [str(role) for role in roles], "at": at}
    ).fetchall()
    return [Receiver(row[0], Role(row[1]), row[2], tuple(row[3]), row[4]) for row in rows]


def acknowledged_by(conn: Conn, incident_id: int) -> set[int]:
    """Return the people who have answered an incident."""
    rows = conn.execute(_Q["acknowledged_by"], {"incident_id": incident_id}).fetchall()
    return {row[0] for row in rows}


def message_facts(conn: Conn, alert_id: int) -> dict[str, Any]:
    """Return what a message about an alert says, by name."""
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(_Q["message_facts"], {"alert_id": alert_id}).fetchone()
    assert row is not None  # noqa: S101 - the caller has just written the alert
    return row


def last_log(conn: Conn, incident_id: int) -> tuple[int, bytes]:
    """Return number and hash of the incident's last log row, (0, b'') where it has none."""
    row = conn.execute(_Q["last_log"], {"incident_id": incident_id}).fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def append_log(conn: Conn, row: Mapping[str, Any]) -> None:
    """Append one row, already chained, to the log."""
    conn.execute(_Q["append_log"], {**row, "details": Jsonb(row["details"])})


def whole_log(conn: Conn) -> list[dict[str, Any]]:
    """Return the whole log in the order of its chains."""
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(_Q["whole_log"]).fetchall()


def building_of(conn: Conn, device_id: int) -> int | None:
    """Return the building that the device hangs in."""
    row = conn.execute(_Q["building_of"], {"device_id": device_id}).fetchone()
    return row[0] if row else None
