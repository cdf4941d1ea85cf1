"""Homes with their counts, over HTTP and as a page, for the offices that look after several."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.auth import Overseer, Viewer
from api.render import render
from api.service import OurService, Service
from model.clock import local_day
from store import homes

router = APIRouter(tags=["机构 Homes"])


@router.get(
    "/api/homes",
    summary="机构一览 Homes with counts",
    description="火警、手环、故障的待处置数，烟感在线数，已升级未处置，超期隐患；最不安全的在前。仅限监管岗位。\n\n"
    "Open alerts by family, detectors online, escalated incidents, overdue hazards; the least safe first.",
)
def list_homes(viewer: Overseer, service: OurService) -> list[homes.HomeRow]:
    """Return the homes that this office looks after."""
    with service.database(viewer.homes) as conn:
        return homes.homes(conn, local_day(service.clock()))


def _homes(service: Service, request: Request, viewer: Viewer, template: str) -> Response:
    return render(service, request, template, viewer=viewer, homes=list_homes(viewer, service))


@router.get("/homes", include_in_schema=False)
def homes_page(request: Request, service: OurService, viewer: Overseer) -> Response:
    """Return the homes with their counts."""
    return _homes(service, request, viewer, "homes.html")


@router.get("/fragments/homes", include_in_schema=False)
def homes_fragment(request: Request, service: OurService, viewer: Overseer) -> Response:
    """Return the changing part of the homes' page."""
    return _homes(service, request, viewer, "_homes.html")
