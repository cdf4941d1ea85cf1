"""A session that ends in the middle of a form: nothing typed is lost, and nobody writes in another's name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from model.alerts import AlertClass
from tests.browser.conftest import PICTURES, OpenPage, is_too_wide
from tests.county import PASSWORD, Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


def end_sessions(county: County) -> None:
    with county.connect() as conn:
        conn.execute("DELETE FROM sessions")


def log_in_again(page: Page, login: str = "") -> None:
    """Answer the dialog that asks who is there; it names who was."""
    dialog = page.locator("#dialog-login")
    expect(dialog).to_be_visible()
    if login:
        dialog.get_by_label("登录名").fill(login)
    dialog.get_by_label("密码", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()


def hazards(county: County) -> list[tuple[str]]:
    with county.connect() as conn:
        return conn.execute("SELECT description FROM hazards ORDER BY hazard_id").fetchall()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_form_goes_on_after_logging_in_again(
    county: County, board: Board, open_page: OpenPage, width: int
) -> None:
    page = open_page("sunny-head", width=width)
    page.goto(f"{board.address}/hazards/new")
    page.wait_for_selector('#live-pill[data-state="on"]')
    page.locator("[name=description]").fill("二楼东侧通道堆放杂物")
    end_sessions(county)
    expect(page.locator("#lost")).to_contain_text("登录已失效")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#dialog-login").get_by_label("登录名")).to_have_value("sunny-head")
    page.screenshot(path=PICTURES / f"signed-out-{width}.png")
    assert not is_too_wide(page)
    # A wrong password is told, and asked for again.
    page.locator("#dialog-login").get_by_label("密码", exact=True).fill("wrong")
    page.locator("#dialog-login").get_by_role("button", name="登录").click()
    expect(page.locator("#dialog-login")).to_contain_text("登录名或密码不对")
    log_in_again(page)
    expect(page.get_by_role("heading", name="二楼东侧通道堆放杂物")).to_be_visible()
    assert hazards(county) == [("二楼东侧通道堆放杂物",)]


def test_who_does_not_log_in_keeps_what_was_typed(county: County, board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/hazards/new")
    page.locator("[name=description]").fill("二楼东侧通道堆放杂物")
    end_sessions(county)
    page.get_by_role("button", name="登记").tap()
    page.locator("#dialog-login").get_by_role("button", name="返回").tap()
    expect(page.locator("#new-hazard .problem")).to_contain_text("登录已失效")
    expect(page.locator("[name=description]")).to_have_value("二楼东侧通道堆放杂物")
    assert hazards(county) == []


@pytest.mark.may_not
def test_a_page_goes_on_when_its_person_logged_in_again_in_another_tab(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/hazards/new")
    page.locator("[name=description]").fill("配电间门锁坏")
    other = page.context.new_page()
    for login, stays in (("sunny-carer", True), ("sunny-head", False)):
        other.goto(f"{board.address}/")
        other.locator("#logout").click()
        other.get_by_label("登录名").fill(login)
        other.get_by_label("密码", exact=True).fill(PASSWORD)
        other.get_by_role("button", name="登录").click()
        other.wait_for_selector('#live-pill[data-state="on"]')
        page.bring_to_front()
        page.get_by_role("button", name="登记").tap()
        if stays:
            # Whoever is logged in now is somebody else, in whose name nothing is written.
            expect(page.locator("#new-hazard .problem")).to_contain_text("张敏")
            expect(page.locator("[name=description]")).to_have_value("配电间门锁坏")
            assert hazards(county) == []
    expect(page.get_by_role("heading", name="配电间门锁坏")).to_be_visible()
    assert hazards(county) == [("配电间门锁坏",)]


def test_an_answer_is_given_after_logging_in_again(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-carer")
    raise_alert(county, "sunny/band", AlertClass.W1)
    expect(page.locator(".card")).to_be_visible()
    page.evaluate("document.querySelector('.answer.main').scrollIntoView()")
    end_sessions(county)
    expect(page.locator("#lost")).to_contain_text("登录已失效")
    page.get_by_role("button", name="重新登录").tap()
    log_in_again(page)
    expect(page.locator("#lost")).to_be_hidden()
    page.get_by_role("button", name="收到").tap()
    expect(page.locator(".card")).to_have_attribute("data-state", "acknowledged")


def test_another_person_who_logs_in_gets_their_own_page(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/hazards/new")
    page.locator("[name=description]").fill("二楼东侧通道堆放杂物")
    end_sessions(county)
    page.get_by_role("button", name="登记").tap()
    log_in_again(page, "sunny-carer")
    page.wait_for_url(f"{board.address}/")
    expect(page.locator(".who")).to_contain_text("张敏")
    assert hazards(county) == []


def test_a_second_tap_before_the_next_page_stores_nothing(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/hazards/new")
    page.locator("[name=description]").fill("二楼东侧通道堆放杂物")
    page.evaluate("""() => {
        const button = document.querySelector("#new-hazard [type=submit]");
        new MutationObserver(() => button.hasAttribute("aria-busy") || button.click()).observe(
            button, {attributeFilter: ["aria-busy"]});
    }""")
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="登记").tap()
    expect(page.get_by_role("heading", name="二楼东侧通道堆放杂物")).to_be_visible()
    assert posted == [f"{board.address}/api/hazards"]
    assert hazards(county) == [("二楼东侧通道堆放杂物",)]
    # The way back leads to an empty form: what is stored is not offered to be stored again.
    page.go_back()
    expect(page.locator("[name=description]")).to_have_value("")
