"""Muting from a card, windows, the list of what is quiet, and what is never quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from alerts import suppression
from model.alerts import AlertClass
from model.clock import utc_now
from model.devices import Device
from store import devices, suppressions
from tests.county import County, raise_alert

SignIn = Callable[[str], httpx.Client]
SHELF = {"reason": "等电池到货", "minutes": 60}


def device(county: County, name: str) -> Device:
    with county.connect() as conn:
        found = devices.device_by_id(conn, county.devices[name])
    assert found is not None
    return found


def test_a_fault_is_muted_with_reason_and_comes_back_by_hand(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/204室", AlertClass.T2)
    client = sign_in("sunny-carer")
    (row,) = client.post(f"/api/incidents/{incident}/shelf", json=SHELF).json()
    assert (row["kind"], row["reason"], row["made_by"], row["alerts"]) == ("shelf", "等电池到货", "张敏", 1)
    (card,) = client.get("/api/incidents").json()
    assert card["muted"]["by"] == "张敏"
    assert card["muted"]["told"] is False
    assert card["state"] == "raised"
    page = client.get("/").text
    assert "等电池到货" in page
    assert "data-shelve" not in page
    assert "等电池到货" in client.get("/muted").text
    ended = client.post(f"/api/suppressions/{row['suppression_id']}/end")
    assert ended.json() == {"returned": 1}
    assert client.get("/api/suppressions").json() == []
    story = client.get(f"/api/incidents/{incident}").json()
    assert story["incident"]["muted"] is None
    mine = [entry["action"] for entry in story["time_line"] if entry["actor"] == "张敏"]
    assert mine == ["shelve", "returned"]
    assert client.post(f"/api/suppressions/{row['suppression_id']}/end").status_code == 404


@pytest.mark.parametrize("alert_class", [AlertClass.F1, AlertClass.W1])
def test_what_is_about_life_cannot_be_shelved(
    county: County, sign_in: SignIn, alert_class: AlertClass
) -> None:
    name = "sunny/203室" if alert_class is AlertClass.F1 else "sunny/band"
    incident, _ = raise_alert(county, name, alert_class)
    client = sign_in("sunny-carer")
    assert client.post(f"/api/incidents/{incident}/shelf", json=SHELF).status_code == 409
    assert client.get("/api/suppressions").json() == []
    assert "data-shelve" not in client.get("/").text


def test_a_fire_in_a_window_says_why_it_is_muted_and_that_it_is_told(county: County, sign_in: SignIn) -> None:
    head = sign_in("sunny-head")
    body = {"home_id": county.homes["sunny"], "reason": "消防管网检修", "minutes": 240}
    assert head.post("/api/suppressions", json=body).status_code == 200
    incident, alert = raise_alert(county, "sunny/203室")
    with county.connect() as conn, conn.transaction():
        held = suppressions.over(conn, device(county, "sunny/203室").device_id, AlertClass.F1, utc_now())
        assert held is not None
        waits = suppression.mute(conn, incident, alert, held, AlertClass.F1, utc_now())
    assert not waits
    (card,) = head.get("/api/incidents").json()
    assert card["muted"]["reason"] == "消防管网检修"
    assert card["muted"]["told"] is True
    assert card["muted"]["by"] == "陈院长"
    assert "事关生命，照常通知" in head.get("/").text


def test_windows_are_not_for_carers_other_homes_or_ever(county: County, sign_in: SignIn) -> None:
    body = {"home_id": county.homes["sunny"], "reason": "检修", "minutes": 60}
    assert sign_in("sunny-carer").post("/api/suppressions", json=body).status_code == 403
    assert sign_in("willow-head").post("/api/suppressions", json=body).status_code == 404
    head = sign_in("sunny-head")
    for wrong, status in (
        ({"minutes": 8 * 24 * 60}, 422),
        ({"reason": " "}, 422),
        ({"kind": "shelf"}, 422),
        ({"device_id": county.devices["willow/203室"]}, 404),
        ({"starts_at": (utc_now() - timedelta(days=2)).isoformat()}, 422),
    ):
        assert head.post("/api/suppressions", json=body | wrong).status_code == status, wrong


def test_another_home_neither_sees_nor_ends_it(county: County, sign_in: SignIn) -> None:
    body = {"home_id": county.homes["sunny"], "reason": "检修", "minutes": 60}
    made = sign_in("sunny-head").post("/api/suppressions", json=body).json()["suppression_id"]
    willow = sign_in("willow-head")
    assert willow.get("/api/suppressions").json() == []
    assert willow.post(f"/api/suppressions/{made}/end").status_code == 404
    assert len(sign_in("bureau").get("/api/suppressions").json()) == 1
