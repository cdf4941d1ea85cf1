"""The roster over HTTP: who may change it, what is refused and how, and that no other home is in reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from model.clock import SHANGHAI, utc_now
from tests.county import County

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]


def roster(county: County) -> tuple[datetime, int, int]:
    """Give the carer of sunny all of the next two weeks in days; return tomorrow's start, its turn, a second carer."""
    today = utc_now().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    home, carer = county.homes["sunny"], county.people["sunny-carer"]
    with county.connect() as conn:
        [other] = conn.execute(
            "INSERT INTO people (login, name, role, home_id, password_hash)"
            " VALUES ('sunny-li', '李芳', 'carer', %s, 'x') RETURNING person_id",
            [home],
        ).fetchone() or (0,)
        turns = [
            conn.execute(
                "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)"
                " VALUES (%s, %s, 'carer', %s, %s) RETURNING duty_id",
                [home, carer, today + timedelta(days=day), today + timedelta(days=day + 1)],
            ).fetchone()
            for day in range(16)
        ]
    assert turns[1] is not None
    return today + timedelta(days=1), turns[1][0], other


def test_a_head_swaps_undoes_and_reads_it_and_a_carer_only_reads(county: County, sign_in: SignIn) -> None:
    starts_at, turn, other = roster(county)
    head, carer = sign_in("sunny-head"), sign_in("sunny-carer")
    path = f"/api/homes/{county.homes['sunny']}/roster"
    swap = {"duty_id": turn, "taker_id": other, "reason": "接孩子"}
    assert carer.post(f"{path}/swaps", json=swap).status_code == 403
    made = head.post(f"{path}/swaps", json=swap)
    assert made.status_code == 200, made.text
    assert made.json()["long"] == [{"name": "李芳", "hours": 24.0}]
    again = head.post(f"{path}/swaps", json=swap)
    assert (again.status_code, again.json()["error"]) == (409, "refused")

    def on(day_at: datetime) -> list[str]:
        told: dict[str, Any] = carer.get(path).json()
        return [
            one["name"]
            for one in told["ahead"]["turns"]
            if datetime.fromisoformat(one["starts_at"]) == day_at
        ]

    assert on(starts_at) == ["李芳"]
    undone = head.post(f"/api/roster/changes/{made.json()['change_id']}/undo", json={})
    assert (undone.status_code, undone.json()["cancelled_by"]) == (200, "陈院长")
    assert undone.json()["made_via"].startswith("board 127.0.0.1")
    assert on(starts_at) == ["张敏"]
    assert carer.get(path).json()["ahead"]["gaps"] == []


def test_leave_that_leaves_nobody_is_a_refusal_of_its_own(county: County, sign_in: SignIn) -> None:
    starts_at, _, _ = roster(county)
    head = sign_in("sunny-head")
    path = f"/api/homes/{county.homes['sunny']}/roster/leaves"
    asked = {
        "person_id": county.people["sunny-carer"],
        # As a form sends it: local time without a zone.
        "starts_at": f"{starts_at:%Y-%m-%dT22:00}",
        "ends_at": f"{starts_at + timedelta(days=1):%Y-%m-%dT06:00}",
    }
    refused = head.post(path, json=asked)
    assert (refused.status_code, refused.json()["error"]) == (409, "leaves_nobody")
    assert "22:00–06:00 无人值班" in refused.json()["message"]
    assert head.post(path, json=asked | {"known": True}).status_code == 200
    page = head.get("/rosters").text
    assert "未来 14 天有 1 处无人值班" in page
    assert "明知无人值班" in page
    board = head.get("/").text
    assert board.index("first-figure") < board.index("待处置报警 <span")
    assert "下一处空档：护理员" in board
    for wrong in ({"ends_at": asked["starts_at"]}, {"starts_at": "0001-01-01T00:00"}, {"reason": "x" * 201}):
        assert head.post(path, json=asked | wrong).status_code == 422, wrong


def test_another_homes_roster_is_out_of_reach(county: County, sign_in: SignIn) -> None:
    _, turn, other = roster(county)
    willow, sunny = sign_in("willow-head"), sign_in("sunny-head")
    made = sunny.post(
        f"/api/homes/{county.homes['sunny']}/roster/swaps", json={"duty_id": turn, "taker_id": other}
    ).json()["change_id"]
    theirs = f"/api/homes/{county.homes['sunny']}/roster"
    assert willow.get(theirs).status_code == 404
    assert willow.post(f"{theirs}/swaps", json={"duty_id": turn, "taker_id": other}).status_code == 404
    assert willow.post(f"/api/roster/changes/{made}/undo", json={}).status_code == 404
    own = f"/api/homes/{county.homes['willow']}/roster/swaps"
    assert willow.post(own, json={"duty_id": turn, "taker_id": other}).status_code == 404
    assert "李芳" not in willow.get("/rosters", params={"home_id": county.homes["sunny"]}).text
    assert (
        sign_in("bureau").post(f"{theirs}/swaps", json={"duty_id": turn, "taker_id": other}).status_code
        == 403
    )


def test_quiet_is_ones_own_and_only_of_who_has_time_off(county: County, sign_in: SignIn) -> None:
    carer = sign_in("sunny-carer")
    assert carer.post("/api/me/quiet", json={"quiet": True}).json() == {"quiet": True}
    with county.connect() as conn:
        rows = conn.execute("SELECT person_id, quiet, set_by FROM quiet_choices").fetchall()
    assert rows == [(county.people["sunny-carer"], True, "张敏")]
    assert 'aria-pressed="true"' in carer.get("/rosters").text
    assert sign_in("bureau").post("/api/me/quiet", json={"quiet": True}).status_code == 403
