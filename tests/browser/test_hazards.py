"""A photo is added from the page, shown before and after, and removed with a reason; a month shows what moved."""

from __future__ import annotations

import io

import psycopg
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from compliance.monthly_filing import file, file_due
from compliance.score_card import last_month
from model.clock import utc_now
from store import pool
from tests.browser.conftest import PICTURES, OpenPage
from tests.county import County

pytestmark = pytest.mark.ground("plain")


def photo(colour: str) -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(out, "PNG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


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
    page.screenshot(path=PICTURES / "hazard-390-light.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
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
