"""The bureau reads the annual section, changes how it is told, signs it, and sees that it still holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PICTURES

OpenPage = Callable[..., Page]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_section_is_chosen_signed_and_still_holds(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page("bureau", width=width, scheme=scheme)
    page.goto(page.url.rstrip("/") + "/report")
    page.get_by_label("层次序号").select_option("digit")
    page.get_by_label("大数取整").check()
    page.get_by_role("button", name="查看").click()
    expect(page.locator("#section")).to_contain_text("正文数字从简取整")
    expect(page.get_by_label("层次序号")).to_have_value("digit")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=PICTURES / f"report-{width}-{scheme}.png", full_page=True)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Word").click()
    assert coming.value.suggested_filename.endswith(".docx")
    page.locator("#sign").click()
    expect(page.locator("#verdict")).to_contain_text("数字与数据库一致")
    page.screenshot(path=PICTURES / f"report-signed-{width}-{scheme}.png", full_page=True)
