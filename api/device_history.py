"""A device over time: from minutes to a year, each from what has it in few rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.auth import SignedIn
from api.service import OurService
from model.errors import BadInput, Missing
from model.spans import check_year
from store import device_history, devices, readings
from store.device_history import HOUR, Point

router = APIRouter(tags=["设备 Devices"])
MONTH = timedelta(days=30)
DAY = timedelta(days=1)


class Source(StrEnum):
    """从何而来 Where the points come from."""

    READINGS = "readings"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Zoom:
    """How fine a span is shown, and from what; never more than some 1,500 rows are read."""

    source: Source
    step: timedelta


_ZOOMS = (
    (timedelta(hours=6), Zoom(Source.READINGS, timedelta(minutes=1))),
    (timedelta(days=1), Zoom(Source.READINGS, timedelta(minutes=5))),
    (timedelta(days=2), Zoom(Source.READINGS, timedelta(minutes=15))),
    (timedelta(days=62), Zoom(Source.HOURS, HOUR)),
)
"""The longest span of each. Source: our choice, so that a screen has a point every few pixels."""

_KEPT = {Source.READINGS: readings.KEPT, Source.HOURS: device_history.KEPT}


@dataclass(frozen=True, slots=True)
class History:
    """设备历史 A device between two instants; a step in which it said nothing has no point."""

    device_id: int
    from_at: datetime
    to_at: datetime
    source: Source
    step_s: int
    points: tuple[Point, ...]


def zoom_of(from_at: datetime, to_at: datetime, now: datetime) -> Zoom:
    """Return the finest zoom for a span that is still kept that long ago."""
    for longest, zoom in _ZOOMS:
        if to_at - from_at <= longest and from_at >= now - _KEPT[zoom.source]:
            return zoom
    hours = to_at - from_at <= _ZOOMS[-1][0] and from_at >= now - _KEPT[Source.HOURS]
    return Zoom(Source.HOURS, HOUR) if hours else Zoom(Source.DAYS, DAY)


@router.get(
    "/api/devices/{device_id}/history",
    summary="设备历史 A device over time",
    description="上报次数、电量、信号、温度、佩戴；两天内按分钟，两个月内按小时，更长按天。不含位置。\n\n"
    "By the minute for two days, by the hour for two months, by the day beyond. No positions.",
)
def history(
    device_id: int,
    viewer: SignedIn,
    service: OurService,
    from_at: Annotated[AwareDatetime | None, Query(description="缺省为三十天前")] = None,
    to_at: Annotated[AwareDatetime | None, Query(description="缺省为现在")] = None,
) -> History:
    """Return what a device said between two instants, the last 30 days by default."""
    now = service.clock()
    for name, at in (("from_at", from_at), ("to_at", to_at)):
        if at is not None:
            check_year(name, at)
    until = to_at or now
    since = from_at or until - MONTH
    if not since < until:
        raise BadInput("from_at", "早于截止时间 an instant before to_at", since.isoformat())
    if not 0 < device_id < 2**31:
        raise Missing(f"没有这台设备 no such device: {device_id}")
    zoom = zoom_of(since, until, now)
    with service.database(viewer.homes) as conn:
        if devices.device_by_id(conn, device_id) is None:
            raise Missing(f"没有这台设备 no such device: {device_id}")
        match zoom.source:
            case Source.READINGS:
                points = device_history.minutes(conn, device_id, since, until, zoom.step)
            case Source.HOURS:
                points = device_history.hours(conn, device_id, since, until)
            case Source.DAYS:
                points = device_history.days(conn, device_id, since, until)
    step_s = int(zoom.step.total_seconds())
    return History(device_id, since, until, zoom.source, step_s, tuple(points))
