"""Swaps (换班) and leave (请假): refused where they make no sense, entered, and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts import on_duty
from alerts.rosters import Gap, added, in_words
from alerts.unprotected import Span
from model.clock import SHANGHAI
from model.errors import BadInput, Missing, Refused
from model.people import Actor
from store import locks, rosters
from store.rosters import Change, NewChange, Shift, Staff
from store.sql import Conn

LEAVE_MAX = timedelta(days=366)
"""Source: our choice; who is away for longer has their login disabled."""
_REASON_MAX = 200


class LeavesNobody(Refused):
    """A swap or leave after which nobody would be on duty; it can be entered by who says that they know."""

    def __init__(self, gaps: list[Gap]) -> None:
        self.gaps = gaps
        super().__init__("; ".join(in_words(gap, SHANGHAI) for gap in gaps[:3]))


@dataclass(frozen=True, slots=True)
class Swap:
    """Hand a turn over to `taker_id`, in return for their turn `other_duty_id` where one is named."""

    home_id: int
    duty_id: int
    taker_id: int
    other_duty_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Take a person off all turns between two instants; what is past stays as it was."""

    home_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


def swap(conn: Conn, wanted: Swap, *, actor: Actor, now: datetime, known: bool = False) -> int:
    """Enter a swap and return its number; a turn under way changes hands now.

    Raises Missing (no such turn ahead), Refused (not of this home, not on that turn, on leave or on duty
    already), LeavesNobody (unless `known`: then that is recorded with the change), BadInput.
    """
    locks.lock_home(conn, wanted.home_id)
    turn = _turn(conn, wanted.home_id, wanted.duty_id, now)
    taker = _staff(conn, wanted.home_id, wanted.taker_id)
    if turn.person_id == taker.person_id:
        raise Refused(f"{taker.name}已在这一班 is on that turn already")
    spans, own = [(turn.starts_at, turn.ends_at)], {wanted.duty_id}
    if wanted.other_duty_id is not None:
        other = _turn(conn, wanted.home_id, wanted.other_duty_id, now)
        if other.person_id != taker.person_id:
            raise Refused(
                f"第 {other.duty_id} 班是{other.name}，不是{taker.name} that turn is not {taker.name}'s"
            )
        if (other.starts_at, other.ends_at, other.role) == (turn.starts_at, turn.ends_at, turn.role):
            raise Refused("两班时间和岗位相同，对换后没有变化 both turns are the same, nothing would change")
        spans.append((other.starts_at, other.ends_at))
        own.add(wanted.other_duty_id)
        _check_free(conn, _staff(conn, wanted.home_id, turn.person_id), other, own, now)
    _check_free(conn, taker, turn, own, now)
    new = NewChange(
        wanted.home_id,
        "swap",
        turn.person_id,
        turn.starts_at,
        turn.ends_at,
        wanted.duty_id,
        wanted.taker_id,
        wanted.other_duty_id,
        _reason(wanted.reason),
    )
    return _enter(conn, new, spans, actor, now, known)


def leave(conn: Conn, wanted: Leave, *, actor: Actor, now: datetime, known: bool = False) -> int:
    """Enter a leave and return its number; it counts from now where it began before.

    Raises Refused (not of this home, over, on leave then already), LeavesNobody (unless `known`), BadInput.
    """
    locks.lock_home(conn, wanted.home_id)
    starts_at = max(wanted.starts_at, now)
    if wanted.ends_at <= wanted.starts_at or wanted.ends_at - wanted.starts_at > LEAVE_MAX:
        raise BadInput(
            "ends_at",
            f"晚于开始，最多 {LEAVE_MAX.days} 天 a time after the start, at most {LEAVE_MAX.days} days later",
            wanted.ends_at,
        )
    if wanted.ends_at <= now:
        raise Refused("请假已结束，过去的不再改动 that leave is over: what is past stays as it was")
    person = _staff(conn, wanted.home_id, wanted.person_id)
    other = _leave_of(conn, person, wanted.home_id, (starts_at, wanted.ends_at))
    if other is not None:
        raise Refused(f"{person.name}当时已在请假（变动 {other.change_id}） is on leave then already")
    new = NewChange(
        wanted.home_id, "leave", person.person_id, starts_at, wanted.ends_at, reason=_reason(wanted.reason)
    )
    return _enter(conn, new, [(starts_at, wanted.ends_at)], actor, now, known)


