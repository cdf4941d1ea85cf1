"""The daily canary (试报): whom it goes to, what became of the last thirty, and one to try now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import log10
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from psycopg import Connection
from pydantic import BaseModel, Field

from alerts import canary
from api.auth import SignedIn, Viewer, Writer
from api.errors import Forbidden
from api.home_choice import HomeNumber
from api.render import render
from api.service import OurService
from api.suppressions import may_plan
from model.clock import local_day
from model.errors import BadInput, Missing
from store import canaries, rosters
from store.canaries import Plan, Stages

router = APIRouter(tags=["试报 Daily canary"])
DAYS = 30
_SHORTEST_S, _LONGEST_S = 0.01, 1000.0
HomeId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class PlanIn(BaseModel):
    """试报计划 Whose phone, and at what time of the day in Shanghai."""

    home_id: HomeId
    person_id: int = Field(ge=1, le=2**31 - 1)
    at: time


class OfHome(BaseModel):
    """机构 The home whose canary it is."""

    home_id: HomeId


@dataclass(frozen=True, slots=True)
class Tried:
    """一次试报 One try: its stages, and the seconds from the device's message until each."""

    stages: Stages
    latency: canary.Latency


@dataclass(frozen=True, slots=True)
class Report:
    """试报记录 The plan (None: nobody is tried) and the tries of the last days, the oldest first."""

    plan: Plan | None
    tried: list[Tried]


@dataclass(frozen=True, slots=True)
class Dot:
    """A stage in the picture, `height` from 0 (10 ms) to 1 (1000 s), by the logarithm of its seconds."""

    stage: str
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A day in the picture: whether it was tried, went the whole way, and how long its stages took."""

    on: date
    tried: bool
    failed: str | None
    running: bool
    dots: tuple[Dot, ...]


def height_of(seconds: float) -> float:
    """Return where in the picture so many seconds are, from 0 to 1. Pure."""
    bounded = min(max(seconds, _SHORTEST_S), _LONGEST_S)
    return log10(bounded / _SHORTEST_S) / log10(_LONGEST_S / _SHORTEST_S)


def picture(tried: Sequence[Tried], today: date) -> tuple[Column, ...]:
    """Return one column for each of the last thirty days, of the last try that was begun on it. Pure."""
    last = {local_day(one.stages.begun_at): one for one in tried}
    return tuple(_column(today - timedelta(days=back), last) for back in range(DAYS - 1, -1, -1))


def _column(on: date, last: dict[date, Tried]) -> Column:
    one = last.get(on)
    if one is None:
        return Column(on, False, None, False, ())
    took = one.latency
    dots = tuple(
        Dot(name, height_of(seconds))
        for name, seconds in (
            ("stored", took.stored_s),
            ("sent", took.sent_s),
            ("answered", took.answered_s),
        )
        if seconds is not None
    )
    return Column(on, True, one.stages.failed, one.stages.ended_at is None, dots)


def _report(conn: Connection[Any], home_id: int, now: datetime) -> Report:
    plans = canaries.plans(conn, home_id)
    tried = canaries.stages(conn, home_id=home_id, since=now - timedelta(days=DAYS))
    return Report(plans[0] if plans else None, [Tried(one, canary.latency(one)) for one in tried])


def _seen(conn: Connection[Any], home_id: int) -> rosters.HomeName:
    home = next((one for one in rosters.homes(conn) if one.home_id == home_id), None)
    if home is None:
        raise Missing(f"没有这家机构 no such home: {home_id}")
    return home


def _may(viewer: Viewer) -> None:
    if not may_plan(viewer):
        raise Forbidden(
            "试报由带班人、负责人或主管单位安排"
            " the canary is planned by the shift leader, the head or an office"
        )


@router.get(
    "/api/homes/{home_id}/canary",
    summary="试报记录 The daily canary",
    description="发出、入库、送出、应答各用多少秒；不是报警，不计入任何报警指标。\n\nNo alarm, in no figure.",
)
def read_canary(home_id: int, viewer: SignedIn, service: OurService) -> Report:
    """Return the plan of a home's canary and what became of the last thirty days."""
    if not 0 < home_id < 2**31:
        raise Missing(f"没有这家机构 no such home: {home_id}")
    with service.database(viewer.homes) as conn:
        return _report(conn, _seen(conn, home_id).home_id, service.clock())


@router.post("/api/canary/plan", summary="设定每日试报 Plan the daily canary")
def plan_canary(body: PlanIn, viewer: Writer, service: OurService) -> Report:
    """Plan whose phone is tried each day and when, or change it; 422 for who does not answer for the home."""
    _may(viewer)
    now = service.clock()
    with service.database(viewer.homes) as conn:
        home = _seen(conn, body.home_id)
        if body.person_id not in {one.person_id for one in canaries.candidates(conn, home.home_id)}:
            raise BadInput("person_id", "本机构的应答人员 somebody who answers for this home", body.person_id)
        canaries.set_plan(
            conn,
            home,
            person_id=body.person_id,
            at=body.at.replace(tzinfo=None),
            set_by=viewer.person.name,
            now=now,
        )
        return _report(conn, home.home_id, now)


@router.post("/api/canary/off", summary="停止每日试报 End the daily canary")
def end_canary(body: OfHome, viewer: Writer, service: OurService) -> Report:
    """End a home's daily canary; what was tried is kept."""
    _may(viewer)
    with service.database(viewer.homes) as conn:
        home = _seen(conn, body.home_id)
        if not canaries.drop_plan(conn, home.home_id):
            raise Missing("本机构没有安排演练报警 no canary is planned for this home")
        return _report(conn, home.home_id, service.clock())


@router.post("/api/canary/now", summary="立即试报一次 Try it now")
def try_now(body: OfHome, viewer: Writer, service: OurService) -> Report:
    """Begin a canary beside the day's; 409 while one is under way."""
    _may(viewer)
    now = service.clock()
    with service.database(viewer.homes) as conn:
        home = _seen(conn, body.home_id)
        canary.begin_now(conn, home.home_id, now)
        return _report(conn, home.home_id, now)


@router.get("/canary", include_in_schema=False)
def canary_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: HomeNumber = 0,
) -> Response:
    """Return the picture of the last thirty days, the stages of each try, and the plan."""
    now = service.clock()
    with service.database(viewer.homes) as conn:
        homes = rosters.homes(conn)
        chosen = next((one for one in homes if one.home_id == home_id), homes[0] if homes else None)
        report = _report(conn, chosen.home_id, now) if chosen else None
        people = canaries.candidates(conn, chosen.home_id) if chosen and may_plan(viewer) else []
    return render(
        service,
        request,
        "canary.html",
        viewer=viewer,
        homes=homes,
        chosen=chosen,
        report=report,
        people=people,
        columns=picture(report.tried if report else (), local_day(now)),
        lines=[(seconds, height_of(seconds)) for seconds in (0.1, 1, 10, 60, 600)],
    )
