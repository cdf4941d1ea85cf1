"""The shell of the rosters: what stands ahead for a home, read as swaps and leave left it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import rosters as decide
from alerts.rosters import Duty, Gap
from model.people import Role
from store import rosters
from store.sql import Conn

_ROSTERED_FOR = timedelta(days=60)
"""A role that had no turn for so long has no roster any more. Source: our choice, two months."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Turns and gaps of a home between two instants.

    Of the roles `on_call` there is no roster: everybody of them is called, at any hour. Of those `without`
    there is nobody at all. Carers must be rostered: without a roster all their time is a gap.
    """

    turns: tuple[rosters.DutyRow, ...]
    gaps: tuple[Gap, ...]
    on_call: tuple[Role, ...]
    without: tuple[Role, ...]


def look(conn: Conn, home_id: int, from_at: datetime, to_at: datetime) -> Ahead:
    """Return the turns and gaps of all roles of the ladder of one home between two instants."""
    turns = rosters.duties(conn, home_id, from_at, to_at)
    rostered = rosters.rostered(conn, home_id, from_at - _ROSTERED_FOR) | {Role.CARER}
    people = {one.person_id: one.role for one in rosters.staff(conn, home_id)}
    off = [
        (one.person_id, span)
        for one in rosters.changes(conn, home_id, from_at, to_at)
        if (span := one.off()) is not None
    ]
    called = [role for role in decide.HOME_ROLES if role not in rostered and role in people.values()]
    duties = [Duty(one.role, one.starts_at, one.ends_at) for one in turns]
    duties += decide.on_call(people, off, called, (from_at, to_at))
    roles = [role for role in decide.HOME_ROLES if role in rostered or role in called]
    return Ahead(
        tuple(turns),
        tuple(decide.all_gaps(duties, roles, from_at, to_at)),
        tuple(called),
        tuple(role for role in decide.HOME_ROLES if role not in roles),
    )
