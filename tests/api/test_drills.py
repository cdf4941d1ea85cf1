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


def test_a_missing_person_drill_from_the_board_has_its_script_its_steps_and_its_record(
    county: County, sign_in: SignIn
) -> None:
    head, carer = sign_in("sunny-head"), sign_in("sunny-carer")
    assert "李建国" in head.get("/drills").text
    body = {"device_id": county.devices["sunny/band"]}
    incident = head.post("/api/drills", json=body).json()["incident_id"]
    path = f"/api/incidents/{incident}"
    assert carer.post(f"{path}/told", json={"told": "family"}).status_code == 409
    assert carer.post(f"{path}/answers", json={"answer": "confirm"}).status_code == 200
    story = carer.get(path).json()
    assert story["script_110"].startswith("【演练，不要拨打110】")
    assert "李建国" in story["script_110"]
    assert story["script_119"] is None
    page = carer.get(f"/incidents/{incident}").text
    assert page.count("这是演练，不要拨打 110") == 1
    (family, *_) = carer.post(f"{path}/told", json={"told": "family"}).json()
    assert family["by"] == "张敏"
    again = head.post(f"{path}/told", json={"told": "family"}).json()[0]
    assert again["done_at"] == family["done_at"], "the first note counts"
    assert sign_in("willow-head").post(f"{path}/told", json={"told": "police"}).status_code == 404
    carer.post(f"{path}/answers", json={"answer": "resolve", "outcome": "test"})
    record = head.get(f"/drills/{incident}").text
    assert "走失演练记录" in record
    assert "通知家属" in record
    (held,) = head.get("/api/drills").json()
    assert held["kind"] == "missing"
