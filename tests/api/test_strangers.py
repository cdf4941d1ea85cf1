"""A device that nobody registered: who registers it, where, and what becomes of one that is set aside."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from store import devices, pool
from tests.county import County, raise_alert

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]


def stranger(county: County, address: str, home: str | None) -> int:
    """Let a device be heard for the first time."""
    with pool.connect(county.url, name="test") as conn:
        found = devices.quarantine(conn, "yian", address, home)
        conn.commit()
    return found.device_id


def test_a_head_registers_a_stranger_of_their_home(county: County, sign_in: SignIn) -> None:
    number = stranger(county, "new-1", "sunny")
    head, carer = sign_in("sunny-head"), sign_in("sunny-carer")
    path = f"/api/strangers/{number}/register"
    wanted = {"kind": "detector", "name": "烟感 204", "place_id": county.places["sunny/204室"]}
    assert carer.post(path, json=wanted).status_code == 403
    assert f"/strangers/{number}" not in carer.get("/devices").text
    assert f'href="/strangers/{number}"' in head.get("/devices").text
    theirs = head.post(path, json=wanted | {"place_id": county.places["willow/204室"]})
    assert (theirs.status_code, theirs.json()["field"]) == (422, "place_id")
    elsewhere = head.post(path, json=wanted | {"home_id": county.homes["willow"]})
    assert elsewhere.status_code == 404
    assert head.post(path, json=wanted).status_code == 200
    found = {one["address"]: one for one in head.get("/api/devices").json()["devices"]}["new-1"]
    assert (found["home_id"], found["name"], found["place"][-1]) == (
        county.homes["sunny"],
        "烟感 204",
        "204室",
    )
    assert head.get("/api/quarantine").json() == []
    assert head.post(path, json=wanted).status_code == 404
    with county.connect() as conn:
        row = conn.execute(
            "SELECT actor FROM register_log WHERE register = 'devices' ORDER BY change_id DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    assert row[0].startswith("陈院长 (board ")


def test_an_office_says_in_which_home_and_sees_the_code_that_the_device_says(
    county: County, sign_in: SignIn
) -> None:
    number = stranger(county, "lost-1", "h99")
    bureau = sign_in("bureau")
    path = f"/api/strangers/{number}"
    assert "自称机构代码 h99" in bureau.get("/devices").text
    assert "自称机构代码 h99" in bureau.get(f"/strangers/{number}").text
    band = {"kind": "wristband", "name": "手环 8", "report_every_h": 0.25}
    nowhere = bureau.post(f"{path}/register", json=band)
    assert (nowhere.status_code, nowhere.json()["field"]) == (422, "home_id")
    for field, value in (("kind", "canary"), ("name", "  "), ("resident_id", 99999)):
        wrong = bureau.post(f"{path}/register", json=band | {"home_id": county.homes["willow"], field: value})
        assert (wrong.status_code, wrong.json()["field"]) == (422, field)
    for login in ("sunny-head", "qinghe"):
        client = sign_in(login)
        assert client.get(f"/strangers/{number}").status_code == 404, login
        for what, body in (("register", band), ("aside", {"reason": "x"}), ("back", {})):
            assert client.post(f"{path}/{what}", json=body).status_code == 404, (login, what)
    done = bureau.post(f"{path}/register", json=band | {"home_id": county.homes["willow"]})
    assert done.status_code == 200, done.text


def test_one_that_is_set_aside_leaves_the_list_until_it_is_taken_back(
    county: County, sign_in: SignIn
) -> None:
    number = stranger(county, "neighbour", "sunny")
    head = sign_in("sunny-head")
    assert head.post(f"/api/strangers/{number}/aside", json={"reason": "隔壁小店的"}).status_code == 200
    page = head.get("/devices").text
    assert 'id="strangers"' not in page
    assert "隔壁小店的 · 陈院长" in page
    with pool.connect(county.url, name="test") as conn:
        again = devices.quarantine(conn, "yian", "neighbour", "sunny")
    assert (again.device_id, again.registered) == (number, False)
    assert head.post(f"/api/strangers/{number}/back").status_code == 200
    assert 'id="strangers"' in head.get("/devices").text
    head.post(f"/api/strangers/{number}/aside", json={"reason": "隔壁小店的"})
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at)"
            " VALUES (%s, 'fire', 'x', 'F1', '{}', now())",
            [county.homes["sunny"]],
        )
        conn.execute(
            "INSERT INTO alerts (incident_id, home_id, device_id, subject, class, kind, happened_at, raised_at,"
            " unregistered, reason) SELECT incident_id, home_id, %s, 'x', 'F1', 'smoke', now(), now(), true, 'smoke'"
            " FROM incidents",
            [number],
        )
    assert 'id="strangers"' in head.get("/devices").text, "one that raises an alarm wants a look again"


def test_a_carer_neither_sets_aside_nor_takes_back(county: County, sign_in: SignIn) -> None:
    path = f"/api/strangers/{stranger(county, 'neighbour', 'sunny')}"
    carer = sign_in("sunny-carer")
    assert carer.post(f"{path}/aside", json={"reason": "隔壁小店的"}).status_code == 403
    assert carer.post(f"{path}/back").status_code == 403


def test_a_device_that_is_registered_is_no_stranger(county: County, sign_in: SignIn) -> None:
    number = county.devices["sunny/203室"]
    bureau = sign_in("bureau")
    wanted = {"home_id": county.homes["willow"], "kind": "wristband", "name": "手环 9"}
    for what, body in (("register", wanted), ("aside", {"reason": "x"}), ("back", {})):
        assert bureau.post(f"/api/strangers/{number}/{what}", json=body).status_code == 404, what
    with county.connect() as conn:
        kept = conn.execute("SELECT home_id, kind, set_aside_at FROM devices WHERE device_id = %s", [number])
        assert kept.fetchone() == (county.homes["sunny"], "detector", None)


def test_a_band_is_registered_for_a_resident_of_its_home(county: County, sign_in: SignIn) -> None:
    number = stranger(county, "band-9", "sunny")
    with county.connect() as conn:
        residents = dict(
            conn.execute("SELECT home_id, min(resident_id) FROM residents GROUP BY home_id").fetchall()
        )
        conn.execute("UPDATE residents SET moved_out_on = '2025-01-01' WHERE name = '赵秀英'")
    head = sign_in("sunny-head")
    page = head.get(f"/strangers/{number}").text
    assert "王桂兰" in page
    assert "赵秀英" not in page
    band = {"kind": "wristband", "name": "手环 9", "report_every_h": 0.25}
    path = f"/api/strangers/{number}/register"
    at_home = {"home_id": county.homes["sunny"], "resident_id": residents[county.homes["willow"]]}
    for who in (head, sign_in("bureau")):
        theirs = who.post(path, json=band | at_home)
        assert (theirs.status_code, theirs.json()["field"]) == (422, "resident_id")
    own = residents[county.homes["sunny"]]
    assert head.post(path, json=band | {"resident_id": own}).status_code == 200
    with county.connect() as conn:
        kept = conn.execute(
            "SELECT resident_id, report_every = '15 min' FROM devices WHERE device_id = %s", [number]
        )
        assert kept.fetchone() == (own, True)


def test_the_page_proposes_the_home_of_the_topic_and_the_kind_by_what_was_said(
    county: County, sign_in: SignIn
) -> None:
    number = stranger(county, "new-1", "sunny")
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO events (device_id, happened_at, event_key, kind, state, arrived_at)"
            " VALUES (%s, now(), '1', 'smoke', 'active', now())",
            [number],
        )
    page = sign_in("bureau").get(f"/strangers/{number}").text
    assert '<option value="detector" selected>' in page
    assert f'<option value="{county.homes["sunny"]}" selected>' in page
    assert "主楼 二层 东区 204室" in page


def test_who_alarms_is_listed_first_and_who_is_set_aside_last(county: County, sign_in: SignIn) -> None:
    calm, aside, alarms = (stranger(county, name, "sunny") for name in ("calm", "aside", "alarms"))
    county.devices["alarms"] = alarms
    raise_alert(county, "alarms", unregistered=True)
    with county.connect() as conn:
        conn.execute(
            "UPDATE devices SET created_at = now() - CASE address WHEN 'aside' THEN '1 min' WHEN 'calm' THEN '1 h'"
            " ELSE '1 day' END::interval WHERE NOT registered"
        )
    head = sign_in("sunny-head")
    head.post(f"/api/strangers/{aside}/aside", json={"reason": "隔壁小店的"})
    assert [one["device_id"] for one in head.get("/api/quarantine").json()] == [alarms, calm, aside]
