"""The bureau downloads a register, has a file checked, stores it, and takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import PICTURES, OpenPage, look

HEADS = "机构代码,机构名称,类别,床位数\n"


def csv_file(text: str) -> FilePayload:
    return {"name": "homes.csv", "mimeType": "text/csv", "buffer": (HEADS + text).encode("gbk")}


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
)
def test_a_file_is_checked_then_stored_then_taken_back(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page("bureau", width=width, scheme=scheme)
    page.goto(page.url.rstrip("/") + "/registers")
    page.set_input_files('input[type="file"]', csv_file("new,新院,酒店,-5\n,无代码院,民办,x\n"))
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#faults tbody tr")).to_have_count(4)
    expect(page.get_by_role("alert").and_(page.locator(".problem"))).to_contain_text("有 4 处错误")
    page.screenshot(path=PICTURES / f"registers-wrong-{width}-{scheme}.png", full_page=True)
    page.set_input_files('input[type="file"]', csv_file("new,新院,民办,50\n"))
    page.get_by_role("button", name="检查").click()
    page.locator("#confirm-import").click()
    expect(page.locator("#imports-table tbody tr")).to_have_count(1)
    expect(page.locator("#outcome")).to_contain_text("已写入 1 行")
    expect(page.locator("#registers-table tr").nth(1)).to_contain_text("3")
    look(page, f"registers-{width}-{scheme}")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#imports-table")).to_contain_text("已撤销")


def test_an_export_is_a_file(open_page: OpenPage) -> None:
    page = open_page("bureau", width=1280, height=900)
    page.goto(page.url.rstrip("/") + "/registers")
    with page.expect_download() as coming:
        page.locator("#export-all").click()
    assert coming.value.suggested_filename == "registers.xlsx"
