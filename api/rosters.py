"""The duty roster: a week as a picture, swaps and leave with their undo, and one's own quiet off duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import Connection
from pydantic import BaseModel, Field

from alerts import on_duty, roster_changes
from alerts.on_duty import Ahead
from alerts.roster_changes import Leave, Swap
from alerts.rosters import LONG_FOR, LOOK_AHEAD
from api import roster_picture
from api.auth import SignedIn, Viewer, Writer
from api.errors import Forbidden
from api.home_choice import HomeNumber, one_of
from api.once import Once
from api.render import render
from api.service import OurService, Service
from model.clock import SHANGHAI, local_day
from model.errors import Missing
from model.people import Role
from model.spans import check_year
from store import rosters
from store.homes import home_names

router = APIRouter(tags=["排班 Duty rosters"])
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Turn = Annotated[int, Field(ge=1, le=2**63 - 1)]
_MAY_CHANGE = frozenset({Role.SHIFT_LEADER, Role.HEAD, Role.ADMIN})


class SwapIn(BaseModel):
    """换班 Hand a turn to a person of the home, in return for a turn of theirs where one is named."""

    duty_id: Turn
    taker_id: Number
    other_duty_id: Turn | None = None
    reason: str = Field("", max_length=200)
    known: bool = Field(False, description="明知会无人值班仍登记 enter it though it leaves nobody")


class LeaveIn(BaseModel):
    """请假 A person is off from one instant to another; without a zone it is local time in China."""

    person_id: Number
    starts_at: datetime
    ends_at: datetime
    reason: str = Field("", max_length=200)
    known: bool = Field(False, description="明知会无人值班仍登记 enter it though it leaves nobody")


class UndoIn(BaseModel):
    """撤销 From now on; what had passed stays."""

    known: bool = Field(False, description="明知会无人值班仍撤销 undo it though it leaves nobody")


class QuietIn(BaseModel):
    """下班免打扰 Quiet while the roster has one off duty; never for what is about life."""

    quiet: bool


@dataclass(frozen=True, slots=True)
class LongTurn:
    """连续值班过长 Somebody who is now on duty for more hours in a row than is good."""

    name: str
    hours: float


class Made(BaseModel):
    """编号 The number of the swap or leave, and whom it leaves on duty for too long."""

    change_id: int
    long: list[LongTurn] = []


@dataclass(frozen=True, slots=True)
class Roster:
    """排班 Turns and gaps as swaps and leave left them, the turns as planned, and all changes."""

    ahead: Ahead
    shifts: list[rosters.Shift]
    changes: list[rosters.Change]
    staff: list[rosters.Staff]


def may_change(viewer: Viewer) -> bool:
    """Say whether a person may enter swaps and leave."""
    return viewer.person.role in _MAY_CHANGE


def _changer(viewer: Viewer) -> None:
    if not may_change(viewer):
        raise Forbidden(
            "换班和请假由带班人或负责人登记 swaps and leave are entered by the shift leader or the head"
        )


def _local(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), SHANGHAI)


def _read(conn: Connection[Any], home_id: int, from_at: datetime, to_at: datetime) -> Roster:
    if rosters.home(conn, home_id) is None:
        raise Missing(f"没有这家机构 no such home: {home_id}")
    return Roster(
        on_duty.look(conn, home_id, from_at, to_at),
        rosters.shifts(conn, home_id, from_at, to_at),
        rosters.changes(conn, home_id, from_at, to_at),
        rosters.staff(conn, home_id),
    )


@router.get(
    "/api/homes/{home_id}/roster",
    summary="排班 Duty roster",
    description="班次、换班、请假与空档；从某日零点起若干天。\n\nTurns, swaps, leave and gaps from a day on.",
)
def read_roster(
    home_id: int,
    viewer: SignedIn,
    service: OurService,
    from_on: date | None = None,
    days: Annotated[int, Query(ge=1, le=62)] = 14,
) -> Roster:
    """Return the roster of a home, from today on where no day is given."""
    if not 0 < home_id < 2**31:
        raise Missing(f"没有这家机构 no such home: {home_id}")
    from_at = _midnight(_day(from_on, service.clock()))
    with service.database(viewer.homes) as conn:
        return _read(conn, home_id, from_at, from_at + timedelta(days=days))


@router.post(
    "/api/homes/{home_id}/roster/swaps",
    summary="登记换班 Enter a swap",
    description="值班长或院长登记。会无人值班时回 409 leaves_nobody，明知仍登记须带 known。\n\n"
    "409 leaves_nobody where nobody would be on duty, unless `known`.",
)
def swap(
    home_id: int, body: SwapIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Made:
    """Enter a swap and return its number."""
    _changer(viewer)
    with service.database(viewer.homes) as conn:
        _seen(conn, home_id)
        wanted = Swap(home_id, body.duty_id, body.taker_id, body.other_duty_id, body.reason)
        actor, now = viewer.actor(request), service.clock()
        swapped = [one for one in (body.duty_id, body.other_duty_id) if one is not None]

        def enter() -> Made:
            made = roster_changes.swap(conn, wanted, actor=actor, now=now, known=body.known)
            return Made(change_id=made, long=_long(conn, home_id, swapped, now))

        return once.answer(conn, Made, enter)


@router.post(
    "/api/homes/{home_id}/roster/leaves",
    summary="登记请假 Enter a leave",
    description="这段时间不值班、不通知。会无人值班时回 409 leaves_nobody。\n\nOff all turns, not called.",
)
def leave(
    home_id: int, body: LeaveIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Made:
    """Enter a leave and return its number."""
    _changer(viewer)
    for at in (body.starts_at, body.ends_at):
        check_year("starts_at", at)
    with service.database(viewer.homes) as conn:
        _seen(conn, home_id)
        wanted = Leave(home_id, body.person_id, _local(body.starts_at), _local(body.ends_at), body.reason)
        actor, now = viewer.actor(request), service.clock()

        def enter() -> Made:
            return Made(change_id=roster_changes.leave(conn, wanted, actor=actor, now=now, known=body.known))

        return once.answer(conn, Made, enter)


@router.post(
    "/api/roster/changes/{change_id}/undo",
    summary="撤销换班或请假 Undo a swap or leave",
    description="从现在起撤销，记录保留。\n\nFrom now on; the record stays.",
)
def undo(
    change_id: int, body: UndoIn, request: Request, viewer: Writer, service: OurService
) -> rosters.Change:
    """Undo a swap or leave and return it."""
    _changer(viewer)
    if not 0 < change_id < 2**63:
        raise Missing(f"没有这次换班或请假 no such swap or leave: {change_id}")
    with service.database(viewer.homes) as conn:
        actor, now = viewer.actor(request), service.clock()
        return roster_changes.undo(conn, change_id, actor=actor, now=now, known=body.known)


@router.post(
    "/api/me/quiet",
    summary="下班免打扰 Quiet off duty",
    description="仅影响不危及生命的告警；火警、求助、走失照常通知。\n\nNever for what is about life.",
)
def set_quiet(body: QuietIn, request: Request, viewer: Writer, service: OurService) -> QuietIn:
    """Set one's own quiet and return it."""
    if viewer.person.home_id is None:
        raise Forbidden("只有排班人员才有下班勿扰 only who is on a home's roster has time off duty")
    with service.database(viewer.homes) as conn:
        roster_changes.set_quiet(
            conn,
            viewer.person.person_id,
            viewer.person.home_id,
            quiet=body.quiet,
            actor=viewer.actor(request),
            now=service.clock(),
        )
    return body


