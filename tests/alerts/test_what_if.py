"""Rules tried on history: the same as at run time, and a changed limit shows what it would change."""

from __future__ import annotations

from typing import Any

import pytest

from alerts import what_if
from alerts.classes import Limits
from model.errors import BadInput


def line(minute: int, device: str = "a", kind: str = "smoke", state: str | None = "active") -> dict[str, Any]:
    at = f"2026-03-01T10:{minute:02d}:00+08:00"
    return {"device": device, "kind": kind, "state": state, "at": at, "zone": "east"}


def classes(rows: list[dict[str, Any]], limits: Limits) -> list[str]:
    return [str(one.alert_class) for one in what_if.replay([what_if.read(row) for row in rows], limits)]


def test_a_shorter_window_would_not_have_confirmed_this_fire() -> None:
    rows = [line(0), line(1, state="clear"), line(6, "b")]
    assert classes(rows, Limits()) == ["F1", "F1", "F2"]
    assert classes(rows, what_if.with_limits(["coincidence_within=240"])) == ["F1", "F1"]


def test_repeats_raise_nothing_and_a_test_is_told_as_f3() -> None:
    rows = [line(0, kind="test"), line(1), line(2), line(3, state="clear")]
    assert classes(rows, Limits()) == ["F3", "F3"]


def test_an_sos_is_raised_each_time_until_one_is_open() -> None:
    rows = [line(0, "band", "sos", None), line(5, "band", "sos", None)]
    assert classes(rows, Limits()) == ["W1"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"kind": "smoke", "at": "2026-03-01T10:00:00Z"}, "device"),
        (line(0) | {"at": "2026-03-01T10:00:00"}, "at"),
    ],
)
def test_a_wrong_line_names_its_field(row: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        what_if.read(row)
    assert refused.value.field == field


def test_an_unknown_limit_is_bad_input() -> None:
    with pytest.raises(BadInput, match="coincidence_within"):
        what_if.with_limits(["nonsense=1"])
