"""Positions: GCJ-02 and BD-09 to WGS-84."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.adapters import coordinates
from ingest.adapters.coordinates import Crs, gcj02_to_bd09, to_wgs84, wgs84_to_gcj02


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    north = (a[0] - b[0]) * 111_195
    east = (a[1] - b[1]) * 111_195 * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(north, east)


# The published pair that every port of the shift is checked against (Tian'anmen).
WGS = (39.90734, 116.39109)


def test_the_shift_is_hundreds_of_metres_in_the_known_direction() -> None:
    gcj = wgs84_to_gcj02(WGS)
    assert gcj == pytest.approx((39.908743, 116.397330), abs=2e-5)
    assert 100 < distance_m(WGS, gcj) < 700


# Invariant: what was shifted comes back to within a centimetre.
@given(st.floats(4, 53), st.floats(74, 135))
def test_both_shifts_are_undone(lat: float, lon: float) -> None:
    gcj = wgs84_to_gcj02((lat, lon))
    assert distance_m(to_wgs84(gcj, Crs.GCJ_02), (lat, lon)) < 0.01
    assert distance_m(to_wgs84(gcj02_to_bd09(gcj), Crs.BD_09), (lat, lon)) < 0.01


def test_outside_china_nothing_is_shifted() -> None:
    assert to_wgs84((48.85, 2.29), Crs.GCJ_02) == (48.85, 2.29)


@pytest.mark.parametrize(
    ("lat", "lon"), [(0, 0), (90.5, 1), (1, -181), (None, 1), ("", ""), (float("nan"), 1), (True, 2)]
)
def test_no_fix_gives_no_position(lat: object, lon: object) -> None:
    assert coordinates.position(lat, lon) == {}


def test_text_is_read_as_a_number_and_accuracy_zero_is_unknown() -> None:
    assert coordinates.position("31.5", "120.25", accuracy_m=0) == {
        "lat": 31.5,
        "lon": 120.25,
        "crs": "WGS-84",
    }
    assert coordinates.position(31.5, 120.25, accuracy_m="12.5")["accuracy_m"] == 12.5


# Invariant: any two numbers give a position in range or none, in any system.
@given(st.floats(), st.floats(), st.sampled_from(list(Crs)))
def test_a_position_is_in_range_or_absent(lat: float, lon: float, crs: Crs) -> None:
    values = coordinates.position(lat, lon, crs=crs)
    if values:
        assert abs(float(str(values["lat"]))) <= 91
        assert abs(float(str(values["lon"]))) <= 181
