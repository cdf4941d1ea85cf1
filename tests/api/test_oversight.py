"""Who would be told, and how good the alarms are, over HTTP and as pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from typer.testing import CliRunner

from model.alerts import AlertClass
from tests.county import County, raise_alert
from yian import commands_alarms

SignIn = Callable[[str], httpx.Client]


def test_each_rung_is_shown_and_dead_ones_are_flagged(county: County, sign_in: SignIn) -> None:
    with county.connect() as conn:
        conn.execute("UPDATE people SET channels = '{jsons://secret-topic}' WHERE login = 'sunny-head'")
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
    assert "网络接口" in page
    assert "jsons" not in page
    assert "值班长、院长" in page
    assert client.get("/api/incidents").json() == []


def test_a_window_is_shown_with_what_it_does_to_a_fault_and_to_a_fire(
    county: County, sign_in: SignIn
) -> None:
    with county.connect() as conn:
        conn.execute("UPDATE people SET channels = '{ntfy://topic}' WHERE login = 'sunny-carer'")
        conn.execute(
            "INSERT INTO suppressions (kind, home_id, reason, starts_at, ends_at, made_at)"
            " VALUES ('maintenance', %s, '更换探测器', now() - interval '1 hour', now() + interval '1 hour', now())",
            [county.homes["sunny"]],
        )
    head, device = sign_in("sunny-head"), county.devices["sunny/203室"]
    fire = head.get(f"/api/devices/{device}/dry-run").json()
    fault = head.get(f"/api/devices/{device}/dry-run", params={"alert_class": "T1"}).json()
    assert (fire["window"]["waits"], fault["window"]["waits"]) == (False, True)
    assert fire["rungs"][0]["told_at"] == fire["at"]
    assert fault["rungs"][0]["told_at"] == fault["window"]["until"]
    pages = [
        head.get("/dry-run", params={"device_id": device, "alert_class": each}).text for each in ("F1", "T1")
    ]
    assert "照常通知" in pages[0]
    assert "仍未消除才通知" in pages[1]
    assert all("更换探测器" in page for page in pages)


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
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from) VALUES (%s, now() - interval '2 days')",
            [county.devices["sunny/203室"]],
        )
    head = sign_in("sunny-head")
    told = head.get(f"/api/homes/{county.homes['sunny']}/quality", params={"days": 1}).json()
    assert told["unprotected"]["resident_hours"] == 72
    assert told["unprotected"]["without_duty_hours"] == 72
    assert told["kpi"]["alerts"] == 2
    page = head.get("/quality", params={"days": 1}).text
    assert page.index("无防护人时") < page.index("多久收到")
    assert "72.0" in page


def test_an_office_sees_all_homes_the_worst_first_by_the_same_figures_as_the_command(
    county: County, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_alert(county, "willow/203室", ago=timedelta(minutes=30))
    raise_alert(county, "sunny/204室", AlertClass.T2)
    bureau = sign_in("bureau")
    told = bureau.get("/api/quality", params={"days": 7}).json()
    assert [home["name"] for home in told["homes"]] == ["柳溪福利院", "阳光敬老院"]
    assert [sum(home["trend"]) for home in told["homes"]] == [1, 1]
    assert told["kpi"]["alerts"] == 2
    monkeypatch.setenv("YIAN_DATABASE_URL", county.url)
    done = CliRunner().invoke(
        commands_alarms.app, ["kpi", "--json", "--from", told["kpi"]["from_at"], "--to", told["kpi"]["to_at"]]
    )
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    instants = ("from_at", "to_at")
    assert {name: datetime.fromisoformat(printed.pop(name)) for name in instants} == {
        name: datetime.fromisoformat(told["kpi"].pop(name)) for name in instants
    }
    assert printed == told["kpi"]
    page = bureau.get("/quality").text
    assert page.index("柳溪福利院</a>") < page.index("阳光敬老院</a>")
    assert page.count('class="spark"') == 2
    assert "无防护人时" in bureau.get("/quality", params={"home_id": county.homes["willow"]}).text
    # A township sees its own homes only, and a home itself.
    assert [home["name"] for home in sign_in("qinghe").get("/api/quality").json()["homes"]] == ["阳光敬老院"]
    assert "worst" not in sign_in("sunny-head").get("/quality").text


def test_what_was_before_a_home_joined_is_no_failure_of_it(county: County, sign_in: SignIn) -> None:
    with county.connect() as conn:
        conn.execute("DELETE FROM liveness_intervals")
        conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from) VALUES (%s, now() - interval '24 hours')",
            [county.devices["sunny/203室"]],
        )
    bureau = sign_in("bureau")
    homes = {one["name"]: one["unprotected"] for one in bureau.get("/api/quality").json()["homes"]}
    assert homes["阳光敬老院"]["resident_hours"] == pytest.approx(72, abs=0.1)
    assert homes["阳光敬老院"]["unobserved_hours"] == pytest.approx(6 * 72, abs=0.1)
    assert (homes["柳溪福利院"]["resident_hours"], homes["柳溪福利院"]["unprotected_hours"]) == (0, 0)
    page = bureau.get("/quality").text
    assert "尚未接入" in page
    assert page.count("起接入，此前不详") == 1
    assert "此前情况不详" in bureau.get("/quality", params={"home_id": county.homes["sunny"]}).text
    never = bureau.get("/quality", params={"home_id": county.homes["willow"]}).text
    assert "尚未接入" in never
    assert 'class="big bad"' not in never
