"""What is typed into a form before its script has come goes nowhere: no address, no history, no log of a proxy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.county import PASSWORD, Board, County

pytestmark = pytest.mark.ground("plain")
_FORM = re.compile(r'<form(?:[^>"]|"[^"]*")*>')


def test_a_form_says_where_it_goes_or_that_its_script_sends_it() -> None:
    forms = [
        form
        for page in Path("api/templates").glob("*.html")
        for form in _FORM.findall(page.read_text("utf-8"))
    ]
    assert len(forms) > 30
    assert [form for form in forms if " action=" not in form and ' method="dialog"' not in form] == []


def test_a_password_stands_in_no_address(county: County, board: Board, open_page: OpenPage) -> None:
    page = open_page(None)
    page.route("**/static/login.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.reload()
    page.get_by_label("登录名").fill("sunny-carer")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{board.address}/login")
    expect(page.get_by_label("密码", exact=True)).to_have_value(PASSWORD)


def test_a_reason_stays_in_its_form(county: County, board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head")
    page.route("**/static/main.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(f"{board.address}/muted")
    page.locator("#plan").get_by_label("原因").fill("王桂兰房间维修")
    page.locator("#plan").get_by_role("button").last.click()
    expect(page).to_have_url(f"{board.address}/muted")
    expect(page.locator("#plan").get_by_label("原因")).to_have_value("王桂兰房间维修")
