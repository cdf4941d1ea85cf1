"""A drill from its start on the board to its record."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.county import County

SignIn = Callable[[str], httpx.Client]


def test_a_drill_is_marked_timed_and_leaves_a_record(county: County, sign_in: SignIn) -> None:
    head, carer = sign_in("sunny-head"), sign_in("sunny-carer")
    body = {"device_id": county.devices["sunny/203室"]}
    incident = head.post("/api/drills", json=body).json()["incident_id"]
    assert head.post("/api/drills", json=body).status_code == 409
    (card,) = carer.get("/api/incidents").json()
    assert card["drill"] is True
    assert "进行中" in head.get("/drills").text
    for answer in (
        {"answer": "acknowledge"},
        {"answer": "on_scene"},
        {"answer": "resolve", "outcome": "test"},
    ):
        assert carer.post(f"/api/incidents/{incident}/answers", json=answer).status_code == 200
    (held,) = head.get("/api/drills").json()
    assert held["closed_at"] is not None
    page = head.get(f"/drills/{incident}").text
    assert page.count("达标") == 2
    assert "未达标" not in page
    with county.connect() as conn:
        kept = conn.execute("SELECT findings FROM inspections WHERE kind = 'drill'").fetchall()
    assert len(kept) == 1
    assert kept[0][0].startswith(f"演练 #{incident}：")


def test_a_drill_is_not_for_carers_nor_for_other_homes(county: County, sign_in: SignIn) -> None:
    body = {"device_id": county.devices["sunny/203室"]}
    assert sign_in("sunny-carer").post("/api/drills", json=body).status_code == 403
    assert sign_in("willow-head").post("/api/drills", json=body).status_code == 404
    incident = sign_in("sunny-head").post("/api/drills", json=body).json()["incident_id"]
    assert sign_in("willow-head").get(f"/drills/{incident}").status_code == 404
