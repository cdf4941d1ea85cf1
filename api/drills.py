"""Drills (演练): begin one, see those held, and the record of one to print and file."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from alerts import drills, procedure
from alerts.drills import DrillKind
from api.auth import SignedIn, Writer
from api.errors import Forbidden
from api.home_choice import HomeNumber, one_of
from api.incidents import load_story
from api.once import Once
from api.render import render
from api.service import OurService
from api.suppressions import may_plan
from model.devices import DeviceKind
from model.errors import Missing
from store import devices
from store import drills as rows
from store.homes import home_names

router = APIRouter(tags=["演练 Drills"])


class DrillIn(BaseModel):
    """演练起点 The detector whose fire alarm is drilled, or the band whose bearer is taken as missing."""

    device_id: int = Field(ge=1, le=2**31 - 1)


class Started(BaseModel):
    """演练事件 The incident of the drill."""

    incident_id: int


@router.post(
    "/api/drills",
    summary="开始演练 Start a drill",
    description="烟感：消防演练；手环：走失演练。处处标明演练，按真实情况通知、升级、计时。护理员不能开始。\n\n"
    "At a detector a fire, at a band a missing resident; marked as a drill everywhere.",
)
def start_drill(body: DrillIn, request: Request, viewer: Writer, service: OurService, once: Once) -> Started:
    """Start a drill and return its incident; 409 where that device is being drilled already."""
    if not may_plan(viewer):
        raise Forbidden(
            "演练由带班人、负责人或主管单位发起 a drill is started by the shift leader, the head or an office"
        )
    with service.database(viewer.homes) as conn:
        device = devices.device_by_id(conn, body.device_id)
        if device is None:
            raise Missing(f"没有这台设备 no such device: {body.device_id}")
        return once.answer(
            conn,
            Started,
            lambda: Started(incident_id=drills.start(conn, device, viewer.actor(request), service.clock())),
        )


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
    home_id: HomeNumber = 0,
) -> Response:
    """Return the drills held, and the form that starts one."""
    with service.database(viewer.homes) as conn:
        homes = home_names(conn) if may_plan(viewer) else []
        chosen = one_of(homes, home_id)
        detectors = rows.beginnings(conn, chosen, DeviceKind.DETECTOR) if chosen is not None else []
        bands = rows.beginnings(conn, chosen, DeviceKind.WRISTBAND) if chosen is not None else []
        held = rows.held(conn)
    return render(
        service,
        request,
        "drills.html",
        viewer=viewer,
        homes=homes,
        chosen=chosen,
        detectors=detectors,
        bands=bands,
        held=held,
    )


@router.get("/drills/{incident_id}", include_in_schema=False)
def drill_page(incident_id: int, request: Request, service: OurService, viewer: SignedIn) -> Response:
    """Return the record of one drill, for the printer."""
    if not 0 < incident_id < 2**63:
        raise Missing(f"没有这次演练 no such drill: {incident_id}")
    with service.database(viewer.homes) as conn:
        story = load_story(conn, service.clock(), incident_id, viewer)
    card, now = story.incident, service.clock()
    if not card.drill:
        raise Missing(f"没有这次演练 no such drill: {incident_id}")
    kind = DrillKind.FIRE if card.alert_class.startswith("F") else DrillKind.MISSING
    told = {procedure.action_of(one.told): one.done_at for one in story.procedure if one.done_at}
    return render(
        service,
        request,
        "drill.html",
        viewer=viewer,
        story=story,
        card=card,
        kind=kind,
        steps=drills.steps(kind, card.alerts, told, card.opened_at, card.closed_at, now),
    )
