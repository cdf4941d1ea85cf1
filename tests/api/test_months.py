"""Months as they were filed: the bureau sees the county's, a home its own, nobody another's."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import psycopg
import pytest

from compliance.monthly_filing import file, file_due
from compliance.score_card import last_month
from model.clock import utc_now
from store import pool
from tests.county import County

pytestmark = pytest.mark.ground("plain")
SignIn = Callable[[str], httpx.Client]


def test_a_correction_stands_beside_what_was_filed(county: County, sign_in: SignIn) -> None:
    now = utc_now()
    first_on = last_month(now)
    with pool.connect(county.url, name="test") as conn:
        file_due(conn, now)
        file(conn, first_on, None, "民政局", now)
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, %s, 'major', '堵塞')",
            [county.homes["sunny"], first_on],
        )
        conn.commit()
        file(conn, first_on, None, "民政局", now)
    month = f"{first_on:%Y-%m}"
    bureau = sign_in("bureau")
    listed = {one["start_on"]: one["versions"] for one in bureau.get("/api/months").json()}
    assert listed[first_on.isoformat()] == 2
    told = bureau.get(f"/api/months/{month}").json()
    line = {one["key"]: one for one in told["rows"]}["hazards_major_open"]
    assert (told["scope"], line["filed"], line["corrected"]) == ("全县", "0处", "1处")
    page = bureau.get("/months").text
    assert "0处</s>" in page
    assert '<span class="unseen">更正 </span>1处' in page
    made = bureau.get(f"/api/months/{month}/report.docx")
    assert (made.status_code, made.content[:2]) == (200, b"PK")

    head = sign_in("sunny-head")
    assert head.get("/api/months").json()[0]["versions"] >= 1
    assert head.get(f"/api/months/{month}").json()["scope"] == "阳光敬老院"
    assert head.get(f"/api/months/{month}?home_id={county.homes['willow']}").status_code == 404
    township = sign_in("qinghe")
    assert township.get(f"/api/months?home_id={county.homes['willow']}").status_code == 404
    assert township.get("/api/months/2025-13").status_code == 422


def test_a_home_that_is_not_known_is_missing(sign_in: SignIn, database: str) -> None:
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM reports").fetchone() == (0,)
    bureau = sign_in("bureau")
    assert bureau.get("/api/months").json() == []
    assert "还没有报送过" in bureau.get("/months").text
    assert bureau.get("/months?home_id=987654").status_code == 404
