"""Canaries (试报): who is tried when, each try with the instants of its stages, and who it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from psycopg.rows import class_row

from model.devices import canary_address
from model.people import Role
from store import sql
from store.receivers import Receiver
from store.rosters import HomeName
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Plan:
    """每日试报 Whom a home's canary is for and when (Shanghai); `last_on` is the last day that was tried."""

    home_id: int
    home_code: str
    home_name: str
    person_id: int
    person_name: str
    channels: int
    device_id: int
    at: time
    set_at: datetime
    set_by: str
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whose phone can be tried, and how many channels they have."""

    person_id: int
    login: str
    name: str
    role: str
    channels: int


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A canary that the broker has not taken; `published_at` is the first try."""

    canary_id: int
    home_code: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stages:
    """一次试报 One try: the instant of each stage, None where it was not reached.

    `stored_at` is the database's clock as it commits, the others are ours. `for_on` is None for one begun by
    hand. `failed` is what was missing at the end: missed, not_published, not_stored, not_sent, not_answered.
    """

    canary_id: int
    home_id: int
    device_id: int
    home_name: str
    person_name: str
    for_on: date | None
    begun_at: datetime
    due_at: datetime
    published_at: datetime | None
    at_broker_at: datetime | None
    arrived_at: datetime | None
    stored_at: datetime | None
    incident_id: int | None
    sent_at: datetime | None
    sent_by: str | None
    receipt: str | None
    answered_at: datetime | None
    answered_by: str | None
    answered_via: str | None
    ended_at: datetime | None
    failed: str | None


def set_plan(conn: Conn, home: HomeName, *, person_id: int, at: time, set_by: str, now: datetime) -> None:
    """Plan a home's daily canary, or change the plan."""
    row = conn.execute(
        _Q["device"],
        {"address": canary_address(home.code), "name": f"{home.name}每日试报", "home_id": home.home_id},
    ).fetchone()
    assert row is not None  # noqa: S101 - the upsert always returns its row
    conn.execute(
        _Q["set_plan"],
        {
            "home_id": home.home_id,
            "person_id": person_id,
            "device_id": row[0],
            "at": at,
            "now": now,
            "set_by": set_by,
        },
    )


def drop_plan(conn: Conn, home_id: int) -> bool:
    """End a home's daily canary; false where there was none."""
    return bool(conn.execute(_Q["drop_plan"], {"home_id": home_id}).rowcount)


def plans(conn: Conn, home_id: int | None = None) -> list[Plan]:
    """Return the plan of each home that has one, or of one home."""
    with conn.cursor(row_factory=class_row(Plan)) as cur:
        return cur.execute(_Q["plans"], {"home_id": home_id}).fetchall()


def candidates(conn: Conn, home_id: int) -> list[Candidate]:
    """Return the people whose phone can be tried for a home."""
    with conn.cursor(row_factory=class_row(Candidate)) as cur:
        return cur.execute(_Q["people"], {"home_id": home_id}).fetchall()


def begin(
    conn: Conn, home_id: int, for_on: date | None, now: datetime, due_at: datetime, *, missed: bool = False
) -> int | None:
    """Begin a canary as planned and return its id; None where that day was tried, or one is under way."""
    row = conn.execute(
        _Q["begin"],
        {"home_id": home_id, "for_on": for_on, "now": now, "due_at": due_at, "missed": missed},
    ).fetchone()
    return row[0] if row else None


def unpublished(conn: Conn) -> list[Unpublished]:
    """Return the canaries that wait for the broker."""
    with conn.cursor(row_factory=class_row(Unpublished)) as cur:
        return cur.execute(_Q["unpublished"]).fetchall()


def publishing(conn: Conn, canary_id: int, now: datetime) -> datetime:
    """Note that a canary is being published and return when that was first tried."""
    row = conn.execute(_Q["publishing"], {"canary_id": canary_id, "now": now}).fetchone()
    assert row is not None  # noqa: S101 - the caller has just read it
    return row[0]


def at_broker(conn: Conn, canary_id: int, now: datetime) -> None:
    """Note that the broker has taken it."""
    conn.execute(_Q["at_broker"], {"canary_id": canary_id, "now": now})


def under_way(conn: Conn) -> list[tuple[int, int]]:
    """Return number and home of each canary that has not ended, in the order of homes."""
    return [(row[0], row[1]) for row in conn.execute(_Q["under_way"]).fetchall()]


def stages(
    conn: Conn, *, canary_id: int | None = None, home_id: int | None = None, since: datetime | None = None
) -> list[Stages]:
    """Return canaries with their stages, the oldest first."""
    with conn.cursor(row_factory=class_row(Stages)) as cur:
        return cur.execute(
            _Q["stages"], {"canary_id": canary_id, "home_id": home_id, "since": since}
        ).fetchall()


def end(conn: Conn, canary: Stages, failed: str | None, now: datetime) -> None:
    """Keep how a canary ended."""
    conn.execute(
        _Q["end"],
        {
            "canary_id": canary.canary_id,
            "now": now,
            "answered_at": canary.answered_at,
            "answered_by": canary.answered_by,
            "answered_via": canary.answered_via,
            "failed": failed,
        },
    )


def receivers(conn: Conn, incident_id: int) -> list[Receiver]:
    """Return the one person whom a canary's incident is for."""
    rows = conn.execute(_Q["receiver"], {"incident_id": incident_id}).fetchall()
    return [Receiver(row[0], Role(row[1]), row[2], tuple(row[3]), row[4]) for row in rows]