def _long(conn: Connection[Any], home_id: int, duty_ids: list[int], now: datetime) -> list[LongTurn]:
    """Return who of those that have these turns is on duty for too long in a row."""
    found: dict[str, float] = {}
    for duty_id in duty_ids:
        one = rosters.shift(conn, home_id, duty_id, now)
        if one is not None:
            turns = rosters.duties(conn, home_id, one.starts_at - LOOK_AHEAD, one.ends_at + LOOK_AHEAD)
            found[one.name] = roster_picture.long_h(one, turns)
    return [LongTurn(name, hours) for name, hours in found.items() if hours]


def _seen(conn: Connection[Any], home_id: int) -> None:
    if not 0 < home_id < 2**31 or rosters.home(conn, home_id) is None:
        raise Missing(f"没有这家机构 no such home: {home_id}")


def _day(on: date | None, now: datetime) -> date:
    today = local_day(now)
    if on is None:
        return today
    check_year("from_on", on)
    return on


@dataclass(frozen=True, slots=True)
class _WeekQuery:
    """Which week of which home, and the day of it whose turns are listed; home 0 is the first one seen."""

    home_id: HomeNumber = 0
    from_on: date | None = None
    day: Annotated[int, Query(ge=0, lt=roster_picture.DAYS)] = 0


WeekQuery = Annotated[_WeekQuery, Depends()]


def _page(
    service: Service,
    request: Request,
    viewer: Viewer,
    template: str,
    asked: _WeekQuery,
) -> Response:
    now = service.clock()
    today = local_day(now)
    first_on = _day(asked.from_on, now)
    from_at = _midnight(first_on)
    to_at = from_at + timedelta(days=roster_picture.DAYS)
    with service.database(viewer.homes) as conn:
        homes = home_names(conn)
        chosen = one_of(homes, asked.home_id) or 0
        week = _read(conn, chosen, from_at, to_at) if chosen else None
        gaps = on_duty.look(conn, chosen, now, now + LOOK_AHEAD).gaps if chosen else ()
        ahead = rosters.shifts(conn, chosen, now, now + LOOK_AHEAD) if chosen else []
        at = from_at + timedelta(days=asked.day)
        beside = (chosen, at - LOOK_AHEAD, at + LOOK_AHEAD)
        turns = rosters.duties(conn, *beside) if chosen else []
        changes = rosters.changes(conn, *beside) if chosen else []
        quiet = (
            next((one.quiet for one in week.staff if one.person_id == viewer.person.person_id), None)
            if week
            else None
        )
    return render(
        service,
        request,
        template,
        viewer=viewer,
        homes=homes,
        chosen=chosen,
        week=week,
        groups=roster_picture.picture(week.ahead, week.changes, week.staff, from_at) if week else (),
        turns=roster_picture.turns_of_day(week.shifts, turns, week.staff, changes, at, now) if week else [],
        gaps_of_day=[
            gap for gap in week.ahead.gaps if gap.starts_at < at + timedelta(days=1) and gap.ends_at > at
        ]
        if week
        else [],
        gaps=gaps,
        to_come=ahead,
        days=[first_on + timedelta(days=each) for each in range(roster_picture.DAYS)],
        first_on=first_on,
        today=today,
        day=asked.day,
        now_h=(now - from_at) / timedelta(hours=1) if from_at <= now < to_at else None,
        may_change=may_change(viewer),
        quiet=quiet,
        hours=roster_picture.hours,
        long_after_h=round(LONG_FOR / timedelta(hours=1)),
    )


@router.get("/rosters", include_in_schema=False)
def roster_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    asked: WeekQuery,
) -> Response:
    """Return a week of the roster."""
    return _page(service, request, viewer, "rosters.html", asked)


@router.get("/fragments/rosters", include_in_schema=False)
def roster_fragment(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    asked: WeekQuery,
) -> Response:
    """Return the changing part of that page."""
    return _page(service, request, viewer, "_rosters.html", asked)
