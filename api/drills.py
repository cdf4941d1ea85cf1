"""Drills (演练): begin one, see those held, and the record of one to print and file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from alerts import drills
from alerts.classes import CLASSES
from api.auth import SignedIn, Writer
from api.cards import Card
from api.errors import Forbidden
from api.incidents import load_story
from api.render import render
from api.service import OurService
from api.suppressions import may_plan
from model.alerts import AlertClass
from model.errors import Missing
from store import board, devices
from store import drills as rows

router = APIRouter(tags=["演练 Drills"])


class DrillIn(BaseModel):
    """演练起点 The detector whose fire alarm is drilled."""

    device_id: int = Field(ge=1, le=2**31 - 1)


class Started(BaseModel):
    """演练事件 The incident of the drill."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a drill: how long it took (None: not happened) and may take; `met` is None while open."""

    name: str
    took: timedelta | None
    within: timedelta | None
    met: bool | None


def steps_of(card: Card, now: datetime) -> tuple[Step, ...]:
    """Return the steps of a drill with the times of the class table. Pure."""
    rule = CLASSES[AlertClass.F1]
    ran = (card.closed_at or now) - card.opened_at

    def step(name: str, times: Iterable[datetime | None], within: timedelta | None) -> Step:
        took = min((at - card.opened_at for at in times if at is not None), default=None)
        waiting = took is None and card.closed_at is None and within is not None and ran <= within
        return Step(
            name, took, within, None if within is None or waiting else took is not None and took <= within
        )

    return (
        step("answered", (alert.acknowledged_at for alert in card.alerts), rule.rungs[0].wait),
        step("on_scene", (alert.on_scene_at for alert in card.alerts), rule.on_scene_within),
        step("closed", (card.closed_at,), None),
    )


@router.post(
    "/api/drills",
    summary="开始演练 Start a drill",
    description="处处标明演练，按真实情况通知、升级、计时。护理员不能开始。\n\nMarked as a drill everywhere.",
)
def start_drill(body: DrillIn, request: Request, viewer: Writer, service: OurService) -> Started:
    """Start a drill and return its incident; 409 where that detector is being drilled already."""
    if not may_plan(viewer):
        raise Forbidden("a drill is started by the shift leader, the head or an office")
    with service.database(viewer.homes) as conn:
        device = devices.device_by_id(conn, body.device_id)
        if device is None:
            raise Missing(f"no such device: {body.device_id}")
        incident = drills.start(conn, device, viewer.actor(request), service.clock())
    return Started(incident_id=incident)


@router.get("/api/drills", summary="演练一览 Drills held")
def list_drills(viewer: SignedIn, service: OurService) -> list[rows.Held]:
    """Return the last drills that this person may see."""
    with service.database(viewer.homes) as conn:
        return rows.held(conn)


@router.get("/drills", include_in_schema=False)
def drills_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Return the drills held, and the form that starts one."""
    with service.database(viewer.homes) as conn:
        homes = board.home_names(conn) if may_plan(viewer) else []
        chosen = home_id if home_id in {each for each, _ in homes} else homes[0][0] if homes else None
        detectors = rows.detectors(conn, chosen) if chosen is not None else []
        held = rows.held(conn)
    return render(
        service,
        request,
        "drills.html",
        viewer=viewer,
        homes=homes,
        chosen=chosen,
        detectors=detectors,
        held=held,
    )


@router.get("/drills/{incident_id}", include_in_schema=False)
def drill_page(incident_id: int, request: Request, service: OurService, viewer: SignedIn) -> Response:
    """Return the record of one drill, for the printer."""
    if not 0 < incident_id < 2**63:
        raise Missing(f"no such drill: {incident_id}")
    with service.database(viewer.homes) as conn:
        story = load_story(conn, service.clock(), incident_id, viewer)
    if not story.incident.drill:
        raise Missing(f"no such drill: {incident_id}")
    return render(
        service,
        request,
        "drill.html",
        viewer=viewer,
        story=story,
        card=story.incident,
        steps=steps_of(story.incident, service.clock()),
    )
