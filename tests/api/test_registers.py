"""Device health, homes with counts, and the service's own health."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from model.alerts import AlertClass
from model.clock import utc_now
from store import liveness
from tests.county import Board, County, raise_alert

SignIn = Callable[[str], httpx.Client]


def names(answer: httpx.Response) -> list[str]:
    return [device["address"] for device in answer.json()["devices"]]


def test_a_device_shows_its_health(county: County, sign_in: SignIn) -> None:
    device = county.devices["sunny/203室"]
    with county.connect() as conn:
        conn.execute(
            "UPDATE liveness SET clock_skew = '-95 seconds', battery_pct = 15 WHERE device_id = %s", [device]
        )
        conn.execute(
            "INSERT INTO device_states (device_id, kind, active, since, changed_at)"
            " VALUES (%s, 'smoke', true, now(), now()), (%s, 'tamper', false, now(), now())",
            [device, device],
        )
    raise_alert(county, "sunny/203室")
    client = sign_in("sunny-carer")
    page = client.get("/api/devices").json()
    (shown,) = [each for each in page["devices"] if each["device_id"] == device]
    assert shown["clock_skew_s"] == -95
    assert shown["active"] == ["smoke"]
    assert shown["place"] == ["主楼", "二层", "东区", "203室"]
    assert (shown["online"], shown["battery_pct"], shown["open_alerts"]) == (True, 15, 1)
    assert page["counts"] == {"total": 3, "offline": 1, "battery": 1, "alarm": 1, "skew": 1}
    for health, found in (
        ("offline", "sunny-204"),
        ("battery", "sunny-203"),
        ("alarm", "sunny-203"),
        ("skew", "sunny-203"),
    ):
        assert names(client.get(f"/api/devices?health={health}")) == [found]
        assert client.get(f"/devices?health={health}").status_code == 200


def test_devices_are_found_by_room_resident_and_kind(sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    assert names(client.get("/api/devices?q=204")) == ["sunny-204"]
    assert names(client.get("/api/devices?q=李建国")) == ["sunny-band"]
    assert names(client.get("/api/devices?kind=wristband")) == ["sunny-band"]
    assert client.get("/api/devices?health=well").status_code == 422
    assert client.get("/api/devices?q=%00").status_code == 422
    assert client.get("/devices?health=well&kind=x&home_id=x").status_code == 200


def test_a_device_that_never_reported_is_offline(county: County, sign_in: SignIn) -> None:
    with county.connect() as conn:
        conn.execute("DELETE FROM liveness")
    page = sign_in("sunny-carer").get("/api/devices").json()
    assert {device["online"] for device in page["devices"]} == {False}
    assert {device["last_seen_at"] for device in page["devices"]} == {None}


def test_homes_are_counted_and_the_least_safe_comes_first(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "willow/203室", AlertClass.F1)
    raise_alert(county, "willow/band", AlertClass.W1)
    raise_alert(county, "willow/204室", AlertClass.T2)
    raise_alert(county, "sunny/203室", AlertClass.F1, drill=True)
    with county.connect() as conn:
        conn.execute("UPDATE timers SET step = 2 WHERE timer_id = (SELECT min(timer_id) FROM timers)")
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description, deadline_on)"
            " VALUES (%s, '2025-01-01', 'general', '疏散通道堆物', '2025-02-01')",
            [county.homes["sunny"]],
        )
    willow, sunny = sign_in("bureau").get("/api/homes").json()
    assert willow["name"] == "柳溪福利院"
    assert [willow[key] for key in ("open_fire", "open_wristband", "open_fault")] == [1, 1, 1]
    assert (willow["unanswered"], willow["escalated"], willow["detectors_online"]) == (3, 1, 2)
    assert (sunny["open_fire"], sunny["hazards_overdue"]) == (0, 1)
    assert (sunny["detectors_online"], sunny["detectors_total"]) == (1, 2)


def test_health_is_open_to_whoever_watches(board: Board) -> None:
    assert httpx.get(f"{board.address}/healthz").json() == {"status": "ok", "database": "ok"}
    ready = httpx.get(f"{board.address}/readyz")
    assert (ready.status_code, ready.json()["stream"]) == (200, "ok")


def test_readiness_tells_which_other_role_is_silent_and_is_ready_all_the_same(
    county: County, board: Board
) -> None:
    with county.connect() as conn:
        conn.execute("DELETE FROM services")
        liveness.beat(conn, "ingest", "1", utc_now(), {})
        liveness.beat(conn, "alerts", "1", utc_now() - 2 * liveness.BEATS_WITHIN, {})
    ready = httpx.get(f"{board.address}/readyz")
    assert (ready.status_code, ready.json()["ingest"], ready.json()["alerts"]) == (200, "ok", "silent")


def test_a_database_that_is_behind_is_not_ready(county: County, board: Board) -> None:
    with county.connect() as conn:
        conn.execute("DELETE FROM schema_migrations WHERE name = '0001_registers'")
    ready = httpx.get(f"{board.address}/readyz")
    assert ready.status_code == 503
    assert ready.json()["schema"] == "1 migrations to apply"


def test_the_description_speaks_both_languages(board: Board) -> None:
    described = httpx.get(f"{board.address}/api/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            words = said["summary"] + said.get("description", "")
            assert any("\u4e00" <= letter <= "\u9fff" for letter in words), (method, path)
            assert any("a" <= letter <= "z" for letter in words), (method, path)


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/203室")
    client = sign_in("bureau")
    for path in ("/", "/login", "/devices", "/homes", "/incidents/1", "/incidents/999"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http://" not in answer.text.replace('xmlns="http://www.w3.org', "")
        assert "https://" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
    assert client.get("/docs").status_code == 404


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "x", "/a\nb"]
)
def test_the_login_never_leads_to_another_site(sign_in: SignIn, target: str) -> None:
    client = sign_in("sunny-carer")
    for path in ("/login", "/language/en"):
        answer = client.get(path, params={"next": target}, follow_redirects=False)
        assert answer.headers["location"] == "/"
