"""The indicators by HTTP: each sees the widest scope that is their own, nobody another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from compliance import indicator_sheet, indicator_words
from model.clock import SHANGHAI, utc_now
from model.spans import span_named
from store import pool, scopes
from tests.county import County, raise_alert

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]
THIS_YEAR = f"{utc_now().astimezone(SHANGHAI):%Y}"


def lines(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the indicators of an answer by key."""
    return {one["key"]: one for one in told["indicators"]}


def test_everybody_starts_with_the_widest_scope_of_their_own(county: County, sign_in: SignIn) -> None:
    for login, scope in (("bureau", "county"), ("qinghe", "township:青河镇"), ("sunny-head", "home:sunny")):
        told = sign_in(login).get("/api/indicators").json()
        assert (told["scope"], told["period"], told["to_date"]) == (scope, THIS_YEAR, True)
        page = sign_in(login).get("/indicators").text
        assert f'value="{scope}"' in page


def test_nobody_sees_the_scope_of_others(county: County, sign_in: SignIn) -> None:
    theirs = ("county", "township:柳溪镇", "home:willow", "device:yian/willow-203")
    for login, own in (
        ("qinghe", ("township:青河镇", "home:sunny", "device:sunny-203")),
        ("sunny-head", ("home:sunny", "device:sunny-203")),
    ):
        client = sign_in(login)
        for path in ("/api/indicators", "/api/indicators/faults", "/indicators", "/indicators/faults"):
            for scope in own:
                assert client.get(path, params={"scope": scope}).status_code == 200, (login, path, scope)
            for scope in (*theirs, "home:none"):
                assert client.get(path, params={"scope": scope}).status_code == 404, (login, path, scope)
    # The head of a home would take what they see for the whole township.
    assert sign_in("sunny-head").get("/api/indicators?scope=township:青河镇").status_code == 404


def test_a_carer_has_no_indicators_to_answer_for(sign_in: SignIn) -> None:
    client = sign_in("sunny-carer")
    for path in ("/api/indicators", "/api/indicators/ack_rate", "/indicators", "/indicators/ack_rate"):
        assert client.get(path).status_code == 403
    assert 'href="/indicators"' not in client.get("/").text
    assert 'href="/indicators"' in sign_in("sunny-head").get("/").text


def test_the_api_says_what_the_command_says(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/203室")
    told = sign_in("bureau").get("/api/indicators", params={"scope": "township:青河镇"}).json()
    with pool.connect(county.url, name="test") as conn:
        where = scopes.find(conn, scopes.Scope(scopes.ScopeKind.TOWNSHIP, "青河镇"))
        sheet = indicator_sheet.read(conn, where, span_named(THIS_YEAR), utc_now())
    same = lines(indicator_words.sheet_as_data(sheet))
    found = lines(told)
    assert list(found) == list(same)
    for key in ("fire_signals", "ack_rate", "fire_alarms"):
        for part in ("value", "numerator", "denominator", "zh", "en"):
            assert found[key][part] == same[key][part], (key, part)
    assert found["fire_signals"]["value"] == 1
    assert found["ack_rate"]["evidence"]["query"] == "alerts"
    unknown = found["worn_rate"]
    assert (unknown["value"], bool(unknown["why_unknown"]["zh"]), bool(unknown["why_unknown"]["en"])) == (
        None,
        True,
        True,
    )


def test_an_indicator_leads_to_its_rows_and_its_past(county: County, sign_in: SignIn) -> None:
    incident, alert = raise_alert(county, "sunny/203室")
    raise_alert(county, "willow/203室")
    client = sign_in("bureau")
    asked = {"scope": "device:sunny-203", "period": THIS_YEAR}
    told = client.get("/api/indicators/fire_signals", params=asked).json()
    assert [(row["number"], row["incident_id"]) for row in told["rows"]] == [(alert, incident)]
    assert told["past"][-1]["period"] == THIS_YEAR
    assert told["past"][-1]["value"] == told["indicator"]["value"] == 1
    page = client.get("/indicators/fire_signals", params=asked).text
    assert f'href="/incidents/{incident}"' in page
    assert "阳光敬老院" in page


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"period": "2026-13"}, "period"),
        ({"period": "last year"}, "period"),
        ({"period": "2190"}, "period"),
        ({"scope": "village:x"}, "scope"),
        ({"scope": "home:"}, "scope"),
    ],
)
def test_what_names_no_scope_or_period_is_refused_by_its_field(
    sign_in: SignIn, params: dict[str, str], field: str
) -> None:
    client = sign_in("bureau")
    for path in ("/api/indicators", "/api/indicators/ack_rate"):
        answer = client.get(path, params=params)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_an_indicator_that_is_none_is_missing(sign_in: SignIn) -> None:
    client = sign_in("bureau")
    for key in ("nothing", "smoke_stock"):
        assert client.get(f"/api/indicators/{key}").status_code == 404
    assert client.get("/api/indicators/drill_rate?period=2026-01").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_speaks_one_language(county: County, sign_in: SignIn, language: str) -> None:
    client = sign_in("bureau")
    client.get(f"/language/{language}")
    page = client.get("/indicators?period=2024-Q3").text
    said, not_said = ("火警及时响应率", "Fire alarms answered in 60 s")[:: 1 if language == "zh" else -1]
    assert said in page
    assert not_said not in page
    assert ("没有登记设备" in page or "当期没有设备接入" in page) == (language == "zh")
