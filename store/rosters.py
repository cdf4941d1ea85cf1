"""Queries of duty rosters, of swaps and leave, and of what people chose for their time off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from model.people import Actor, Role
from store import sql
from store.sql import Conn

_Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One turn of duty, or the part of it that one person holds; `change_id` is the swap by which they do."""

    home_id: int
    role: Role
    starts_at: datetime
    ends_at: datetime
    duty_id: int
    person_id: int
    name: str
    planned_id: int
    change_id: int | None


@dataclass(frozen=True, slots=True)
class HomeName:
    """A home by number, code and name."""

    home_id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of a home; `quiet` where they want quiet while they are off duty."""

    person_id: int
    login: str
    name: str
    role: Role
    quiet: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """A turn as planned, with who holds it now (`person_id`) and by which standing swap."""

    duty_id: int
    home_id: int
    role: Role
    starts_at: datetime
    ends_at: datetime
    planned_id: int
    planned: str
    person_id: int
    name: str
    change_id: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """换班或请假 A swap or leave: who is off, who takes over, who entered it and when, who cancelled it."""

    change_id: int
    home_id: int
    kind: str
    person_id: int
    person: str
    starts_at: datetime
    ends_at: datetime
    duty_id: int | None
    taker_id: int | None
    taker: str | None
    other_duty_id: int | None
    other_starts_at: datetime | None
    other_ends_at: datetime | None
    reason: str
    leaves_nobody: bool
    made_at: datetime
    made_by: str
    made_via: str
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancelled_via: str | None

    def off(self) -> tuple[datetime, datetime] | None:
        """Return the time that leave takes the person off, None where it is none or was cancelled before."""
        until = self.ends_at if self.cancelled_at is None else min(self.ends_at, self.cancelled_at)
        return (self.starts_at, until) if self.kind == "leave" and until > self.starts_at else None


@dataclass(frozen=True, slots=True)
class NewChange:
    """A swap or leave as it is entered."""

    home_id: int
    kind: str
    person_id: int
    starts_at: datetime
    ends_at: datetime
    duty_id: int | None = None
    taker_id: int | None = None
    other_duty_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QuietChoice:
    """What a person chose for their time off, who set it and when."""

    quiet: bool
    set_at: datetime
    set_by: str
    set_via: str


def duties(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> list[DutyRow]:
    """Return the turns that touch the time between, of one home or of all, as swaps and leave left them."""
    rows = conn.execute(_Q["duties"], {"home_id": home_id, "from_at": from_at, "to_at": to_at}).fetchall()
    return [DutyRow(row[0], Role(row[1]), *row[2:]) for row in rows]


def homes(conn: Conn, code: str | None = None) -> list[HomeName]:
    """Return open homes by code."""
    with conn.cursor(row_factory=class_row(HomeName)) as cur:
        return cur.execute(_Q["homes"], {"code": code}).fetchall()


def home(conn: Conn, home_id: int) -> HomeName | None:
    """Return an open home that can be seen here, None where there is none."""
    with conn.cursor(row_factory=class_row(HomeName)) as cur:
        return cur.execute(_Q["home"], {"home_id": home_id}).fetchone()


def staff(conn: Conn, home_id: int) -> list[Staff]:
    """Return the people of a home who can log in."""
    rows = conn.execute(_Q["staff"], {"home_id": home_id}).fetchall()
    return [Staff(row[0], row[1], row[2], Role(row[3]), row[4]) for row in rows]


def rostered(conn: Conn, home_id: int, since: datetime) -> set[Role]:
    """Return the roles of a home that had a turn since then or have one ahead."""
    return {Role(row[0]) for row in conn.execute(_Q["rostered"], {"home_id": home_id, "since": since})}


def shifts(conn: Conn, home_id: int, from_at: datetime, to_at: datetime) -> list[Shift]:
    """Return the turns as planned that touch this time, each with who holds it now."""
    return _shifts(conn, {"home_id": home_id, "from_at": from_at, "to_at": to_at, "duty_id": None})


def shift(conn: Conn, home_id: int, duty_id: int, now: datetime) -> Shift | None:
    """Return one turn of a home that is not over yet, None where there is none."""
    found = _shifts(
        conn,
        {
            "home_id": home_id,
            "from_at": now,
            "to_at": datetime.max.replace(tzinfo=now.tzinfo),
            "duty_id": duty_id,
        },
    )
    return found[0] if found else None


def _shifts(conn: Conn, values: dict[str, Any]) -> list[Shift]:
    rows = conn.execute(_Q["shifts"], values).fetchall()
    return [Shift(row[0], row[1], Role(row[2]), *row[3:]) for row in rows]


def changes(conn: Conn, home_id: int, from_at: datetime, to_at: datetime) -> list[Change]:
    """Return swaps and leave of a home that touch this time, cancelled ones too, the newest first."""
    with conn.cursor(row_factory=class_row(Change)) as cur:
        values = {"home_id": home_id, "from_at": from_at, "to_at": to_at}
        return cur.execute(_Q["changes"], values).fetchall()


def change(conn: Conn, change_id: int) -> Change | None:
    """Return one swap or leave, None where there is none to be seen here."""
    with conn.cursor(row_factory=class_row(Change)) as cur:
        return cur.execute(_Q["change"], {"change_id": change_id}).fetchone()


def insert_change(conn: Conn, new: NewChange, *, leaves_nobody: bool, actor: Actor, now: datetime) -> int:
    """Enter a swap or leave and return its number."""
    values = {
        "home_id": new.home_id,
        "kind": new.kind,
        "person_id": new.person_id,
        "starts_at": new.starts_at,
        "ends_at": new.ends_at,
        "duty_id": new.duty_id,
        "taker_id": new.taker_id,
        "other_duty_id": new.other_duty_id,
        "reason": new.reason,
        "leaves_nobody": leaves_nobody,
        "now": now,
        "by": actor.name,
        "by_id": actor.person_id,
        "via": actor.via,
    }
    row = conn.execute(_Q["insert_change"], values).fetchone()
    assert row is not None  # noqa: S101 - an insert that did not raise returns its row
    return row[0]


def cancel(conn: Conn, change_id: int, *, actor: Actor, now: datetime) -> None:
    """Cancel a standing swap or leave; its row stays."""
    conn.execute(_Q["cancel"], {"change_id": change_id, "now": now, "by": actor.name, "via": actor.via})


def swapped_since(conn: Conn, change_id: int) -> int | None:
    """Return a standing swap of the same turns that came after this one, None where there is none."""
    row = conn.execute(_Q["swapped_since"], {"change_id": change_id}).fetchone()
    return row[0] if row else None


def set_quiet(conn: Conn, *, person_id: int, home_id: int, quiet: bool, actor: Actor, now: datetime) -> None:
    """Note what a person wants while they are off duty."""
    conn.execute(
        _Q["set_quiet"],
        {
            "person_id": person_id,
            "home_id": home_id,
            "quiet": quiet,
            "now": now,
            "by": actor.name,
            "via": actor.via,
        },
    )


def quiet_log(conn: Conn, person_id: int) -> list[QuietChoice]:
    """Return what a person chose, the newest first."""
    with conn.cursor(row_factory=class_row(QuietChoice)) as cur:
        return cur.execute(_Q["quiet_log"], {"person_id": person_id}).fetchall()


def hold(
    conn: Conn, *, incident_id: int | None, person_id: int, stage: str, until: datetime, now: datetime
) -> None:
    """Let a message that was written at `now` leave at `until`."""
    conn.execute(
        _Q["hold"],
        {"incident_id": incident_id, "person_id": person_id, "stage": stage, "until": until, "now": now},
    )


def watched(conn: Conn, home_id: int) -> tuple[datetime, list[Any]] | None:
    """Return when the gaps of a home were last looked at and what they were, as JSON; None before."""
    row = conn.execute(_Q["watched"], {"home_id": home_id}).fetchone()
    return (row[0], row[1]) if row else None


def watch(conn: Conn, home_id: int, now: datetime, gaps: Sequence[Any]) -> None:
    """Keep the gaps of a home as they stand now."""
    conn.execute(_Q["watch"], {"home_id": home_id, "now": now, "gaps": Jsonb(list(gaps))})


def put_aside(conn: Conn, home_ids: Sequence[int]) -> None:
    """Move every turn of these homes out of any time that is asked for: for a trial that is rolled back."""
    conn.execute(_Q["put_aside"], {"home_ids": list(home_ids)})
