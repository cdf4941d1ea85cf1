"""Who would be told, and how good the alarms are, over HTTP and as pages."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from model.alerts import AlertClass
from tests.county import County, raise_alert

SignIn = Callable[[str], httpx.Client]


def test_each_rung_is_shown_and_dead_ones_are_flagged(county: County, sign_in: SignIn) -> None:
    with county.connect() as conn:
        conn.execute("UPDATE people SET channels = '{ntfy://secret-topic}' WHERE login = 'sunny-head'")
    client = sign_in("sunny-carer")
    device = county.devices["sunny/203室"]
    run = client.get(f"/api/devices/{device}/dry-run", params={"at": "2026-03-01T23:10"}).json()
    assert run["alert_class"] == "F1"
    assert run["at"].startswith("2026-03-01T23:10:00+08:00")
    assert any(rung["dead"] for rung in run["rungs"])
    assert any(one["name"] == "陈院长" for rung in run["rungs"] for one in rung["people"])
    page = client.get("/dry-run", params={"device_id": device}).text
    assert "没有通知渠道" in page or "无人在岗" in page
    assert "secret-topic" not in page
    assert client.get("/api/incidents").json() == []


def test_another_home_and_an_odd_time_are_refused(county: County, sign_in: SignIn) -> None:
    device = county.devices["sunny/203室"]
    assert sign_in("willow-head").get(f"/api/devices/{device}/dry-run").status_code == 404
    assert sign_in("willow-head").get(f"/api/homes/{county.homes['sunny']}/quality").status_code == 404
    for at in ("now", "0001-01-01T00:00", "9999-12-31T23:59"):
        answer = sign_in("sunny-head").get(f"/api/devices/{device}/dry-run", params={"at": at})
        assert answer.status_code == 422, at


def test_hours_without_protection_come_first(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/203室")
    raise_alert(county, "sunny/204室", AlertClass.T2)
    head = sign_in("sunny-head")
    told = head.get(f"/api/homes/{county.homes['sunny']}/quality", params={"days": 1}).json()
    assert told["unprotected"]["resident_hours"] == 72
    assert told["unprotected"]["without_duty_hours"] == 72
    assert told["kpi"]["alerts"] == 2
    page = head.get("/quality", params={"days": 1}).text
    assert page.index("无防护人时") < page.index("多久收到")
    assert "72.0" in page
