"""Before and after: who would get an alarm, how good the alarms are, and the hours without protection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection

from alerts import dry_run as dry
from alerts import quality, worst
from alerts.kpi import Kpi
from alerts.unprotected import Unprotected
from api.auth import SignedIn
from api.home_choice import HomeNumber, one_of
from api.render import render
from api.service import OurService
from compliance.figures import number
from model.alerts import AlertClass
from model.clock import SHANGHAI
from model.devices import Device
from model.errors import BadInput, Missing
from model.spans import check_year
from store import devices, suppressions
from store.homes import home_names

router = APIRouter(tags=["质量 Quality of the alarms"])
Days = Annotated[int, Query(ge=1, le=92)]


@dataclass(frozen=True, slots=True)
class Quality:
    """告警质量 The hours without protection first, then the figures of the alarms; `names` are of devices."""

    unprotected: Unprotected
    kpi: Kpi
    names: dict[int, str]


def _minute(text: str, now: datetime) -> datetime:
    """Return the minute that a form sends, in Shanghai where it has no zone; now where it is empty."""
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise BadInput("at", "日期和时间 a date and time in ISO 8601", text) from exc
    check_year("at", at)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _device(conn: Connection[Any], device_id: int) -> Device:
    device = devices.device_by_id(conn, device_id)
    if device is None:
        raise Missing(f"没有这台设备 no such device: {device_id}")
    return device


def _quality(conn: Connection[Any], home_id: int, days: int, now: datetime) -> Quality:
    if not suppressions.in_home(conn, home_id, None, None):
        raise Missing(f"没有这家机构 no such home: {home_id}")
    from_at = now - timedelta(days=days)
    figures = quality.read(conn, home_id, from_at, now)
    return Quality(
        quality.read_unprotected(conn, home_id, from_at, now),
        figures,
        quality.named(conn, figures, with_home=False),
    )


@router.get(
    "/api/devices/{device_id}/dry-run",
    summary="此刻报警会通知谁 Who would get this alarm",
    description="每一级的人、渠道和时间；无人可通知的一级标明原因。\n\nNothing is raised, written or sent.",
)
def would_get(
    device_id: int, viewer: SignedIn, service: OurService, at: str = "", alert_class: AlertClass | None = None
) -> dry.DryRun:
    """Return each rung for a device at a minute, for its first class where none is named."""
    if not 0 < device_id < 2**31:
        raise Missing(f"没有这台设备 no such device: {device_id}")
    with service.database(viewer.homes) as conn:
        device = _device(conn, device_id)
        return dry.dry_run(conn, device, alert_class or dry.class_of(device), _minute(at, service.clock()))


@router.get(
    "/api/homes/{home_id}/quality",
    summary="告警质量 Quality of the alarms",
    description="无防护人时、处置用时分位数、前十、抖动、久未处置、误报率。\n\nUnprotected hours come first.",
)
def read_quality(home_id: int, viewer: SignedIn, service: OurService, days: Days = 7) -> Quality:
    """Return the figures of one home over the last days."""
    if not 0 < home_id < 2**31:
        raise Missing(f"没有这家机构 no such home: {home_id}")
    with service.database(viewer.homes) as conn:
        return _quality(conn, home_id, days, service.clock())


@router.get(
    "/api/quality",
    summary="各机构告警质量 Quality of all homes",
    description="看得到的全部机构：合计与各机构，最需关注的在前。\n\nAll homes that you may see,"
    " the worst first; the figures over all are those of `yian alarms kpi --json`.",
)
def read_all_quality(viewer: SignedIn, service: OurService, days: Days = 7) -> worst.County:
    """Return the figures over all homes and of each, the worst first."""
    now = service.clock()
    with service.database(viewer.homes) as conn:
        return quality.read_county(conn, now - timedelta(days=days), now)


@router.get("/dry-run", include_in_schema=False)
def dry_run_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    home_id: HomeNumber = 0,
    device_id: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    at: Annotated[str, Query(max_length=40)] = "",
    alert_class: Annotated[str, Query(max_length=8)] = "",
) -> Response:
    """Return the form, and each rung of the ladder for the device that was chosen."""
    minute = _minute(at, service.clock())
    with service.database(viewer.homes) as conn:
        homes = home_names(conn)
        chosen = one_of(homes, home_id) or 0
        devices = [each for each in suppressions.targets(conn, chosen) if each.kind == "device"]
        ids = {each.target_id for each in devices}
        shown = device_id if device_id in ids else devices[0].target_id if devices else 0
        device = _device(conn, shown) if shown else None
        classes = dry.classes_of(device) if device is not None else ()
        what = next((each for each in classes if each == alert_class), next(iter(classes), None))
        run = None if device is None or what is None else dry.dry_run(conn, device, what, minute)
    return render(
        service,
        request,
        "dry_run.html",
        viewer=viewer,
        homes=homes,
        chosen=chosen,
        devices=devices,
        shown=shown,
        classes=classes,
        run=run,
        minute=minute.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
    )


@router.get("/quality", include_in_schema=False)
def quality_page(
    request: Request, service: OurService, viewer: SignedIn, home_id: HomeNumber = 0, days: Days = 7
) -> Response:
    """Return the figures of one home; of all of them, the worst first, where several can be seen."""
    now = service.clock()
    with service.database(viewer.homes) as conn:
        homes = home_names(conn)
        several = len(homes) > 1 and home_id == 0
        chosen = home_id if home_id or not homes else homes[0][0]
        county = quality.read_county(conn, now - timedelta(days=days), now) if several else None
        if county is not None:
            names = quality.named(conn, county.kpi, with_home=True)
            figures = Quality(county.unprotected, county.kpi, names)
        else:
            figures = _quality(conn, chosen, days, now) if chosen else None
    return render(
        service,
        request,
        "quality.html",
        viewer=viewer,
        homes=homes,
        chosen=0 if several else chosen,
        days=days,
        figures=figures,
        county=county,
        number=number,
        share=worst.share_unprotected,
    )
