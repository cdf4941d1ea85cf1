"""Hazards (隐患) recorded, closed when they are gone (销号), opened again, and what became of one so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from model.errors import BadInput, Refused
from store import hazards
from store.hazards import Closing, Hazard, NewHazard
from store.register_sheets import Edit
from store.sql import Conn

What = Literal["recorded", "changed", "closed", "reopened"]


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a hazard, by whom and when it was entered; `on` and `words` are those of a closing."""

    at: datetime
    actor: str
    what: What
    on: date | None = None
    words: str = ""


def record(conn: Conn, found: NewHazard, actor: str, today: date) -> int:
    """Enter a hazard and return its number; the caller commits. Raises BadInput."""
    if not found.description.strip():
        raise BadInput("description", "几个字 some words", found.description)
    if found.found_on > today:
        raise BadInput("found_on", f"不晚于 {today} not later than today", found.found_on)
    if found.deadline_on is not None and found.deadline_on < found.found_on:
        raise BadInput("deadline_on", f"不早于 {found.found_on} not before it was found", found.deadline_on)
    return hazards.record(conn, found, actor)


def close(conn: Conn, hazard_id: int, closing: Closing, actor: str, today: date) -> Hazard:
    """Close a hazard and return it; the caller commits.

    Raises Missing, Refused where it is closed already, BadInput.
    """
    one = hazards.locked(conn, hazard_id)
    if one.closed_on is not None:
        raise Refused(f"已于 {one.closed_on} 销号 closed already")
    if not closing.measures.strip():
        raise BadInput("measures", "做了什么，几个字 what was done, some words", closing.measures)
    if not one.found_on <= closing.closed_on <= today:
        raise BadInput(
            "closed_on", f"{one.found_on} 至 {today} from the day it was found to today", closing.closed_on
        )
    hazards.close(conn, hazard_id, closing, actor)
    return hazards.hazard(conn, hazard_id)


def reopen(conn: Conn, hazard_id: int, reason: str, actor: str, *, reinspected_too: bool) -> Hazard:
    """Open a closed hazard again and return it; the caller commits.

    A closing that was re-inspected stands unless `reinspected_too`. Raises Missing, Refused, BadInput.
    """
    one = hazards.locked(conn, hazard_id)
    if one.closed_on is None:
        raise Refused("未销号 it is open")
    if reinspected(one) and not reinspected_too:
        raise Refused("已复查，由主管单位重新打开 it was re-inspected, an office opens it again")
    if not reason.strip():
        raise BadInput("reason", "几个字 some words", reason)
    hazards.reopen(conn, hazard_id, reason.strip(), actor)
    return hazards.hazard(conn, hazard_id)


def reinspected(one: Hazard) -> bool:
    """Say whether an office looked again after it was closed."""
    return (
        one.closed_on is not None and one.reinspected_on is not None and one.reinspected_on >= one.closed_on
    )


def story(edits: Iterable[Edit]) -> list[Step]:
    """Return what became of a hazard, the oldest first, from its changes, the newest first."""
    return [_step(edit) for edit in reversed(list(edits)) if edit.after is not None]


def _step(edit: Edit) -> Step:
    before, after = edit.before or {}, edit.after or {}
    was, now = before.get("closed_on"), after.get("closed_on")
    if now is not None and now != was:
        return Step(edit.changed_at, edit.actor, "closed", date.fromisoformat(now), _words(after, "measures"))
    if was is not None and now is None:
        return Step(edit.changed_at, edit.actor, "reopened", words=_words(after, "reopened_why"))
    return Step(edit.changed_at, edit.actor, "changed" if edit.before else "recorded")


def _words(row: dict[str, Any], name: str) -> str:
    return row.get(name) or ""
