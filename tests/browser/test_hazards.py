"""A hazard is recorded, closed and opened again on the phone, with its photos; a month shows what moved."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Route, expect

from compliance.monthly_filing import file, file_due
from compliance.score_card import last_month
from model.clock import local_day, utc_now
from store import pool
from tests.browser.conftest import PICTURES, OpenPage, look
from tests.county import Board, County

pytestmark = pytest.mark.ground("plain")


def photo(colour: str) -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(out, "PNG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 390), ("dark", 390), ("light", 1280), ("dark", 1280)]
)
def test_a_hazard_is_recorded_closed_and_opened_again(
    county: County, board: Board, open_page: OpenPage, scheme: str, width: int
) -> None:
    name = f"{width}-{scheme}"
    today = local_day(utc_now())
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description, deadline_on)"
            " VALUES (%s, %s, 'general', '灭火器过期', %s)",
            [county.homes["sunny"], today - timedelta(days=20), today - timedelta(days=6)],
        )
    page = open_page("sunny-carer", scheme=scheme, width=width)
    page.get_by_role("link", name="巡测").click()
    page.get_by_role("link", name="隐患 逾期 1").click()
    page.get_by_role("link", name="登记隐患").click()
    page.wait_for_url("**/hazards/new?*")
    expect(page.get_by_label("等级")).to_have_count(0)
    page.get_by_label("什么隐患，在哪里").fill("二层东侧安全出口堆放轮椅")
    page.get_by_label("照片").set_input_files([photo("red"), photo("blue")])
    look(page, f"hazard-new-{name}")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#before .photo img")).to_have_count(2)
    expect(page.locator("#close")).to_have_count(0)
    expect(page.locator("#story")).to_contain_text("张敏")

    page = open_page("sunny-head", scheme=scheme, width=width)
    page.goto(f"{board.address}/hazards")
    expect(page.locator("#hazards-table tbody tr").first).to_contain_text("逾期 6 天")
    look(page, f"hazards-{name}")
    page.get_by_role("link", name="二层东侧安全出口堆放轮椅").click()
    page.wait_for_url(re.compile(r"/hazards/\d+$"))
    page.get_by_label("整改情况").fill("轮椅移到库房，出口划黄线")
    page.get_by_label("整改后照片").set_input_files(photo("green"))
    look(page, f"hazard-close-{name}")
    page.get_by_role("button", name="销号").click()
    expect(page.locator("#after .photo img")).to_have_count(1)
    expect(page.locator("#hazard")).to_contain_text("轮椅移到库房，出口划黄线")
    page.wait_for_load_state()
    page.locator("#reopen summary").click()
    look(page, f"hazard-closed-{name}")
    page.get_by_label("原因").first.fill("轮椅又堆上了")
    page.get_by_role("button", name="重新打开").click()
    expect(page.locator("#close")).to_be_visible()
    expect(page.locator("#story")).to_contain_text("轮椅又堆上了")


@pytest.mark.types_wrong_values
def test_a_wrong_day_is_told_in_the_form_and_a_wrong_photo_after_the_rest_is_stored(
    county: County, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(page.url + "hazards/new")
    page.get_by_label("什么隐患，在哪里").fill("配电箱无盖")
    page.get_by_label("整改期限").fill("2020-01-01")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#new-hazard .problem")).to_contain_text("「整改期限」要写：不早于发现日期的日期")
    page.get_by_label("整改期限").fill("")
    page.get_by_label("照片").set_input_files(
        [{"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}, photo("red")]
    )
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#before .photo img")).to_have_count(1)
    expect(page.locator("#before .note")).to_contain_text("notes.jpg")


def test_a_photo_is_added_shown_and_removed_with_a_reason(county: County, open_page: OpenPage) -> None:
    with psycopg.connect(county.url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description, deadline_on)"
            " VALUES (%s, '2026-03-01', 'major', '安全出口堵塞', '2026-03-08')",
            [county.homes["sunny"]],
        )
    page = open_page("sunny-head")
    page.get_by_role("link", name="巡测").click()
    page.get_by_role("link", name="隐患").click()
    page.get_by_role("link", name="安全出口堵塞").click()
    page.locator("#before input[type=file]").set_input_files([photo("red"), photo("red")])
    page.locator("#before").get_by_role("button", name="上传").click()
    expect(page.locator("#before .photo img")).to_have_count(1)
    expect(page.locator("#before .note")).to_contain_text("已在")
    page.locator("#after input[type=file]").set_input_files(photo("green"))
    page.locator("#after").get_by_role("button", name="上传").click()
    expect(page.locator("#after .photo img")).to_have_count(1)
    shown = page.locator("#after .photo img")
    expect(shown).to_have_js_property("naturalWidth", 800)
    look(page, "hazard-390-light")
    page.locator("#after summary").click()
    page.locator("#after").get_by_label("原因").fill("拍到老人")
    page.locator("#after").get_by_role("button", name="标记为移除").click()
    expect(page.locator("#removed")).to_contain_text("拍到老人")
    expect(page.locator("#after .photo")).to_have_count(0)


def test_a_month_shows_what_was_filed_and_what_corrected_it(county: County, open_page: OpenPage) -> None:
    now = utc_now()
    with pool.connect(county.url, name="test") as conn:
        file_due(conn, now)
        file(conn, last_month(now), None, "民政局", now)
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, %s, 'major', '堵塞')",
            [county.homes["sunny"], last_month(now)],
        )
        conn.commit()
        file(conn, last_month(now), None, "民政局", now)
    page = open_page("bureau")
    page.get_by_role("link", name="机构").click()
    page.get_by_role("link", name="安全月报").click()
    row = page.locator("tr.moved-row", has_text="未清零重大隐患")
    expect(row.locator("s")).to_have_text("报送 0处")
    expect(row.locator("b.corrected")).to_have_text("更正 1处")
    expect(page.locator("#filed-months tbody tr").first).to_contain_text("更正 1 次")
    page.screenshot(path=PICTURES / "month-390-light.png", full_page=True)
    with page.expect_download() as coming:
        page.locator("#as-word").click()
    assert coming.value.suggested_filename.endswith("安全月报.docx")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_closes_what_a_colleague_has_closed_is_told_so_in_the_form(
    county: County, board: Board, open_page: OpenPage, language: str
) -> None:
    today = local_day(utc_now())
    with county.connect() as conn:
        row = conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, %s, 'general', '灭火器过期')"
            " RETURNING hazard_id",
            [county.homes["sunny"], today - timedelta(days=20)],
        ).fetchone()
        assert row is not None
        page = open_page("sunny-head")
        page.goto(f"{board.address}/language/{language}?next=/hazards/{row[0]}")
        measures = page.locator("#close [name=measures]")
        measures.fill("已更换")
        conn.execute(
            "UPDATE hazards SET closed_on = %s, closed_how = 'rectified' WHERE hazard_id = %s",
            [today, row[0]],
        )
        conn.commit()
    page.locator("#close [type=submit]").click()
    problem = page.locator("#close").get_by_role("alert")
    expect(problem).to_contain_text(f"已于 {today} 销号 closed already")
    expect(problem).to_contain_text({"zh": "没有改动", "en": "Nothing was changed"}[language])
    expect(measures).to_have_value("已更换")


def test_a_form_whose_answer_was_lost_is_sent_again_and_stored_once(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-carer")
    page.goto(f"{board.address}/hazards/new")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("internetdisconnected")

    page.route("**/api/hazards", lose_the_answer, times=1)
    page.get_by_label("什么隐患，在哪里").fill("二层东侧安全出口堆放轮椅")
    enter = page.get_by_role("button", name="登记")
    enter.click()
    expect(page.locator("main").get_by_role("alert")).to_contain_text("没有收到服务的确认")
    enter.click()
    page.wait_for_url(re.compile(r"/hazards/\d+$"))
    # What is written anew is another hazard.
    page.goto(f"{board.address}/hazards/new")
    page.get_by_label("什么隐患，在哪里").fill("二层东侧安全出口堆放轮椅")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(re.compile(r"/hazards/\d+$"))
    with county.connect() as conn:
        assert conn.execute("SELECT count(*) FROM hazards WHERE description LIKE '%轮椅'").fetchone() == (2,)
