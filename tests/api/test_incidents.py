"""Cards, answers and time lines over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from model.alerts import AlertClass
from tests.county import County, raise_alert

SignIn = Callable[[str], httpx.Client]


def answer(client: httpx.Client, incident: int, **body: Any) -> httpx.Response:
    return client.post(f"/api/incidents/{incident}/answers", json=body)


def test_a_card_says_what_where_since_when_and_who_must_be_carried(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/203室", ago=timedelta(seconds=20))
    (card,) = sign_in("sunny-carer").get("/api/incidents?open=1").json()
    assert card["alert_class"] == "F1"
    assert card["state"] == "raised"
    assert card["place"] == ["主楼", "二层", "东区", "203室"]
    assert card["home"]["address"] == "青河镇人民路18号"
    assert card["cannot_walk_here"] == ["王桂兰"]
    assert card["cannot_walk_floor"] == 2
    assert card["due_at"] is not None
    assert card["answers"] == ["acknowledge", "confirm", "need_help", "resolve"]


def test_marks_are_on_the_card(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/203室", drill=True, late=True, unregistered=True)
    with county.connect() as conn:
        conn.execute("UPDATE alerts SET cleared_by_device_at = now()")
    (card,) = sign_in("sunny-carer").get("/api/incidents").json()
    assert [card[mark] for mark in ("drill", "late", "unregistered", "cleared_by_device")] == [True] * 4
    assert card["state"] == "raised"


def test_the_most_urgent_class_comes_first_then_who_waits_longest(county: County, sign_in: SignIn) -> None:
    for device, alert_class, ago in (
        ("sunny/204室", AlertClass.T2, 1),
        ("sunny/band", AlertClass.W1, 900),
        ("sunny/203室", AlertClass.F1, 600),
        ("sunny/204室", AlertClass.F1, 60),
        ("sunny/203室", AlertClass.T4, 5),
    ):
        raise_alert(county, device, alert_class, ago=timedelta(seconds=ago), scope=f"{device}{alert_class}")
    cards = sign_in("sunny-carer").get("/api/incidents").json()
    assert [card["alert_class"] for card in cards] == ["F1", "F1", "W1", "T4", "T2"]
    assert [card["place"][-1] for card in cards[:2]] == ["203室", "204室"]


def test_one_fire_with_many_detectors_is_one_card(county: County, sign_in: SignIn) -> None:
    first, _ = raise_alert(county, "sunny/203室", scope="building:1")
    second, _ = raise_alert(county, "sunny/204室", scope="building:1")
    assert first == second
    (card,) = sign_in("sunny-carer").get("/api/incidents").json()
    assert len(card["alerts"]) == 2


def test_an_incident_goes_from_raised_to_resolved_and_back(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    client = sign_in("sunny-carer")
    card = answer(client, incident, answer="acknowledge").json()
    assert (card["state"], card["acknowledged_by"]) == ("acknowledged", ["张敏"])
    assert answer(client, incident, answer="on_scene").json()["state"] == "on_scene"
    card = answer(client, incident, answer="resolve", outcome="false", cause="cooking_smoke").json()
    assert (card["state"], card["outcome"], card["cause"]) == ("resolved", "false", "cooking_smoke")
    assert client.get("/api/incidents?open=1").json() == []
    assert [each["incident_id"] for each in client.get("/api/incidents?open=0").json()] == [incident]
    assert answer(client, incident, answer="reopen").json()["state"] == "acknowledged"
    assert len(client.get("/api/incidents?open=1").json()) == 1


def test_the_time_line_names_who_and_from_where(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    client = sign_in("sunny-carer")
    answer(client, incident, answer="acknowledge")
    story = client.get(f"/api/incidents/{incident}").json()
    last = story["time_line"][-1]
    assert (last["action"], last["actor"], last["role"]) == ("acknowledge", "张敏", "carer")
    assert last["via"] == "board 127.0.0.1"
    assert [row["number"] for row in story["time_line"]] == [1, 2]


def test_a_confirmed_fire_has_a_script_to_read_out(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    client = sign_in("sunny-carer")
    card = answer(client, incident, answer="confirm").json()
    assert card["alert_class"] == "F2"
    assert card["confirmed"] is True
    assert "confirm" not in card["answers"]
    script = client.get(f"/api/incidents/{incident}").json()["script_119"]
    for part in ("青河镇人民路18号", "主楼", "二层", "203室", "有1位", "共2位", "0555-6000001", "张敏"):
        assert part in script


def test_the_same_answer_twice_and_from_two_people_is_one(county: County, sign_in: SignIn) -> None:
    incident, alert = raise_alert(county, "sunny/203室")
    clients = [sign_in("sunny-carer"), sign_in("sunny-head"), sign_in("bureau")] * 4

    def acknowledge(client: httpx.Client) -> int:
        return answer(client, incident, answer="acknowledge").status_code

    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(acknowledge, clients))
    assert set(codes) == {200}
    with county.connect() as conn:
        logged = conn.execute(
            "SELECT count(*) FROM alert_log WHERE alert_id = %s AND action = 'acknowledge'", [alert]
        ).fetchone()
    assert logged == (1,)


def test_one_alert_of_an_incident_can_be_answered(county: County, sign_in: SignIn) -> None:
    incident, first = raise_alert(county, "sunny/203室", scope="building:1")
    raise_alert(county, "sunny/204室", scope="building:1")
    client = sign_in("sunny-carer")
    said = client.post(f"/api/alerts/{first}/answers", json={"answer": "acknowledge"})
    assert [alert["state"] for alert in said.json()["alerts"]] == ["acknowledged", "raised"]
    assert said.json()["incident_id"] == incident
    assert said.json()["state"] == "raised"


def test_what_is_not_possible_now_is_refused(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    client = sign_in("sunny-carer")
    refused = answer(client, incident, answer="reopen")
    assert (refused.status_code, refused.json()["error"]) == (409, "refused")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answer": "resolve"}, "outcome"),
        ({"answer": "dance"}, "answer"),
        ({}, "answer"),
        ({"answer": "resolve", "outcome": "maybe"}, "outcome"),
        ({"answer": "resolve", "outcome": "false", "cause": "x" * 201}, "cause"),
        ({"answer": "resolve", "outcome": "false", "cause": "a\u0000b"}, "cause"),
        ({"answer": "resolve", "outcome": "false", "cause": 7}, "cause"),
    ],
)
def test_bad_input_names_the_field(county: County, sign_in: SignIn, body: dict[str, Any], field: str) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    said = answer(sign_in("sunny-carer"), incident, **body)
    assert said.status_code == 422
    assert said.json()["error"] == "bad_input"
    assert said.json()["field"] == field
    assert said.json()["expected"]


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "1e3", "abc", "1%00"])
def test_a_number_that_names_nothing_is_missing(county: County, sign_in: SignIn, number: str) -> None:
    client = sign_in("bureau")
    assert client.get(f"/api/incidents/{number}").status_code == 404
    assert client.get(f"/incidents/{number}").status_code == 404
    said = client.post(f"/api/alerts/{number}/answers", json={"answer": "acknowledge"})
    assert said.status_code == 404


def test_a_wristband_card_shows_the_person_and_the_last_position(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/band", AlertClass.W2)
    with county.connect() as conn:
        for minutes, lat in ((30, 31.0), (1, 31.5)):
            conn.execute(
                "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, lat, lon, accuracy_m)"
                " VALUES (%s, now() - %s * interval '1 minute', %s, now(), %s, 118.5, 12)",
                [county.devices["sunny/band"], minutes, str(minutes), lat],
            )
    (card,) = sign_in("sunny-carer").get("/api/incidents").json()
    assert (card["resident"], card["resident_room"]) == ("李建国", "203室")
    assert card["last_position"]["lat"] == 31.5
    assert "confirm" in card["answers"]


def test_what_burns_is_told_with_the_confirmation_read_out_and_told_anew(
    county: County, sign_in: SignIn
) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    carer = sign_in("sunny-carer")

    def script() -> str:
        return carer.get(f"/api/incidents/{incident}").json()["script_119"]

    assert "燃烧物请以现场所见为准" in script()
    assert answer(carer, incident, answer="acknowledge", burning="床垫").status_code == 422
    assert answer(carer, incident, answer="confirm", burning="床\n 垫").json()["burning"] == "床 垫"
    assert "燃烧物：床 垫。" in script()
    assert "该处有1位、本层共2位老人不能自行行走" in script()
    with county.connect() as conn:
        [(body,)] = conn.execute("SELECT DISTINCT body FROM notifications WHERE stage LIKE 'F2%'").fetchall()
        assert "燃烧物：床 垫" in body
        assert "本层有 2 名老人不能行走" in body
        # Who has moved out must not be looked for: the words count anew each time.
        conn.execute("UPDATE residents SET moved_out_on = '2024-06-01' WHERE name = '赵秀英'")
    assert answer(carer, incident, answer="confirm", burning="电动车").status_code == 200
    assert "燃烧物：电动车。" in script()
    assert "本层共1位" in script()
    with county.connect() as conn:
        raised = conn.execute("SELECT count(*) FROM alerts WHERE class = 'F2'").fetchone()
        again = conn.execute("SELECT count(*) FROM alert_log WHERE action = 'again'").fetchone()
    assert (raised, again) == ((1,), (0,)), "to say what burns raises nothing anew"


def test_what_burns_is_not_told_of_a_person(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/band", AlertClass.W2)
    assert answer(sign_in("sunny-carer"), incident, answer="confirm", burning="床垫").status_code == 422
