"""Before its script has come a page keeps what is pressed, and puts what is typed into no address, history or log."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.county import PASSWORD, Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")
_FORM = re.compile(r'<form(?:[^>"]|"[^"]*")*>')


def hold_script(page: Page) -> list[Route]:
    """What is asked for stands in the list until somebody continues it."""
    held: list[Route] = []
    page.route("**/static/main.js", lambda route: held.append(route))
    return held


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


def test_an_answer_that_is_tapped_before_the_script_is_given_once_it_has_come(
    county: County, open_page: OpenPage
) -> None:
    page = open_page("sunny-carer")
    raise_alert(county, "sunny/203室", ago=timedelta(seconds=4))
    held = hold_script(page)
    with page.expect_request("**/static/main.js"):
        page.reload(wait_until="commit")
    taken = page.locator(".card").get_by_role("button", name="收到")
    taken.tap()
    taken.tap()
    expect(taken).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(page.locator(".card")).to_have_attribute("data-state", "acknowledged")
    expect(page.locator(".card")).to_contain_text("张敏 已收到")


def test_a_form_that_is_sent_before_the_script_is_stored_once_it_has_come(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    held = hold_script(page)
    with page.expect_request("**/static/main.js"):
        page.goto(f"{board.address}/canary", wait_until="commit")
    page.get_by_label("谁的手机").select_option(label="陈院长 · 院长 · 没有通知通道")
    page.get_by_role("button", name="设定").tap()
    held[0].continue_()
    expect(page.locator("#canary-plan")).to_contain_text("每天 09:30")


def test_a_page_whose_script_did_not_come_says_so(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-carer")
    page.route("**/static/swap.js", lambda route: route.abort("internetdisconnected"))
    page.reload()
    expect(page.get_by_text("页面没有完整打开")).to_be_visible()
    page.unroute("**/static/swap.js")
    page.screenshot(path="build/screenshots/71-script-missing-phone.png")
    page.get_by_role("link", name="重新打开").tap()
    page.wait_for_selector('#live-pill[data-state="on"]')
    expect(page.get_by_text("页面没有完整打开")).to_be_hidden()


def test_every_module_of_the_board_is_asked_for_at_once() -> None:
    folder = Path("api/static")
    named, reached = {"main.js"}, set[str]()
    while named - reached:
        [*todo] = named - reached
        for each in todo:
            reached.add(each)
            named |= set(re.findall(r'^import .*"\./(\w+\.js)";$', (folder / each).read_text("utf-8"), re.M))
    head = Path("api/templates/base.html").read_text("utf-8")
    told = re.search(r"{% for module in \((.*)\) %}", head)
    assert told is not None
    assert {f"{each}.js" for each in re.findall(r'"(\w+)"', told[1])} == reached - {"main.js"}
