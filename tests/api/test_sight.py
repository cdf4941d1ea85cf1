"""Promise 5: a person sees only the homes that they may see, in every path."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from model.alerts import AlertClass
from tests.county import Board, County, raise_alert, routes

pytestmark = pytest.mark.ground("plain")

SignIn = Callable[[str], httpx.Client]

WILLOW_WORDS = ("柳溪", "willow", "0555-6000002", "柳堤路")


@pytest.fixture
def theirs(county: County) -> tuple[int, int]:
    """An alert of the other home."""
    raise_alert(county, "sunny/203室")
    return raise_alert(county, "willow/203室", AlertClass.F2)


def test_lists_hold_only_the_own_home(county: County, theirs: tuple[int, int], sign_in: SignIn) -> None:
    for login in ("sunny-carer", "sunny-head", "qinghe"):
        client = sign_in(login)
        cards = client.get("/api/incidents").json()
        assert [card["home"]["name"] for card in cards] == ["阳光敬老院"], login
        devices = client.get("/api/devices").json()
        assert {device["home_id"] for device in devices["devices"]} == {county.homes["sunny"]}
        assert devices["counts"]["total"] == 3


def test_the_bureau_sees_all(county: County, theirs: tuple[int, int], sign_in: SignIn) -> None:
    client = sign_in("bureau")
    assert {card["home"]["name"] for card in client.get("/api/incidents").json()} == {
        "阳光敬老院",
        "柳溪福利院",
    }
    assert {home["name"] for home in client.get("/api/homes").json()} == {"柳溪福利院", "阳光敬老院"}


def test_the_township_sees_its_own_homes(theirs: tuple[int, int], sign_in: SignIn) -> None:
    client = sign_in("qinghe")
    assert [home["name"] for home in client.get("/api/homes").json()] == ["阳光敬老院"]


def test_staff_do_not_get_the_list_of_homes(sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    assert client.get("/api/homes").status_code == 403
    assert client.get("/homes").status_code == 403
    assert client.get("/fragments/homes").status_code == 403


def test_a_guessed_number_is_no_different_from_none_at_all(
    county: County, theirs: tuple[int, int], sign_in: SignIn
) -> None:
    incident, alert = theirs
    for login in ("sunny-carer", "sunny-head", "qinghe"):
        client = sign_in(login)
        for path in ("/api/incidents/{}", "/incidents/{}", "/fragments/incidents/{}"):
            guessed = client.get(path.format(incident))
            absent = client.get(path.format(999_999))
            assert guessed.status_code == absent.status_code == 404, path
            if path.startswith("/api"):
                assert guessed.text.replace(str(incident), "N") == absent.text.replace("999999", "N")
        for path, number in (("/api/incidents/{}/answers", incident), ("/api/alerts/{}/answers", alert)):
            for answer in ("acknowledge", "on_scene", "confirm", "need_help", "reopen"):
                said = client.post(path.format(number), json={"answer": answer})
                assert said.status_code == 404, (path, answer)
            done = client.post(path.format(number), json={"answer": "resolve", "outcome": "false"})
            assert done.status_code == 404
    with county.connect() as conn:
        row = conn.execute(
            "SELECT state, acknowledged_by FROM alerts WHERE alert_id = %s", [alert]
        ).fetchone()
        logged = conn.execute("SELECT count(*) FROM alert_log WHERE incident_id = %s", [incident]).fetchone()
    assert row == ("raised", None)
    assert logged == (1,)


def test_filters_do_not_open_another_home(county: County, theirs: tuple[int, int], sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    home = county.homes["willow"]
    assert client.get(f"/api/incidents?home_id={home}").json() == []
    assert client.get(f"/api/devices?home_id={home}").json()["devices"] == []
    assert client.get("/api/devices?q=柳溪").json()["devices"] == []
    assert client.get("/api/devices?q=%").json()["devices"] == []


@pytest.mark.parametrize(
    "path",
    ["/api/months", "/card", "/round", "/hazards", "/hazards/new", "/months", "/api/report/safety.json"],
)
def test_who_asks_for_another_home_is_not_told_of_the_own(county: County, sign_in: SignIn, path: str) -> None:
    client = sign_in("sunny-head")
    assert client.get(f"{path}?home_id={county.homes['sunny']}").status_code == 200
    assert client.get(f"{path}?home_id={county.homes['willow']}").status_code == 404


def test_what_is_found_in_another_home_is_not_recorded_in_the_own(county: County, sign_in: SignIn) -> None:
    there = {"description": "消防泵停用", "home_id": county.homes["willow"]}
    assert sign_in("sunny-carer").post("/api/hazards", json=there).status_code == 404


def test_no_page_of_staff_holds_a_word_of_the_other_home(
    county: County, theirs: tuple[int, int], sign_in: SignIn
) -> None:
    # Invariant: whatever path is asked for, nothing that comes back names the other home.
    client = sign_in("sunny-carer")
    paths = [
        route.path for route in routes() if "GET" in (route.methods or set()) and "stream" not in route.path
    ]
    assert len(paths) >= 15
    for path in paths:
        asked = path.replace("{incident_id}", str(theirs[0])).replace("{language}", "zh")
        for query in ("", f"?home_id={county.homes['willow']}&q=柳&open=0&next=/"):
            text = client.get(asked + query, follow_redirects=True).text
            for word in WILLOW_WORDS:
                assert word not in text.replace("q=%E6%9F%B3", "").replace('value="柳"', ""), (asked, word)


def test_an_unknown_device_of_no_home_is_for_the_bureau_only(county: County, sign_in: SignIn) -> None:
    with county.connect() as conn:
        for home, address in ((None, "stray"), (county.homes["sunny"], "ours")):
            conn.execute(
                "INSERT INTO devices (source, address, name, kind, home_id, registered)"
                " VALUES ('zigbee2mqtt', %s, %s, 'unknown', %s, false)",
                [address, address, home],
            )
    own = sign_in("sunny-carer").get("/api/quarantine").json()
    assert [device["address"] for device in own] == ["ours"]
    every = sign_in("bureau").get("/api/quarantine").json()
    assert {device["address"] for device in every} == {"stray", "ours"}


def test_nothing_but_health_and_login_opens_without_a_session(county: County, board: Board) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    # A signed link is its own key: tests/api/test_answer_link.py.
    open_to_all = {"/api/login", "/login", "/healthz", "/readyz", "/language/{language}", "/a/{token}"}
    # A static file that must stand at the root; it holds no word of anybody.
    open_to_all.add("/push-worker.js")
    for route in routes():
        if route.path in open_to_all:
            continue
        path = route.path.replace("{incident_id}", str(incident)).replace("{alert_id}", "1")
        method = "POST" if "POST" in (route.methods or set()) else "GET"
        answer = httpx.request(method, board.address + path, json={"answer": "acknowledge"})
        expected = 401 if path.startswith(("/api", "/fragments")) else 303
        assert answer.status_code == expected, path
        assert "阳光" not in answer.text