def undo(conn: Conn, change_id: int, *, actor: Actor, now: datetime, known: bool = False) -> Change:
    """Cancel a swap or leave from now on and return it; its row stays, and so does what had passed.

    Raises Missing, Refused (cancelled already, over, or a later swap stands on it), LeavesNobody.
    """
    found = rosters.change(conn, change_id)
    if found is None:
        raise Missing(f"没有这次换班或请假 no such swap or leave: {change_id}")
    locks.lock_home(conn, found.home_id)
    found = rosters.change(conn, change_id)
    if found is None or found.cancelled_at is not None:
        raise Refused(f"变动 {change_id} 已撤销 is cancelled already")
    if max(found.ends_at, found.other_ends_at or found.ends_at) <= now:
        raise Refused(f"变动 {change_id} 已结束，过去的不再改动 is over: what is past stays as it was")
    later = rosters.swapped_since(conn, change_id)
    if later is not None:
        raise Refused(f"这一班后来又换过，先撤销变动 {later} swapped again since: undo that change first")
    spans = [(found.starts_at, found.ends_at)]
    if found.other_starts_at is not None and found.other_ends_at is not None:
        spans.append((found.other_starts_at, found.other_ends_at))

    def cancel() -> None:
        rosters.cancel(conn, change_id, actor=actor, now=now)

    opened = _opened(conn, found.home_id, spans, now, cancel)
    if opened and not known:
        raise LeavesNobody(opened)
    cancel()
    return replace(found, cancelled_at=now, cancelled_by=actor.name, cancelled_via=actor.via)


def set_quiet(conn: Conn, person_id: int, home_id: int, *, quiet: bool, actor: Actor, now: datetime) -> bool:
    """Note what a person wants off duty; say whether that changed it. Raises Refused (not of the home)."""
    person = _staff(conn, home_id, person_id)
    if person.quiet is quiet:
        return False
    rosters.set_quiet(conn, person_id=person_id, home_id=home_id, quiet=quiet, actor=actor, now=now)
    return True


def _enter(conn: Conn, new: NewChange, spans: list[Span], actor: Actor, now: datetime, known: bool) -> int:
    def insert(*, leaves_nobody: bool) -> int:
        return rosters.insert_change(conn, new, leaves_nobody=leaves_nobody, actor=actor, now=now)

    opened = _opened(conn, new.home_id, spans, now, lambda: insert(leaves_nobody=False))
    if opened and not known:
        raise LeavesNobody(opened)
    return insert(leaves_nobody=bool(opened))


def _opened(
    conn: Conn, home_id: int, spans: list[Span], now: datetime, attempt: Callable[[], object]
) -> list[Gap]:
    """Return the gaps that an attempt would open in these times; what it writes is taken back."""
    from_at, to_at = max(now, min(start for start, _ in spans)), max(end for _, end in spans)
    before = on_duty.look(conn, home_id, from_at, to_at).gaps
    with conn.transaction(force_rollback=True):
        attempt()
        after = on_duty.look(conn, home_id, from_at, to_at).gaps
    return added(before, after)


def _turn(conn: Conn, home_id: int, duty_id: int, now: datetime) -> Shift:
    found = rosters.shift(conn, home_id, duty_id, now)
    if found is None:
        raise Missing(f"本机构往后没有这一班 no such turn ahead in this home: {duty_id}")
    return found


def _staff(conn: Conn, home_id: int, person_id: int) -> Staff:
    found = next((one for one in rosters.staff(conn, home_id) if one.person_id == person_id), None)
    if found is None:
        raise Refused(f"人员 {person_id} 不在本机构 is not of this home")
    return found


def _leave_of(conn: Conn, person: Staff, home_id: int, span: Span) -> Change | None:
    """Return a leave of the person that touches this time, None where there is none."""
    return next(
        (
            one
            for one in rosters.changes(conn, home_id, *span)
            if one.person_id == person.person_id
            and (off := one.off()) is not None
            and off[0] < span[1]
            and off[1] > span[0]
        ),
        None,
    )


def _check_free(conn: Conn, person: Staff, turn: Shift, own: set[int], now: datetime) -> None:
    """Raise Refused where the person cannot take what is left of the turn; `own` are those of the swap."""
    left = (max(now, turn.starts_at), turn.ends_at)
    away = _leave_of(conn, person, turn.home_id, left)
    if away is not None:
        raise Refused(f"{person.name}当时请假（变动 {away.change_id}） is on leave then")
    for one in rosters.duties(conn, turn.home_id, *left):
        if one.person_id == person.person_id and one.duty_id not in own:
            raise Refused(f"{person.name}当时已当班（第 {one.duty_id} 班） is on duty then already")


def _reason(text: str) -> str:
    if len(text) > _REASON_MAX or "\0" in text:
        raise BadInput("reason", f"最多 {_REASON_MAX} 字 at most {_REASON_MAX} characters", text[:20])
    return text.strip()
