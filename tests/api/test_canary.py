"""The page of the daily canary: planned by who may, seen in one's own homes only, thirty columns by logarithm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.canary import ANSWER_WITHIN, latency
from api.canary import DAYS, Tried, height_of, picture
from store.canaries import Stages
from tests.alerts.small_home import NOW
from tests.county import County

SignIn = Callable[[str], httpx.Client]
SECOND = timedelta(seconds=1)


def tried(days_ago: int, *, sent_s: float | None = 2, failed: str | None = None) -> Tried:
    at = NOW - timedelta(days=days_ago)
    sent = None if sent_s is None else at + sent_s * SECOND
    one = Stages(
        days_ago, 1, 1, "小院", "王", None, at, at + ANSWER_WITHIN, at, at, at, at + SECOND / 10, 1, sent,
        "json#1", "ok", None if failed else at + 30 * SECOND, "王", "link", at + ANSWER_WITHIN, failed,
    )  # fmt: skip
    return Tried(one, latency(one))


def test_a_picture_has_a_column_for_each_of_thirty_days_and_the_last_try_of_each() -> None:
    today = date(2026, 3, 2)  # NOW is two in the morning there
    columns = picture([tried(31), tried(3, sent_s=None, failed="not_sent"), tried(0)], today)
    assert [column.on for column in columns] == [today - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    assert [n for n, column in enumerate(columns) if column.tried] == [DAYS - 4, DAYS - 1]
    assert (columns[DAYS - 4].failed, len(columns[DAYS - 4].dots)) == ("not_sent", 1)
    heights = [dot.height for dot in columns[-1].dots]
    assert [dot.stage for dot in columns[-1].dots] == ["stored", "sent", "answered"]
    assert heights == sorted(heights)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_what_took_longer_is_never_drawn_lower_nor_outside(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= height_of(low) <= height_of(high) <= 1


@pytest.mark.ground("plain")
def test_a_head_plans_whose_phone_is_tried_and_tries_it(county: County, sign_in: SignIn) -> None:
    head = sign_in("sunny-head")
    home_id = county.homes["sunny"]
    body = {"home_id": home_id, "person_id": county.people["sunny-carer"], "at": "09:30"}
    assert head.post("/api/canary/now", json={"home_id": home_id}).status_code == 404
    answer = head.post("/api/canary/plan", json=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["plan"]["at"], answer.json()["plan"]["person_name"]) == ("09:30:00", "张敏")
    assert len(head.post("/api/canary/now", json={"home_id": home_id}).json()["tried"]) == 1
    assert head.post("/api/canary/now", json={"home_id": home_id}).status_code == 409
    assert head.get(f"/canary?home_id={home_id}").status_code == 200
    stranger = {**body, "person_id": county.people["willow-carer"]}
    assert head.post("/api/canary/plan", json=stranger).status_code == 422
    assert sign_in("sunny-carer").post("/api/canary/plan", json=body).status_code == 403
    assert sign_in("willow-head").get(f"/api/homes/{home_id}/canary").status_code == 404
    assert head.post("/api/canary/off", json={"home_id": home_id}).json()["plan"] is None
