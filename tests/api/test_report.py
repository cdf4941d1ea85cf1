"""The annual report in a browser: who may see and sign which, and what became of a signed one."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import docx
import httpx
import jsonschema
import psycopg
import pytest

from compliance.archive import verify
from model.clock import SHANGHAI, utc_now
from store import pool
from tests.county import County

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]
YEAR = utc_now().astimezone(SHANGHAI).year - 1


def test_the_bureau_reads_takes_and_signs_the_county_and_sees_what_moved(
    county: County, sign_in: SignIn, tmp_path: Path
) -> None:
    bureau = sign_in("bureau")
    page = bureau.get(f"/report?year={YEAR}&detail=brief&numbering=digit&rounded=true").text
    assert f"{YEAR}年度民政工作高质量发展" in page
    assert "正文数字从简取整" in page
    for form in ("docx", "xlsx", "md", "json"):
        answer = bureau.get(f"/api/report/safety.{form}?year={YEAR}")
        assert answer.status_code == 200, form
        assert "attachment" in answer.headers["Content-Disposition"]
    signed = bureau.post("/api/report/sign", json={"year": str(YEAR), "until": f"{YEAR}-09-30"}).json()
    assert signed["version"] == 1
    assert f'href="/report/signed/{signed["report_id"]}"' in bureau.get("/report").text
    path = f"/report/signed/{signed['report_id']}"
    assert "数字与数据库一致" in bureau.get(path).text

    for form in ("docx", "json"):
        file = tmp_path / f"signed.{form}"
        file.write_bytes(bureau.get(f"/api{path}.{form}").content)
        with pool.connect(county.url, name="test") as conn:
            assert verify(conn, file, utc_now()).good, form
    whole = "".join(
        one.text for one in docx.Document(io.BytesIO((tmp_path / "signed.docx").read_bytes())).paragraphs
    )
    assert f"截至{YEAR}年9月底" in whole
    assert json.loads((tmp_path / "signed.json").read_text(encoding="utf-8"))["frozen"]["version"] == 1

    with psycopg.connect(county.url) as conn:
        conn.execute(
            "INSERT INTO trainings (held_on, topic, attendees) VALUES (%s, '消防', 30)", [f"{YEAR}-05-05"]
        )
    moved = bureau.get(path).text
    assert "培训期数" in moved
    assert "新增" in moved


def test_the_json_keeps_to_the_schema_that_is_served_beside_it(sign_in: SignIn) -> None:
    bureau = sign_in("bureau")
    schema = bureau.get("/api/report/schema.json")
    assert schema.status_code == 200
    jsonschema.validate(bureau.get(f"/api/report/safety.json?year={YEAR}").json(), schema.json())


def test_a_head_sees_their_own_home_and_signs_nothing(county: County, sign_in: SignIn) -> None:
    head = sign_in("sunny-head")
    assert head.get(f"/report?year={YEAR}&home_id={county.homes['willow']}").status_code == 404
    page = head.get(f"/report?year={YEAR}").text
    assert f"{YEAR}年度阳光敬老院安全工作情况汇报" in page
    assert "签发" not in page
    told = head.get(f"/api/report/safety.json?year={YEAR}").json()
    assert told["scope"]["homes"] == 1
    assert head.post("/api/report/sign", json={"year": YEAR}).status_code == 403
    assert head.get("/report/signed/1").status_code == 403
    assert head.get("/api/report/signed/1.json").status_code == 403


def test_a_wish_that_cannot_be_is_refused_by_name(sign_in: SignIn) -> None:
    bureau = sign_in("bureau")
    for wish in (f"year={YEAR}&until={YEAR - 1}-03-01", "year=2099", "until=x", "detail=half", "home_id=999"):
        assert bureau.get(f"/api/report/safety.md?{wish}").status_code in (404, 422), wish
    assert bureau.get("/report/signed/77").status_code == 404
    assert sign_in("bureau").post("/api/report/sign", json={"year": 2099}).status_code == 422


def test_who_asks_for_a_pdf_where_none_can_be_made_is_told_what_is_missing(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    answer = sign_in("bureau").get(f"/api/report/safety.pdf?year={YEAR}")
    assert answer.status_code == 503
    assert "LibreOffice" in answer.json()["message"]
