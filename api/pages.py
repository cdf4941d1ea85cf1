"""The board: pages, and the fragments of them that a live page asks for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alerts.classes import Limits
from api import causes, first_figure
from api.auth import MaybeViewer, Overseer, SignedIn, Viewer
from api.devices import Health, load_devices
from api.incidents import load_cards, load_story
from api.render import COOKIE, render
from api.service import OurService, Service
from api.strangers import may_register
from api.texts import LANGUAGES
from model.clock import SHANGHAI
from model.devices import DeviceKind
from model.errors import Missing
from store import homes, strangers
from store.homes import home_names

router = APIRouter(include_in_schema=False)

JUST_CLOSED = Limits().reopen_for
"""How long a resolved incident stays on the board, with its way back."""


def local_target(target: str) -> str:
    """Return where to go after the login, if it is a page of ours, else the board."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not any(ord(letter) < 32 for letter in target) else "/"


@router.get("/login", name="login_page")
def login_page(
    request: Request,
    service: OurService,
    viewer: MaybeViewer,
    target: Annotated[str, Query(alias="next")] = "/",
) -> Response:
    """Return the login page, or go on where somebody is logged in already."""
    if viewer is not None:
        return RedirectResponse(local_target(target), 303)
    return render(service, request, "login.html", target=local_target(target))


@router.get("/language/{language}")
def choose_language(
    language: str, service: OurService, target: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """Remember the language of this browser."""
    if language not in LANGUAGES:
        raise Missing(f"没有这种语言 no such language: {language}")
    answer = RedirectResponse(local_target(target), 303)
    answer.set_cookie(
        COOKIE, language, max_age=365 * 86400, samesite="lax", secure=service.config.secure_cookies
    )
    return answer


def _board(service: Service, request: Request, viewer: Viewer, template: str) -> Response:
    now = service.clock()
    with service.database(viewer.homes) as conn:
        cards = load_cards(conn, now, is_open=True)
        closed = load_cards(conn, now, is_open=False, closed_since=now - JUST_CLOSED, limit=10)
        first = first_figure.read(conn, viewer, now) if template == "board.html" else None
    return render(
        service,
        request,
        template,
        viewer=viewer,
        cards=cards,
        closed=closed,
        causes=causes.offered(),
        first=first,
    )


@router.get("/")
def board_page(request: Request, service: OurService, viewer: SignedIn) -> Response:
    """Return the open incidents, the most urgent first."""
    return _board(service, request, viewer, "board.html")


@router.get("/fragments/incidents")
def board_fragment(request: Request, service: OurService, viewer: SignedIn) -> Response:
    """Return the changing part of the board."""
    return _board(service, request, viewer, "_board.html")


def _incident(
    service: Service, request: Request, viewer: Viewer, template: str, incident_id: int
) -> Response:
    if not 0 < incident_id < 2**63:
        raise Missing(f"没有这起事件 no such incident: {incident_id}")
    with service.database(viewer.homes) as conn:
        story = load_story(conn, service.clock(), incident_id, viewer)
    return render(
        service,
        request,
        template,
        viewer=viewer,
        story=story,
        card=story.incident,
        causes=causes.offered(),
        just_closed=JUST_CLOSED,
    )


@router.get("/incidents/{incident_id}")
def incident_page(request: Request, service: OurService, viewer: SignedIn, incident_id: int) -> Response:
    """Return one incident with its time line."""
    return _incident(service, request, viewer, "incident.html", incident_id)


@router.get("/fragments/incidents/{incident_id}")
def incident_fragment(request: Request, service: OurService, viewer: SignedIn, incident_id: int) -> Response:
    """Return the changing part of an incident's page."""
    return _incident(service, request, viewer, "_incident.html", incident_id)


@dataclass(frozen=True, slots=True)
class _DeviceQuery:
    """Which devices are asked for. A form sends empty fields; what it cannot have sent is no filter."""

    home_id: str = ""
    kind: str = ""
    health: str = ""
    q: Annotated[str, Query(max_length=64)] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


DeviceQuery = Annotated[_DeviceQuery, Depends()]


def _devices(
    service: Service,
    request: Request,
    viewer: Viewer,
    template: str,
    asked: _DeviceQuery,
) -> Response:
    home = int(asked.home_id) if asked.home_id.isdecimal() and len(asked.home_id) < 10 else None
    chosen_kind = DeviceKind(asked.kind) if asked.kind in set(DeviceKind) else None
    chosen_health = Health(asked.health) if asked.health in set(Health) else None
    with service.database(viewer.homes) as conn:
        page = load_devices(
            conn,
            battery_pct=service.config.battery_pct,
            home_id=home,
            kind=chosen_kind,
            health=chosen_health,
            text=asked.q,
            offset=asked.offset,
        )
        homes = home_names(conn) if viewer.oversight else []
        unregistered = strangers.strangers(conn, 100) if asked.offset == 0 else []
    filters = {
        "home_id": home or "",
        "kind": chosen_kind or "",
        "health": chosen_health or "",
        "q": asked.q,
    }
    return render(
        service,
        request,
        template,
        viewer=viewer,
        devices=page,
        homes=homes,
        strangers=unregistered,
        may_register=may_register(viewer),
        filters=filters,
        offset=asked.offset,
        kinds=[kind for kind in DeviceKind if kind not in (DeviceKind.UNKNOWN, DeviceKind.CANARY)],
        battery_pct=service.config.battery_pct,
    )


@router.get("/devices")
def devices_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    asked: DeviceQuery,
) -> Response:
    """Return the devices with their health."""
    return _devices(service, request, viewer, "devices.html", asked)


@router.get("/fragments/devices")
def devices_fragment(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    asked: DeviceQuery,
) -> Response:
    """Return the changing part of the devices' page."""
    return _devices(service, request, viewer, "_devices.html", asked)


def _homes(service: Service, request: Request, viewer: Viewer, template: str) -> Response:
    with service.database(viewer.homes) as conn:
        rows = homes.homes(conn, service.clock().astimezone(SHANGHAI).date())
    return render(service, request, template, viewer=viewer, homes=rows)


@router.get("/homes")
def homes_page(request: Request, service: OurService, viewer: Overseer) -> Response:
    """Return the homes with their counts."""
    return _homes(service, request, viewer, "homes.html")


@router.get("/fragments/homes")
def homes_fragment(request: Request, service: OurService, viewer: Overseer) -> Response:
    """Return the changing part of the homes' page."""
    return _homes(service, request, viewer, "_homes.html")
