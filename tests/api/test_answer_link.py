"""The link in a message: one incident, one person, no login, and nothing else behind it."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from alerts import links
from api.answer_link import typed_name
from model.alerts import AlertClass
from model.clock import utc_now
from model.errors import BadInput
from tests.county import SECRET, Board, County, raise_alert
from yian.roles.alerts import answer_links
from yian.settings import load

pytestmark = pytest.mark.ground("plain")

FORM = re.compile(r'name="form" value="([0-9a-f]{64})"')


def link(
    county: County,
    incident: int,
    person: str = "sunny-carer",
    *,
    good_for: timedelta = timedelta(hours=12),
    key: str = SECRET,
    purpose: str = links.ANSWER,
) -> str:
    """Return the path of a link as a message carries it."""
    return "/a/" + links.make(incident, county.people[person], purpose, utc_now() + good_for, key)


@pytest.fixture
def phone(board: Board) -> Generator[httpx.Client]:
    """A browser that nobody has logged in with."""
    with httpx.Client(base_url=board.address, timeout=60) as client:
        yield client


def tap(phone: httpx.Client, path: str, answer: str, **said: str) -> httpx.Response:
    """Open a link, then send its form."""
    form = FORM.search(phone.get(path).text)
    assert form is not None
    return phone.post(
        path,
        data={"answer": answer, "who": "me", "form": form.group(1), **said},
        follow_redirects=True,
    )


def rows(county: County, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with county.connect() as conn:
        return conn.execute(query, values).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def everything(county: County) -> list[list[tuple[Any, ...]]]:
    """Return what an answer could change."""
    return [
        rows(county, "SELECT * FROM alerts ORDER BY alert_id"),
        rows(county, "SELECT * FROM alert_log ORDER BY incident_id, number"),
        rows(county, "SELECT * FROM incidents ORDER BY incident_id"),
        rows(county, "SELECT * FROM timers ORDER BY timer_id"),
        rows(county, "SELECT * FROM notifications ORDER BY notification_id"),
    ]


def last_log(county: County) -> tuple[Any, ...]:
    return rows(county, "SELECT action, person_id, actor, via FROM alert_log ORDER BY at, number")[-1]


def test_the_page_says_what_where_since_when_and_whom_it_is_for(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室", drill=True)
    page = phone.get(link(county, incident))
    assert page.status_code == 200
    for words in ("火警", "阳光敬老院", "主楼 二层 东区", "203室", "演练", "您是 张敏 吗？", "还没有人应答"):
        assert words in page.text
    assert "<script" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_it_reads_in_english_too(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    phone.cookies.set("yian_lang", "en")
    page = phone.get(link(county, incident)).text
    assert "Are you 张敏?" in page
    assert "It is me: " in page


@pytest.mark.parametrize(
    ("answer", "action", "state"),
    [
        ("acknowledge", "acknowledge", "acknowledged"),
        ("on_scene", "on_scene", "on_scene"),
        ("false_alarm", "resolve", "resolved"),
        ("confirm", "confirm", "acknowledged"),
        ("need_help", "need_help", "acknowledged"),
    ],
)
def test_each_answer_is_recorded_as_of_the_person_of_the_link(
    county: County, phone: httpx.Client, answer: str, action: str, state: str
) -> None:
    incident, alert = raise_alert(county, "sunny/203室")
    page = tap(phone, link(county, incident), answer)
    assert page.status_code == 200, page.text
    assert 'role="status"' in page.text
    assert "张敏 ·" in page.text
    assert rows(county, "SELECT state FROM alerts WHERE alert_id = %s", alert) == [(state,)]
    carer = county.people["sunny-carer"]
    logged = rows(
        county,
        "SELECT person_id, actor, via FROM alert_log WHERE alert_id = %s AND action = %s",
        alert,
        action,
    )
    assert logged == [(carer, "张敏", "link 127.0.0.1")]
    if answer == "false_alarm":
        assert rows(county, "SELECT outcome FROM alerts") == [("false",)]
    if answer == "confirm":
        assert rows(county, "SELECT count(*) FROM alerts WHERE class = 'F2'") == [(1,)]


def test_looking_changes_nothing(county: County, phone: httpx.Client) -> None:
    # Invariant: programs that fetch links ahead of people answer nothing.
    incident, _ = raise_alert(county, "sunny/203室")
    path, before = link(county, incident), everything(county)
    for query in ("", "?answer=acknowledge&who=me", "?done=acknowledge", "?done=need_help"):
        page = phone.get(path + query)
        assert page.status_code == 200
        assert 'role="status"' not in page.text
    assert everything(county) == before


def test_who_got_the_link_from_somebody_must_say_who_they_are(county: County, phone: httpx.Client) -> None:
    incident, alert = raise_alert(county, "sunny/203室")
    path, before = link(county, incident), everything(county)
    for name in ("", "  ", "12345", "x" * 31, "李四（经 王五 的链接）", "李\x00四", "李\u202e四"):
        refused = tap(phone, path, "acknowledge", who="other", name=name)
        assert refused.status_code == 422, name
    assert everything(county) == before
    page = tap(phone, path, "acknowledge", who="other", name="  李 四 ")
    assert page.status_code == 200
    assert last_log(county) == ("acknowledge", None, "李 四（经 张敏 的链接）", "link 127.0.0.1")
    assert rows(county, "SELECT state, acknowledged_by FROM alerts WHERE alert_id = %s", alert) == [
        ("acknowledged", None)
    ]
    assert "李 四（经 张敏 的链接）" in page.text
    # The next answer need not be typed anew, and stands first on the page.
    assert 'value="李 四"' in page.text
    assert page.text.index('id="other"') < page.text.index('id="me"')


def test_a_name_is_shown_as_text(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    page = tap(phone, link(county, incident), "acknowledge", who="other", name="<b>李四</b>")
    assert "<b>李四" not in page.text
    assert "&lt;b&gt;李四" in page.text


def test_it_shows_who_has_answered_already(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    tap(phone, link(county, incident), "acknowledge")
    page = phone.get(link(county, incident, "sunny-head")).text
    assert "张敏 · 收到" in page
    assert "您是 陈院长 吗？" in page


def test_an_answer_to_many_alerts_is_shown_once(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室", scope="building:1")
    raise_alert(county, "sunny/204室", scope="building:1")
    page = tap(phone, link(county, incident), "acknowledge").text
    assert page.count("张敏 · 收到") == 1


def test_the_same_answer_twice_is_one(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    for _ in range(2):
        assert tap(phone, link(county, incident), "acknowledge").status_code == 200
    assert rows(county, "SELECT count(*) FROM alert_log WHERE action = 'acknowledge'") == [(1,)]


def test_what_is_resolved_is_not_answered_again(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    path = link(county, incident)
    form = FORM.search(phone.get(path).text)
    assert form is not None
    page = tap(phone, link(county, incident, "sunny-head"), "false_alarm")
    assert "<form" not in page.text
    late = phone.post(path, data={"answer": "on_scene", "who": "me", "form": form.group(1)})
    assert late.status_code == 409
    assert "可能同事已处置" in late.text
    assert rows(county, "SELECT count(*) FROM alert_log WHERE action = 'on_scene'") == [(0,)]


def test_an_expired_link_says_so_and_answers_nothing(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    path, before = link(county, incident, good_for=timedelta(seconds=-1)), everything(county)
    page = phone.get(path)
    assert page.status_code == 410
    assert "链接已过期" in page.text
    assert "203室" not in page.text
    assert phone.post(path, data={"answer": "acknowledge", "who": "me"}).status_code == 410
    assert everything(county) == before


def test_a_link_that_was_tampered_with_opens_nothing(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    theirs, _ = raise_alert(county, "willow/203室")
    before = everything(county)
    good = link(county, incident)
    number, person, purpose, until, signature = good.removeprefix("/a/").split(".")
    for path in (
        f"/a/{theirs}.{person}.{purpose}.{until}.{signature}",
        f"/a/{number}.{county.people['bureau']}.{purpose}.{until}.{signature}",
        f"/a/{number}.{person}.{purpose}.{int(until) + 999}.{signature}",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        link(county, incident, key="another secret of theirs"),
        link(county, 999_999),
        "/a/x",
        "/a/%00",
    ):
        page = phone.get(path)
        assert page.status_code == 404, path
        assert "链接无效" in page.text
        assert "203室" not in page.text
        assert phone.post(path, data={"answer": "acknowledge", "who": "me"}).status_code == 404
    assert phone.get(link(county, incident, purpose="other")).status_code == 410
    assert everything(county) == before


def test_a_form_of_elsewhere_or_of_another_link_is_refused(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    path, other = link(county, incident), link(county, incident, "sunny-head")
    form, foreign = (FORM.search(phone.get(each).text) for each in (path, other))
    assert form is not None
    assert foreign is not None
    before = everything(county)
    said = {"answer": "acknowledge", "who": "me", "form": form.group(1)}
    for changed in ({"form": ""}, {"form": "0" * 64}, {"form": foreign.group(1)}, {"form": "é"}):
        assert phone.post(path, data={**said, **changed}).status_code == 403, changed
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert phone.post(path, data=said, headers=headers).status_code == 403, headers
    assert everything(county) == before
    ours = {"Origin": str(phone.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert phone.post(path, data=said, headers=ours).status_code == 303


@pytest.mark.parametrize("answer", ["reopen", "resolve", "dance", ""])
def test_a_link_says_nothing_else(county: County, phone: httpx.Client, answer: str) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    before = everything(county)
    assert tap(phone, link(county, incident), answer).status_code == 422
    assert everything(county) == before


def test_nothing_of_another_incident_or_home_is_behind_a_link(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    own_other, _ = raise_alert(county, "sunny/204室", AlertClass.T2)
    theirs, alert = raise_alert(county, "willow/204室", AlertClass.F2)
    # The bureau sees every home, but its link opens one incident of one home.
    for person in ("sunny-carer", "bureau", "qinghe"):
        path = link(county, incident, person)
        page = phone.get(path)
        assert page.status_code == 200
        for words in ("柳溪", "0555-6000002", "204室", "王桂兰", "0555-6000001", "13800000001"):
            assert words not in page.text, (person, words)
        tap(
            phone, f"{path}?incident_id={theirs}", "acknowledge", incident_id=str(theirs), alert_id=str(alert)
        )
        assert phone.get(f"/api/incidents/{incident}").status_code == 401
        assert phone.get("/").status_code == 303
    answered = rows(county, "SELECT DISTINCT incident_id FROM alerts WHERE state <> 'raised'")
    assert answered == [(incident,)]
    assert own_other != incident


def test_a_person_opens_no_incident_that_is_not_theirs_to_see(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "willow/203室")
    for person in ("sunny-carer", "sunny-head", "qinghe"):
        page = phone.get(link(county, incident, person))
        assert page.status_code == 404, person
        assert "柳溪" not in page.text


def test_whoever_has_left_has_no_link_any_more(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    path = link(county, incident)
    assert phone.get(path).status_code == 200
    with county.connect() as conn:
        conn.execute("UPDATE people SET disabled_at = now() WHERE login = 'sunny-carer'")
    assert phone.get(path).status_code == 404


def test_an_incident_of_no_home_opens_for_the_bureau(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室", unregistered=True)
    with county.connect() as conn:
        conn.execute("UPDATE incidents SET home_id = NULL")
        conn.execute("UPDATE alerts SET home_id = NULL")
    assert phone.get(link(county, incident)).status_code == 404
    assert tap(phone, link(county, incident, "bureau"), "acknowledge").status_code == 200


@pytest.mark.parametrize("name", ["李", "Anna-Lena O'Neil", "买买提·艾山", "x" * 30])
def test_names_are_taken_as_people_write_them(name: str) -> None:
    assert typed_name(f" {name} ") == name


def test_brackets_are_ours() -> None:
    with pytest.raises(BadInput, match="name"):
        typed_name("李四（院长）")


def test_messages_carry_a_link_that_the_page_opens(county: County, phone: httpx.Client) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    settings = load(public_url="https://yian.example/", secret_key=SecretStr(SECRET))
    link_of = answer_links(settings)
    assert link_of is not None
    now = utc_now()
    made = link_of(incident, county.people["sunny-carer"], now)
    address, _, token = made.rpartition("/a/")
    assert address == "https://yian.example"
    left = links.read(token, now, SECRET).expires_at - now
    assert timedelta(hours=12) - timedelta(seconds=1) < left <= timedelta(hours=12)
    assert phone.get(f"/a/{token}").status_code == 200


def test_without_a_secret_messages_carry_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIAN_SECRET_KEY", raising=False)
    assert answer_links(load()) is None
