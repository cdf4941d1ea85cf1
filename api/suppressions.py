"""What is quiet on purpose: shelve from a card, plan a window, see all of it, end it now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from psycopg import Connection
from pydantic import BaseModel, Field

from alerts import suppression
from api.auth import SignedIn, Viewer, Writer
from api.errors import Forbidden
from api.home_choice import HomeNumber, one_of
from api.incidents import load_card
from api.once import Once
from api.render import render
from api.service import OurService
from model.alerts import AlertState
from model.errors import BadInput, Missing
from model.people import Role
from store import suppressions
from store.homes import home_names
from store.suppressions import Standing

router = APIRouter(tags=["静音 Quiet on purpose"])
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ShelfIn(BaseModel):
    """暂时搁置 Why, and for how many minutes (at most a day)."""

    reason: str = Field(min_length=1, max_length=200)
    minutes: int = Field(ge=1, le=24 * 60)


class WindowIn(BaseModel):
    """维护或测试时段 A device, a place, or else the whole home; from now on where no time is given."""

    home_id: Number
    place_id: Number | None = None
    device_id: Number | None = None
    kind: str = "maintenance"
    reason: str = Field(min_length=1, max_length=200)
    starts_at: datetime | None = None
    minutes: int = Field(ge=1, le=7 * 24 * 60)


class Made(BaseModel):
    """编号 The number of what was made."""

    suppression_id: int


class Ended(BaseModel):
    """结束静音 How many alerts came back."""

    returned: int


def _plain(text: str) -> str:
    if "\x00" in text:
        raise BadInput("reason", "不含空字符的文字 text without NUL")
    return text.strip()


def may_plan(viewer: Viewer) -> bool:
    """Say whether a person may plan windows; who is on duty alone can shelve, but not quieten a home."""
    return viewer.person.role is not Role.CARER


@router.get(
    "/api/suppressions",
    summary="当前静音 What is quiet now",
    description="搁置、维护与测试时段，谁、为何、到几时。\n\nShelves and windows: who, why, until when.",
)
def list_suppressions(viewer: SignedIn, service: OurService) -> list[Standing]:
    """Return all that is quiet now or planned."""
    with service.database(viewer.homes) as conn:
        return suppressions.standing(conn, service.clock())


@router.post(
    "/api/incidents/{incident_id}/shelf",
    summary="搁置一起事件 Shelve an incident",
    description="到时自动恢复。火警与求助不能搁置（409）。\n\nReturns by itself; not for what is about life.",
)
def shelve_incident(
    incident_id: int, body: ShelfIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> list[Standing]:
    """Shelve the open alerts of an incident, all or none, and return what is quiet now."""
    if not 0 < incident_id < 2**63:
        raise Missing(f"没有这起事件 no such incident: {incident_id}")
    now = service.clock()
    with service.database(viewer.homes) as conn:

        def shelve() -> list[Standing]:
            for alert in load_card(conn, now, incident_id).alerts:
                if alert.state is not AlertState.RESOLVED:
                    suppression.shelve(
                        conn,
                        alert_id=alert.alert_id,
                        actor=viewer.actor(request),
                        reason=_plain(body.reason),
                        lasting=timedelta(minutes=body.minutes),
                        now=now,
                    )
            return suppressions.standing(conn, now)

        return once.answer(conn, list[Standing], shelve)


@router.post(
    "/api/suppressions",
    summary="安排维护或测试时段 Plan a window",
    description="护理员不能安排。时段内火警与求助照常通知。\n\nWhat is about life is told all the same.",
)
def plan_window(body: WindowIn, request: Request, viewer: Writer, service: OurService, once: Once) -> Made:
    """Plan a window and return its number."""
    if not may_plan(viewer):
        raise Forbidden(
            "护理员只能搁置单条报警，静默时段由带班人或负责人安排"
            " a carer shelves single alerts; windows are planned by the shift leader or head"
        )
    now = service.clock()
    if body.starts_at is not None and body.starts_at.tzinfo is None:
        raise BadInput("starts_at", "带时区的时间 a time with its zone")
    with service.database(viewer.homes) as conn:
        if not suppressions.in_home(conn, body.home_id, body.place_id, body.device_id):
            raise Missing("没有这家机构、这个场所或这台设备 no such home, place or device")

        def plan() -> Made:
            made = suppression.open_window(
                conn,
                home_id=body.home_id,
                actor=viewer.actor(request),
                reason=_plain(body.reason),
                starts_at=body.starts_at or now,
                lasting=timedelta(minutes=body.minutes),
                now=now,
                kind=body.kind,
                place_id=body.place_id,
                device_id=body.device_id,
            )
            return Made(suppression_id=made)

        return once.answer(conn, Made, plan)


@router.post(
    "/api/suppressions/{suppression_id}/end",
    summary="立即结束静音 End it now",
    description="仍在的报警立即恢复通知与计时。\n\nWhat still stands counts and is told now.",
)
def end_now(suppression_id: int, request: Request, viewer: Writer, service: OurService) -> Ended:
    """End a shelf or window by hand; the log says who did."""
    if not 0 < suppression_id < 2**31:
        raise Missing(f"没有这条静音 nothing quiet: {suppression_id}")
    with service.database(viewer.homes) as conn:
        if suppressions.by_id(conn, suppression_id) is None:
            raise Missing(f"没有这条静音 nothing quiet: {suppression_id}")
        back = suppression.end(conn, suppression_id, service.clock(), actor=viewer.actor(request))
    return Ended(returned=back)


def _homes(conn: Connection[Any], viewer: Viewer) -> list[tuple[int, str]]:
    return home_names(conn) if may_plan(viewer) else []


@router.get("/muted", include_in_schema=False)
def muted_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: HomeNumber = 0,
) -> Response:
    """Return everything that is quiet, and the form that plans a window."""
    now = service.clock()
    with service.database(viewer.homes) as conn:
        rows = suppressions.standing(conn, now)
        homes = _homes(conn, viewer)
        chosen = one_of(homes, home_id)
        targets = suppressions.targets(conn, chosen) if chosen is not None else []
    return render(
        service, request, "muted.html", viewer=viewer, rows=rows, homes=homes, chosen=chosen, targets=targets
    )
