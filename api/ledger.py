"""The weekly walking round: say which room you test, and see each device's test arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from psycopg import Connection
from psycopg.rows import TupleRow
from pydantic import BaseModel, Field

from api.auth import SignedIn, Viewer, Writer
from api.home_choice import chosen_home
from api.render import render
from api.service import OurService, Service
from compliance import ledger as rounds
from model.clock import local_day
from store import hazards, ledger
from store.homes import home_names

router = APIRouter(tags=["巡测 Walking round"])
WalkId = Annotated[int, Path(gt=0, lt=2**63)]


class StartWalk(BaseModel):
    """在测哪个房间 Which place is being tested."""

    place_id: int = Field(gt=0, lt=2**31)


@dataclass(frozen=True, slots=True)
class WalkState:
    """本次巡测：已收到与未收到的测试 A walk: tests that arrived, and those that did not."""

    walk: ledger.Walk
    arrived: list[ledger.DueRow]
    missing: list[ledger.DueRow]


def _state(conn: Connection[TupleRow], walk_id: int, now: datetime) -> WalkState:
    walk = ledger.walk(conn, walk_id)
    ledger.learn(conn, now, walk.home_id)
    rows = ledger.walked(conn, walk_id)
    arrived = [row for row in rows if row.proven_at is not None]
    return WalkState(walk, arrived, [row for row in rows if row.proven_at is None])


@router.post("/api/walks", summary="开始巡测 Begin to test a place", status_code=201)
def start_walk(body: StartWalk, viewer: Writer, service: OurService) -> WalkState:
    """Begin a walk, or return the one that is open in this place."""
    now = service.clock()
    with service.database(viewer.homes) as conn:
        walk_id = ledger.start(conn, body.place_id, viewer.person.person_id, viewer.person.name, now)
        return _state(conn, walk_id, now)


@router.get("/api/walks/{walk_id}", summary="巡测进度 How far a walk is")
def show_walk(walk_id: WalkId, viewer: SignedIn, service: OurService) -> WalkState:
    """Return which tests have arrived."""
    with service.database(viewer.homes) as conn:
        return _state(conn, walk_id, service.clock())


@router.post("/api/walks/{walk_id}/end", summary="结束巡测 End a walk")
def end_walk(walk_id: WalkId, viewer: Writer, service: OurService) -> WalkState:
    """End a walk; what has not arrived by now is not proven."""
    now = service.clock()
    with service.database(viewer.homes) as conn:
        ledger.walk(conn, walk_id)
        ledger.stop(conn, walk_id, now)
        return _state(conn, walk_id, now)


def _round(service: Service, request: Request, viewer: Viewer, template: str, home_id: str) -> Response:
    now = service.clock()
    with service.database(viewer.homes) as conn:
        home = chosen_home(conn, viewer, home_id)
        names = home_names(conn)
        today = local_day(now)
        rows: list[ledger.DueRow] = []
        if home is not None:
            ledger.learn(conn, now, home)
            _, _, ends_at = rounds.week_of(now)
            rows = ledger.due(conn, home, today, ends_at, now)
        late = hazards.overdue(conn, home, today)
    return render(
        service,
        request,
        template,
        viewer=viewer,
        home=home,
        homes=names,
        late=late,
        round=rounds.round_of(rows, now),
    )


@router.get("/round", include_in_schema=False)
def round_page(request: Request, service: OurService, viewer: SignedIn, home_id: str = "") -> Response:
    """Return this week's round of a home."""
    return _round(service, request, viewer, "round.html", home_id)


@router.get("/fragments/round", include_in_schema=False)
def round_fragment(request: Request, service: OurService, viewer: SignedIn, home_id: str = "") -> Response:
    """Return the changing part of the round."""
    return _round(service, request, viewer, "_round.html", home_id)


def _walk(service: Service, request: Request, viewer: Viewer, template: str, walk_id: int) -> Response:
    with service.database(viewer.homes) as conn:
        state = _state(conn, walk_id, service.clock())
    return render(service, request, template, viewer=viewer, state=state, walk=state.walk)


@router.get("/walks/{walk_id}", include_in_schema=False)
def walk_page(request: Request, service: OurService, viewer: SignedIn, walk_id: WalkId) -> Response:
    """Return the page on which tests are ticked off as they arrive."""
    return _walk(service, request, viewer, "walk.html", walk_id)


@router.get("/fragments/walks/{walk_id}", include_in_schema=False)
def walk_fragment(request: Request, service: OurService, viewer: SignedIn, walk_id: WalkId) -> Response:
    """Return the changing part of a walk."""
    return _walk(service, request, viewer, "_walk.html", walk_id)
