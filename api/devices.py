"""Devices with their health, over HTTP and as a page; those that nobody registered stand above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from psycopg import Connection

from api.auth import SignedIn, Viewer
from api.render import render
from api.service import OurService, Service
from api.strangers import KINDS
from model.devices import DeviceKind
from model.errors import BadInput
from store import device_health, strangers
from store.homes import home_names

PAGE = 100
router = APIRouter(tags=["设备 Devices"])


class Health(StrEnum):
    """需要查看的设备 What a device needs a look for."""

    OFFLINE = "offline"
    BATTERY = "battery"
    ALARM = "alarm"
    SKEW = "skew"


@dataclass(frozen=True, slots=True)
class DeviceOut:
    """一台设备的健康 A device and its health.

    `clock_skew_s` is how far its clock is off (seconds, positive: ahead); `active` lists what it still says
    is so (smoke, tamper, battery_low, ...); `last_seen_at` is null for one that never reported.
    """

    device_id: int
    source: str
    address: str
    name: str
    kind: DeviceKind
    model: str | None
    home_id: int | None
    home: str | None
    place: tuple[str, ...]
    resident: str | None
    last_seen_at: datetime | None
    online: bool
    battery_pct: float | None
    worn: bool | None
    clock_skew_s: float | None
    active: tuple[str, ...]
    open_alerts: int


@dataclass(frozen=True, slots=True)
class DevicePage:
    """设备列表 Devices with counts; `counts` are over all that the person may see, without the filter."""

    counts: device_health.DeviceCounts
    devices: tuple[DeviceOut, ...]
    more: bool


def load_devices(
    conn: Connection[Any],
    *,
    battery_pct: float,
    home_id: int | None = None,
    kind: DeviceKind | None = None,
    health: Health | None = None,
    text: str | None = None,
    offset: int = 0,
) -> DevicePage:
    """Return one page of devices, those that are offline first. Raises BadInput."""
    if text is not None and "\x00" in text:
        raise BadInput("q", "不含空字符的文字 text without NUL")
    rows = device_health.devices(
        conn,
        battery_pct=battery_pct,
        limit=PAGE + 1,
        offset=offset,
        home_id=home_id,
        kind=None if kind is None else str(kind),
        health=None if health is None else str(health),
        text=text or None,
    )
    counts = device_health.device_counts(conn, battery_pct=battery_pct, home_id=home_id)
    return DevicePage(counts, tuple(_shown(row) for row in rows[:PAGE]), len(rows) > PAGE)


def _shown(row: device_health.DeviceRow) -> DeviceOut:
    return DeviceOut(
        device_id=row.device_id,
        source=row.source,
        address=row.address,
        name=row.name,
        kind=DeviceKind(row.kind),
        model=row.model,
        home_id=row.home_id,
        home=row.home_name,
        place=tuple(row.place),
        resident=row.resident_name,
        last_seen_at=row.last_seen_at,
        online=row.online,
        battery_pct=row.battery_pct,
        worn=row.worn,
        clock_skew_s=None if row.clock_skew is None else row.clock_skew.total_seconds(),
        active=tuple(row.active),
        open_alerts=row.open_alerts,
    )


@router.get(
    "/api/devices",
    summary="设备健康 Device health",
    description="最后上报、在线、电量、时钟偏差、仍在报警。\n\n"
    "Last seen, online, battery, clock skew, what it still says is so. One page has 100 devices.",
)
def list_devices(
    viewer: SignedIn,
    service: OurService,
    home_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    kind: DeviceKind | None = None,
    health: Health | None = None,
    q: Annotated[str | None, Query(max_length=64)] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> DevicePage:
    """Return the devices that this person may see."""
    with service.database(viewer.homes) as conn:
        return load_devices(
            conn,
            battery_pct=service.config.battery_pct,
            home_id=home_id,
            kind=kind,
            health=health,
            text=q,
            offset=offset,
        )


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
        may_register=viewer.in_charge,
        filters=filters,
        offset=asked.offset,
        kinds=KINDS,
        battery_pct=service.config.battery_pct,
    )


@router.get("/devices", include_in_schema=False)
def devices_page(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    asked: DeviceQuery,
) -> Response:
    """Return the devices with their health."""
    return _devices(service, request, viewer, "devices.html", asked)


@router.get("/fragments/devices", include_in_schema=False)
def devices_fragment(
    request: Request,
    service: OurService,
    viewer: SignedIn,
    asked: DeviceQuery,
) -> Response:
    """Return the changing part of the devices' page."""
    return _devices(service, request, viewer, "_devices.html", asked)
