"""A form that is sent again after a time-out stores nothing twice and is answered as it was the first time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from fastapi.routing import APIRoute

from api.app import ROUTERS
from api.once import once
from model.alerts import AlertClass
from model.clock import utc_now
from store import answered
from tests.county import County, raise_alert

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]
HAZARD = {"description": "二层东侧安全出口堆放轮椅"}
KEY = {"Idempotency-Key": "3f1c0a9b7d5e42f88a6b1c2d3e4f5a6b"}

NOTHING_TWICE = {
    "/a/{token}": "an answer to an alert stands once",
    "/api/login": "a session of its own each time",
    "/api/logout": "ends what is there",
    "/api/canary/plan": "sets the one plan of a home",
    "/api/canary/off": "ends what is there",
    "/api/canary/now": "one at a time",
    "/api/hazards/{hazard_id}/photos": "the same file is one photo",
    "/api/photos/{photo_id}/remove": "ends what is there",
    "/api/incidents/{incident_id}/answers": "an answer to an alert stands once",
    "/api/alerts/{alert_id}/answers": "an answer to an alert stands once",
    "/api/walks": "returns the walk that is open",
    "/api/walks/{walk_id}/end": "ends what is there",
    "/api/incidents/{incident_id}/told": "a person is told once",
    "/api/push": "the same phone is one channel",
    "/api/push/off": "ends what is there",
    "/api/registers/import": "the same sheet is nothing new",
    "/fragments/registers/import": "the same sheet is nothing new",
    "/api/registers/undo": "a second one is asked for by its own tap",
    "/api/report/words/try": "stores nothing",
    "/api/report/words": "says what the phrase says already",
    "/api/report/words/undo": "says what the phrase says already",
    "/api/roster/changes/{change_id}/undo": "ends what is there",
    "/api/me/quiet": "sets one choice",
    "/api/strangers/{device_id}/back": "ends what is there",
    "/api/suppressions/{suppression_id}/end": "ends what is there",
}
"""Ways in to which a second request does no harm, each with why."""


def test_every_way_in_that_stores_something_new_is_answered_once() -> None:
    routes = [each for router in ROUTERS for each in router.routes if isinstance(each, APIRoute)]
    posts = [route for route in routes if "POST" in (route.methods or ())]
    kept = {route.path for route in posts if any(one.call is once for one in route.dependant.dependencies)}
    assert {route.path for route in posts} - kept == set(NOTHING_TWICE)
    assert kept & set(NOTHING_TWICE) == set()


def hazards(county: County) -> int:
    with county.connect() as conn:
        row = conn.execute("SELECT count(*) FROM hazards WHERE description = %s", [HAZARD["description"]])
        return (row.fetchone() or (0,))[0]


def test_the_same_form_sent_again_is_one_hazard_and_one_answer(county: County, sign_in: SignIn) -> None:
    carer, head = sign_in("sunny-carer"), sign_in("sunny-head")
    first, second = (carer.post("/api/hazards", json=HAZARD, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert hazards(county) == 1
    # Without a key, by another key and from another person it is another hazard.
    for client, headers in ((carer, {}), (carer, {"Idempotency-Key": "another"}), (head, KEY)):
        assert client.post("/api/hazards", json=HAZARD, headers=headers).json() != first.json()
    assert hazards(county) == 4


def test_two_at_once_are_one(county: County, sign_in: SignIn) -> None:
    carer = sign_in("sunny-carer")
    with ThreadPoolExecutor(4) as crew:
        asked = [crew.submit(carer.post, "/api/hazards", json=HAZARD, headers=KEY) for _ in range(4)]
        said = [each.result().json() for each in asked]
    assert said == [said[0]] * 4
    assert hazards(county) == 1


def test_a_key_answers_no_other_request(county: County, sign_in: SignIn) -> None:
    carer = sign_in("sunny-carer")
    carer.post("/api/hazards", json=HAZARD, headers=KEY)
    other = carer.post("/api/hazards", json={"description": "灭火器过期"}, headers=KEY)
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")


def test_what_was_refused_is_tried_anew(county: County, sign_in: SignIn) -> None:
    carer = sign_in("sunny-carer")
    future = {**HAZARD, "found_on": "2199-01-01"}
    assert [carer.post("/api/hazards", json=future, headers=KEY).status_code for _ in range(2)] == [422, 422]
    assert carer.post("/api/hazards", json=HAZARD, headers=KEY).status_code == 201


def test_an_answer_of_many_parts_is_told_again_as_it_was(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/204室", AlertClass.T2)
    carer = sign_in("sunny-carer")
    shelf = {"reason": "等电池到货", "minutes": 60}
    first, second = (
        carer.post(f"/api/incidents/{incident}/shelf", json=shelf, headers=KEY) for _ in range(2)
    )
    assert first.json() == second.json()
    assert len(carer.get("/api/suppressions").json()) == 1


def test_answers_are_kept_for_a_day(county: County, sign_in: SignIn) -> None:
    carer = sign_in("sunny-carer")
    carer.post("/api/hazards", json=HAZARD, headers=KEY)
    with county.connect() as conn:
        answered.forget(conn, utc_now() - answered.KEPT)
        assert conn.execute("SELECT count(*) FROM answered_once").fetchone() == (1,)
        answered.forget(conn, utc_now() + timedelta(seconds=1))
        assert conn.execute("SELECT count(*) FROM answered_once").fetchone() == (0,)
