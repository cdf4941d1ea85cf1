"""The words of the annual report on a page: changed, tried, taken back, and by whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from model.clock import SHANGHAI, utc_now
from store import pool
from tests.county import County
from yian.report import run_report

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]
YEAR = utc_now().astimezone(SHANGHAI).year
NAME = "document.chapter"
SHIPPED = "养老机构安全保障水平跃上新台阶"
OURS = "养老机构安全工作"


def test_the_bureau_changes_a_phrase_and_takes_it_back(
    county: County, sign_in: SignIn, tmp_path: Path
) -> None:
    bureau, head = sign_in("bureau"), sign_in("sunny-head")
    signed = bureau.post("/api/report/sign", json={"year": YEAR}).json()["report_id"]
    assert 'href="/report/words"' in bureau.get("/report").text
    assert f'href="/report/words/{NAME}"' in bureau.get("/report/words").text

    tried = bureau.post("/api/report/words/try", json={"name": NAME, "text": OURS}).json()
    assert tried == {"slips": [], "example": OURS, "lacking": []}
    assert SHIPPED in bureau.get("/report").text
    kept = bureau.post("/api/report/words", json={"name": NAME, "text": OURS + "\r\n", "over": 0})
    assert kept.status_code == 200
    over = kept.json()["change_id"]
    for reader in (bureau, head):
        assert f"一、{OURS}</h2>" in reader.get("/report").text
        assert f"一、{OURS}" in reader.get(f"/api/report/safety.md?year={YEAR}").text
    assert SHIPPED in bureau.get(f"/report/words/{NAME}").text
    assert "民政局 刘科长" in bureau.get("/report/words").text

    out = tmp_path / "report.json"
    with pool.connect(county.url, name="test") as conn:
        run_report(conn, year=YEAR, home=None, form="json", out=out, now=utc_now())
    assert OURS in out.read_text(encoding="utf-8")

    # What was signed stays, and its figures have not moved by other words.
    file = json.loads(bureau.get(f"/api/report/signed/{signed}.json").text)
    assert any(SHIPPED in run["text"] for block in file["blocks"] for run in block["runs"])
    assert "数字与数据库一致" in bureau.get(f"/report/signed/{signed}").text

    for _ in range(2):
        answer = bureau.post("/api/report/words/undo", json={"name": NAME, "over": over})
        assert answer.status_code == 200
    assert f"一、{SHIPPED}" in bureau.get("/report").text
    with county.connect() as conn:
        kept = conn.execute("SELECT text, made_by FROM report_word_changes ORDER BY change_id").fetchall()
        assert kept == [(OURS, "民政局 刘科长"), (None, "民政局 刘科长")]
        with pytest.raises(psycopg.errors.RaiseException):
            conn.execute("DELETE FROM report_word_changes")


def test_a_slip_is_refused_by_the_name_of_its_phrase(county: County, sign_in: SignIn) -> None:
    bureau = sign_in("bureau")
    name = "clause.S2.variants.0.text"
    wrong = {"name": name, "text": "建立微型消防站{micro_station_buil}个", "over": 0}
    tried = bureau.post("/api/report/words/try", json=wrong).json()
    assert "第 1 行 line 1 [clause.S2]: {micro_station_buil}" in tried["slips"][0]
    assert tried["example"] == ""
    refused = bureau.post("/api/report/words", json=wrong)
    assert refused.status_code == 422
    assert refused.json()["field"] == name
    assert "须保留 must be kept" in refused.json()["expected"]
    for text in ("\x00", "\ud800{", ""):
        assert bureau.post("/api/report/words", content=json.dumps(wrong | {"text": text})).status_code == 422
    unknown = {"name": "clause.S99.variants.0.text", "text": "x", "over": 0}
    assert bureau.post("/api/report/words", json=unknown).status_code == 404
    assert bureau.get("/report/words/clause.S99").status_code == 404
    with county.connect() as conn:
        assert conn.execute("SELECT 1 FROM report_word_changes").fetchall() == []


def test_an_example_of_a_home_is_of_a_home_and_says_what_is_lacking(sign_in: SignIn) -> None:
    bureau = sign_in("bureau")
    title = {"name": "document.home_title", "text": "{year}年{home}汇报"}
    assert bureau.post("/api/report/words/try", json=title).json()["example"] == f"{YEAR}年柳溪福利院汇报"
    visits = "走访{elders_visited}位老人，{all}"
    tried = bureau.post(
        "/api/report/words/try", json={"name": "clause.S16.variants.0.text", "text": visits}
    ).json()
    assert tried["slips"] == []
    assert len(tried["lacking"]) == 1


def test_of_two_officers_at_one_phrase_the_second_is_told(county: County, sign_in: SignIn) -> None:
    first, second = sign_in("bureau"), sign_in("bureau")
    theirs = {"name": NAME, "text": OURS, "over": 0}
    mine = {"name": NAME, "text": "养老机构安全", "over": 0}
    change_id = first.post("/api/report/words", json=theirs).json()["change_id"]
    refused = second.post("/api/report/words", json=mine)
    assert refused.status_code == 409
    said = refused.json()
    assert (said["error"], said["text"], said["by"]) == ("changed_meanwhile", OURS, "民政局 刘科长")
    assert said["over"] == change_id
    assert second.post("/api/report/words/undo", json=mine).status_code == 409
    assert f"一、{OURS}" in second.get("/report").text
    # Who wants the same has nothing to settle, and who has seen the other's text may write over it.
    assert second.post("/api/report/words", json=theirs).json()["change_id"] == change_id
    assert second.post("/api/report/words", json=mine | {"over": change_id}).status_code == 200
    with county.connect() as conn:
        kept = conn.execute("SELECT text FROM report_word_changes ORDER BY change_id").fetchall()
    assert kept == [(OURS,), ("养老机构安全",)]


def test_of_two_at_the_same_moment_one_is_kept(county: County, sign_in: SignIn) -> None:
    clients = [sign_in("bureau") for _ in range(4)]

    def save(number: int) -> int:
        body = {"name": NAME, "text": f"{OURS}{number}", "over": 0}
        return clients[number].post("/api/report/words", json=body).status_code

    with ThreadPoolExecutor(len(clients)) as threads:
        assert sorted(threads.map(save, range(len(clients)))) == [200, 409, 409, 409]


def test_pauses_while_typing_read_the_year_once(county: County, sign_in: SignIn) -> None:
    bureau = sign_in("bureau")

    def tried(text: str) -> str:
        body = {"name": "clause.S2.variants.0.text", "text": text + "，微型消防站{micro_station_built}个"}
        return bureau.post("/api/report/words/try", json=body).json()["example"]

    assert tried("全县{homes_open}家").startswith("全县2家，")
    with county.connect() as conn:
        conn.execute("UPDATE homes SET closed_on = '2020-01-01' WHERE code = 'willow'")
    assert tried("全县现有{homes_open}家").startswith("全县现有2家，")


@pytest.mark.parametrize("login", ["sunny-head", "sunny-carer", "qinghe"])
def test_only_the_bureau_sees_and_changes_the_words(login: str, sign_in: SignIn) -> None:
    other = sign_in(login)
    assert other.get("/report/words").status_code == 403
    assert other.get(f"/report/words/{NAME}").status_code == 403
    assert "/report/words" not in other.get("/report").text
    body = {"name": NAME, "text": OURS, "over": 0}
    for path in ("", "/try", "/undo"):
        assert other.post(f"/api/report/words{path}", json=body).status_code == 403


def test_a_change_of_words_carries_the_token(sign_in: SignIn) -> None:
    bureau = sign_in("bureau")
    del bureau.headers["X-CSRF-Token"]
    for path in ("", "/undo"):
        body = {"name": NAME, "text": OURS, "over": 0}
        assert bureau.post(f"/api/report/words{path}", json=body).status_code == 403
