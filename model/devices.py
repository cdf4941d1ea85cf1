"""Devices as the registry knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class DeviceKind(StrEnum):
    """What a device is for; decides its silence limit and its alert classes."""

    DETECTOR = "detector"  # 智慧烟感器
    WRISTBAND = "wristband"  # 防走失定位手环
    CALL_POINT = "call_point"  # 手动火灾报警按钮
    SOS_BUTTON = "sos_button"  # 求助按钮
    GATEWAY = "gateway"  # 网关
    BEACON = "beacon"  # 定位信标
    DOOR_SENSOR = "door_sensor"  # 门磁
    UNKNOWN = "unknown"  # not registered: quarantined
    CANARY = "canary"  # the sender of a home's canaries: in no register


CANARY_LEVEL = "canary"
"""The device level of the topic of every canary; no device may be called so."""


def canary_address(home_code: str) -> str:
    """Return the address of a home's sender of canaries; no device has one with a slash."""
    return f"{CANARY_LEVEL}/{home_code}"


@dataclass(frozen=True, slots=True)
class Device:
    """A device with its place and the silence that is normal for it.

    `report_every` is the longest gap between two reports of a healthy device. `sleeps`: its connection ends
    after each report, so a last will says nothing. `zone_id` is the nearest zone above its place.
    """

    device_id: int
    source: str
    address: str
    name: str
    kind: DeviceKind
    home_id: int | None
    place_id: int | None
    zone_id: int | None
    resident_id: int | None
    parent_id: int | None
    report_every: timedelta
    sleeps: bool
    registered: bool
    building_id: int | None = None
