"""Tells a home's head of the times ahead in which nobody is on duty, once a day where there is news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alerts import notices, on_duty, quiet
from alerts.messages import Message
from alerts.rosters import LOOK_AHEAD, Gap, in_words, news, within_week
from model.alerts import AlertClass
from model.clock import SHANGHAI
from model.people import Role
from store import receivers, rosters
from store.receivers import Receiver
from store.rosters import HomeName
from store.sql import Conn

_NAMED = 12
"""So many gaps are named in a message; the page has all."""


def tick(conn: Conn, now: datetime) -> int:
    """Look at every open home and tell of new gaps; return how many homes were told. `conn` is idle."""
    with conn.transaction():
        homes = rosters.homes(conn)
    return sum(_look(conn, home, now) for home in homes)


def message(home_name: str, gaps: Sequence[Gap]) -> Message:
    """Return what the head is told: every unfilled time of the next week. Pure."""
    lines = [in_words(gap, SHANGHAI) for gap in gaps[:_NAMED]]
    more = f"……共 {len(gaps)} 处 · {len(gaps)} in all" if len(gaps) > _NAMED else ""
    return Message(
        f"【值班空档】{home_name[:30]} 未来 7 天 {len(gaps)} 处无人值班",
        "\n".join(
            [
                *lines,
                *([more] if more else []),
                "请补排、换班或调整请假（“排班”页）。空档中有告警时，叫醒该岗位全体未请假的人。",
                "Gaps in the roster of the next 7 days: see “Roster”.",
            ]
        ),
    )


def _look(conn: Conn, home: HomeName, now: datetime) -> bool:
    with conn.transaction():
        found = on_duty.look(conn, home.home_id, now, now + LOOK_AHEAD).gaps
        before = rosters.watched(conn, home.home_id)
        told = [] if before is None else [_from_json(one) for one in before[1]]
        week = within_week(found, now)
        new = news(told, None if before is None else before[0], found, now)
        if new and not _tell(conn, home, week, now):
            return False  # nobody to tell: it stays news
        rosters.watch(conn, home.home_id, now, [_to_json(gap) for gap in week])
        return bool(new)


def _tell(conn: Conn, home: HomeName, gaps: Sequence[Gap], now: datetime) -> int:
    said = message(home.name, gaps)
    people = _whom(conn, home.home_id, now)
    stage = f"gaps:{home.home_id}:{now.astimezone(SHANGHAI):%Y-%m-%d}"
    notices.put(conn, people, stage, said, now, home_id=home.home_id)
    for person in people:
        until = quiet.until(person, now)
        if until is not None:
            rosters.hold(
                conn, incident_id=None, person_id=person.person_id, stage=stage, until=until, now=now
            )
    return len(people)


def _whom(conn: Conn, home_id: int, now: datetime) -> list[Receiver]:
    """Return the head, or who leads the shift where there is none, or none who is not on leave."""
    for role in (Role.HEAD, Role.SHIFT_LEADER):
        people = quiet.settle(receivers.of_roles(conn, home_id, [role], now), AlertClass.R1)
        if people:
            return people
    return []


def _to_json(gap: Gap) -> dict[str, Any]:
    return {"role": gap.role, "starts_at": gap.starts_at.isoformat(), "ends_at": gap.ends_at.isoformat()}


def _from_json(value: dict[str, Any]) -> Gap:
    return Gap(
        Role(value["role"]),
        datetime.fromisoformat(value["starts_at"]),
        datetime.fromisoformat(value["ends_at"]),
    )
