"""The board and the page of an incident, and the fragments of them that a live page asks for again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from alerts.classes import Limits
from api import causes, first_figure
from api.auth import SignedIn, Viewer
from api.incidents import load_cards, load_story
from api.render import render
from api.service import OurService, Service
from model.errors import Missing

router = APIRouter(include_in_schema=False)

JUST_CLOSED = Limits().reopen_for
"""How long a resolved incident stays on the board, with its way back."""


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
