"""Devices that nobody registered: register one where it stands, or set it aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from psycopg import Connection
from psycopg.rows import TupleRow
from pydantic import BaseModel, Field

from api.auth import SignedIn, Viewer, Writer
from api.errors import Forbidden
from api.home_choice import HomeText, chosen_home, named_home
from api.once import Once
from api.render import render
from api.service import OurService
from model.clock import local_day
from model.devices import DeviceKind
from model.errors import BadInput
from model.events import Kind
from store import strangers
from store.homes import home_names
from store.strangers import Registering, Stranger

router = APIRouter(tags=["设备 Devices"])
DeviceId = Annotated[int, Path(gt=0, lt=2**31)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
KINDS = tuple(kind for kind in DeviceKind if kind not in (DeviceKind.UNKNOWN, DeviceKind.CANARY))
_SAYS = {
    Kind.SMOKE: DeviceKind.DETECTOR,
    Kind.HEAT: DeviceKind.DETECTOR,
    Kind.CO: DeviceKind.DETECTOR,
    Kind.CALL_POINT: DeviceKind.CALL_POINT,
    Kind.FALL: DeviceKind.WRISTBAND,
    Kind.FENCE: DeviceKind.WRISTBAND,
    Kind.OFF_BODY: DeviceKind.WRISTBAND,
    Kind.DOOR: DeviceKind.DOOR_SENSOR,
}
"""What says so is most likely this; an SOS comes from bands and from buttons, a report from anything."""


class RegisterIn(BaseModel):
    """登记 What the device is, and where; `resident_id` is who wears it."""

    home_id: Number | None = Field(None, description="本机构可省略 not needed for one's own")
    place_id: Number | None = None
    resident_id: Number | None = None
    name: Words
    kind: DeviceKind
    report_every_h: float = Field(24, ge=0.01, le=8784, description="最长上报间隔 longest gap, hours")


class AsideIn(BaseModel):
    """为何搁置 Why it is set aside."""

    reason: Words


@dataclass(frozen=True, slots=True)
class Registered:
    """编号 The number of the device."""

    device_id: int


def _registrar(viewer: Viewer) -> None:
    if not viewer.in_charge:
        raise Forbidden(
            "设备由负责人、乡镇或县局登记 a device is registered by the head, the township or the bureau"
        )


def likely_kind(last_kind: str | None) -> DeviceKind | None:
    """Return what a device most likely is by what it said last, None where that tells nothing. Pure."""
    return _SAYS.get(Kind(last_kind)) if last_kind in set(Kind) else None


@router.get(
    "/api/quarantine",
    summary="未登记设备 Devices that nobody registered",
    description="不丢弃，等待登记。\n\nNever dropped; they wait to be registered.",
)
def list_quarantine(viewer: SignedIn, service: OurService) -> list[Stranger]:
    """Return unregistered devices; one whose home is unknown is shown only to those who see every home."""
    with service.database(viewer.homes) as conn:
        return strangers.strangers(conn, 500)


@router.post(
    "/api/strangers/{device_id}/register",
    summary="登记设备 Register a device",
    description="负责人登记本机构的，主管单位登记所辖机构的；约 10 秒后生效。\n\n"
    "Heads for their home, offices for theirs; it counts within ten seconds.",
)
def register(
    device_id: DeviceId, body: RegisterIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Registered:
    """Register a device that nobody has registered; 404 where it is none, or registered by now."""
    _registrar(viewer)
    if body.kind not in KINDS:
        raise BadInput("kind", "设备类别 what the device is", body.kind)
    if not body.name.strip():
        raise BadInput("name", "几个字 some words", body.name)
    with service.database(viewer.homes) as conn:

        def enter() -> Registered:
            strangers.stranger(conn, device_id)
            home = named_home(conn, viewer, body.home_id)
            wanted = Registering(
                home,
                body.place_id,
                body.resident_id,
                body.name.strip(),
                body.kind,
                timedelta(hours=body.report_every_h),
            )
            strangers.register(conn, device_id, wanted, viewer.signature(request), local_day(service.clock()))
            return Registered(device_id)

        return once.answer(conn, Registered, enter)


@router.post(
    "/api/strangers/{device_id}/aside",
    summary="搁置未登记设备 Set an unregistered device aside",
    description="不再列入待登记；火警、求助等照常报警。\n\n"
    "It leaves the list; what it says about life alerts all the same.",
)
def set_aside(
    device_id: DeviceId, body: AsideIn, request: Request, viewer: Writer, service: OurService, once: Once
) -> Registered:
    """Set a stranger aside."""
    _registrar(viewer)
    if not body.reason.strip():
        raise BadInput("reason", "几个字 some words", body.reason)
    with service.database(viewer.homes) as conn:
        actor = viewer.signature(request)

        def enter() -> Registered:
            strangers.set_aside(conn, device_id, body.reason.strip(), actor, service.clock())
            return Registered(device_id)

        return once.answer(conn, Registered, enter)


@router.post("/api/strangers/{device_id}/back", summary="取消搁置 Take it back into the list")
def take_back(device_id: DeviceId, request: Request, viewer: Writer, service: OurService) -> Registered:
    """Put a stranger back into the list of those that want a look."""
    _registrar(viewer)
    with service.database(viewer.homes) as conn:
        strangers.take_back(conn, device_id, viewer.signature(request))
    return Registered(device_id)


@router.get("/strangers/{device_id}", include_in_schema=False)
def stranger_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    device_id: DeviceId,
    home_id: HomeText = "",
) -> Response:
    """Return what is known of a stranger, and the forms that register it or set it aside."""
    with service.database(viewer.homes) as conn:
        one = strangers.stranger(conn, device_id)
        home = _home(conn, viewer, one, home_id)
        homes = home_names(conn) if viewer.oversight else []
        places = strangers.places(conn, home) if home is not None else []
        residents = strangers.residents(conn, home, local_day(service.clock())) if home is not None else []
    return render(
        service,
        request,
        "stranger.html",
        viewer=viewer,
        one=one,
        home=home,
        homes=homes,
        places=places,
        residents=residents,
        kinds=KINDS,
        likely=likely_kind(one.last_kind),
        may_register=viewer.in_charge,
    )


def _home(conn: Connection[TupleRow], viewer: Viewer, one: Stranger, asked: str) -> int | None:
    """Return the home that was chosen, else that of its topic or gateway, None where unknown."""
    if asked or viewer.person.home_id is not None:
        return chosen_home(conn, viewer, asked)
    return one.home_id
