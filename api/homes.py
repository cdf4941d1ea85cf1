"""Homes with their counts, for the offices that look after several."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Overseer
from api.service import OurService
from model.clock import SHANGHAI
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
        return homes.homes(conn, service.clock().astimezone(SHANGHAI).date())
