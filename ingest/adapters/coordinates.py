"""Positions as WGS-84, whatever they were said in. Pure.

China's public maps use GCJ-02, shifted by 100 to 700 m, and Baidu's BD-09 on top of it; a fence drawn in
one and compared with a point of another is wrong by as much (wire-format rule 7). There is no closed inverse,
so the forward shift is undone by fixed-point iteration.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

from ingest.adapters import unpack
from model.events import Value


class Crs(StrEnum):
    """What coordinates were said in."""

    WGS_84 = "WGS-84"
    GCJ_02 = "GCJ-02"
    BD_09 = "BD-09"


Point = tuple[float, float]
"""Latitude and longitude in degrees."""

KRASOVSKY_A_M = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
SHIFTED_LAT = (0.8293, 55.8271)
SHIFTED_LON = (72.004, 137.8347)
"""GCJ-02 shifts points of this box only."""

_CLOSE_ENOUGH_DEG = 1e-9  # a tenth of a millimetre
_MOST_STEPS = 30


def _wave(x: float, *parts: tuple[float, float]) -> float:
    """Return two thirds of a sum of sines: pairs of amplitude and frequency, in half turns."""
    return sum(amplitude * math.sin(x * frequency * math.pi) for amplitude, frequency in parts) * 2.0 / 3.0


def wgs84_to_gcj02(point: Point) -> Point:
    """Return a point as China's public maps show it."""
    lat, lon = point
    if not (SHIFTED_LAT[0] <= lat <= SHIFTED_LAT[1] and SHIFTED_LON[0] <= lon <= SHIFTED_LON[1]):
        return point
    x, y = lon - 105.0, lat - 35.0
    common = _wave(x, (20.0, 6.0), (20.0, 2.0))
    north = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
        + common + _wave(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    )  # fmt: skip
    east = (
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
        + common + _wave(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    )  # fmt: skip
    latitude = math.radians(lat)
    magic = 1.0 - KRASOVSKY_EE * math.sin(latitude) ** 2
    meridian_m = KRASOVSKY_A_M * (1.0 - KRASOVSKY_EE) / magic**1.5
    parallel_m = KRASOVSKY_A_M / math.sqrt(magic) * math.cos(latitude)
    return lat + math.degrees(north / meridian_m), lon + math.degrees(east / parallel_m)


def gcj02_to_bd09(point: Point) -> Point:
    """Return a GCJ-02 point as Baidu's maps show it."""
    lat, lon = point
    turn = math.pi * 3000.0 / 180.0
    length = math.hypot(lon, lat) + 0.00002 * math.sin(lat * turn)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * turn)
    return length * math.sin(angle) + 0.006, length * math.cos(angle) + 0.0065


def _undo(forward: Callable[[Point], Point], shifted: Point) -> Point:
    """Return the point that `forward` takes to `shifted`."""
    lat, lon = shifted
    for _ in range(_MOST_STEPS):
        there = forward((lat, lon))
        off_lat, off_lon = there[0] - shifted[0], there[1] - shifted[1]
        lat, lon = lat - off_lat, lon - off_lon
        if abs(off_lat) < _CLOSE_ENOUGH_DEG and abs(off_lon) < _CLOSE_ENOUGH_DEG:
            break
    return lat, lon


def to_wgs84(point: Point, crs: Crs) -> Point:
    """Return a point of any of the three systems as WGS-84."""
    if crs is Crs.BD_09:
        point, crs = _undo(gcj02_to_bd09, point), Crs.GCJ_02
    return _undo(wgs84_to_gcj02, point) if crs is Crs.GCJ_02 else point


def position(
    lat: object, lon: object, *, crs: Crs = Crs.WGS_84, accuracy_m: object = None
) -> dict[str, Value]:
    """Return lat, lon, crs and what is known of accuracy_m and crs_said; empty where there is no usable fix.

    0,0 is "no fix" and an accuracy of 0 is unknown, not perfect. Source: wire-format rule 7.
    """
    north, east = unpack.within(lat, -90.0, 90.0), unpack.within(lon, -180.0, 180.0)
    if north is None or east is None or (north == 0.0 and east == 0.0):
        return {}
    north, east = to_wgs84((north, east), crs)
    values: dict[str, Value] = {"lat": round(north, 7), "lon": round(east, 7), "crs": Crs.WGS_84.value}
    if crs is not Crs.WGS_84:
        values["crs_said"] = crs.value
    accuracy = unpack.within(accuracy_m, 0.0, 1e6)
    if accuracy:
        values["accuracy_m"] = accuracy
    return values
