"""Homes and the places in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """A zone (防火分区/报警区域) is what F2 counts two devices in; rooms stand in a zone."""

    BUILDING = "building"
    FLOOR = "floor"
    ZONE = "zone"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Place:
    """A building, floor, zone or room; `path` is what a person is told, e.g. 主楼 / 二层 / 东区 / 203."""

    place_id: int
    home_id: int
    parent_id: int | None
    kind: PlaceKind
    name: str


@dataclass(frozen=True, slots=True)
class Home:
    """A nursing home (养老机构)."""

    home_id: int
    code: str
    name: str
    kind: str
    township: str
    address: str
    phone: str
