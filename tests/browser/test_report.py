"""The bureau reads the annual section, changes how it is told, signs it, and sees that it still holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PICTURES, OpenPage, look


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_section_is_chosen_signed_and_still_holds(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page("bureau", width=width, scheme=scheme)
    page.goto(page.url.rstrip("/") + "/report")
    page.get_by_label("层次序号").select_option("digit")
    page.get_by_label("大数取整").check()
    page.get_by_role("button", name="查看").click()
    expect(page.locator("#section")).to_contain_text("正文数字从简取整")
    expect(page.get_by_label("层次序号")).to_have_value("digit")
    look(page, f"report-{width}-{scheme}")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Word").click()
    assert coming.value.suggested_filename.endswith(".docx")
    # What is signed stays for good: one tap alone does not.
    page.locator("#sign").click()
    dialog = page.locator("#dialog-sign")
    expect(dialog).to_contain_text("全县")
    dialog.get_by_role("button", name="返回").click()
    expect(page.locator("#signed-reports")).to_have_count(0)
    page.locator("#sign").click()
    dialog.get_by_role("button", name="签发", exact=True).click()
    expect(page.locator("#verdict")).to_contain_text("数字与数据库一致")
    expect(page.locator("#superseded")).to_have_count(0)
    first = page.url
    page.screenshot(path=PICTURES / f"report-signed-{width}-{scheme}.png", full_page=True)
    page.go_back()
    page.reload()
    page.locator("#sign").click()
    expect(dialog).to_contain_text("已签发到第 1 版")
    page.screenshot(path=PICTURES / f"report-sign-again-{width}-{scheme}.png")
    dialog.get_by_role("button", name="签发", exact=True).click()
    expect(page.locator("#verdict")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("版本 2")
    page.goto(first)
    expect(page.locator("#superseded")).to_contain_text("第 2 版")
    page.screenshot(path=PICTURES / f"report-superseded-{width}-{scheme}.png", full_page=True)
