"""What a form says of a wrong value: the field by its name and what belongs there, in sight, and nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from model.alerts import AlertClass
from tests.browser.conftest import PICTURES, OpenPage
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


@pytest.mark.types_wrong_values
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "「原因」要写：几个字，不能只有空格"),
        ("en", "“Reason” needs: a few words, not only spaces"),
    ],
)
def test_a_shelf_without_a_reason_is_told_in_the_dialog(
    county: County, board: Board, open_page: OpenPage, scheme: str, language: str, words: str
) -> None:
    raise_alert(county, "sunny/204室", AlertClass.T2)
    page = open_page("sunny-carer", scheme=scheme)
    page.goto(f"{board.address}/language/{language}?next=/")
    page.wait_for_selector('#live-pill[data-state="on"]')
    page.locator("[data-shelve]").tap()
    dialog = page.locator("#dialog-shelve")
    reason = dialog.locator("[name=reason]")
    reason.fill("   ")
    dialog.locator("select").select_option("240")
    dialog.locator("button[type=submit]").tap()
    problem = dialog.get_by_role("alert")
    expect(problem).to_contain_text(words)
    expect(reason).to_be_focused()
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("select")).to_have_value("240")
    expect(page.locator("#toast")).to_be_hidden()
    page.screenshot(path=PICTURES / f"wrong-reason-{language}-{scheme}.png")
    reason.fill("等电池到货")
    expect(problem).to_be_hidden()
    dialog.locator("button[type=submit]").tap()
    expect(page.locator(".card")).to_contain_text("等电池到货")


@pytest.mark.types_wrong_values
def test_a_window_without_a_reason_keeps_what_was_chosen(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/muted")
    page.wait_for_selector('#live-pill[data-state="on"]')
    form = page.locator("#plan form.fields")
    form.get_by_label("类型").select_option("test")
    form.get_by_label("原因").fill(" ")
    form.get_by_role("button").tap()
    expect(form.get_by_role("alert")).to_contain_text("「原因」要写")
    expect(form.get_by_label("类型")).to_have_value("test")
    page.screenshot(path=PICTURES / "wrong-window.png", full_page=True)


def test_a_form_says_what_happened_when_no_answer_comes(
    county: County, board: Board, open_page: OpenPage
) -> None:
    raise_alert(county, "sunny/204室", AlertClass.T2)
    page = open_page("sunny-carer")
    page.locator("[data-shelve]").tap()
    dialog = page.locator("#dialog-shelve")
    dialog.locator("[name=reason]").fill("等电池到货")
    page.context.set_offline(True)
    dialog.locator("button[type=submit]").tap()
    expect(dialog.get_by_role("alert")).to_contain_text("没有收到服务的确认")
    expect(dialog.locator("[name=reason]")).to_have_value("等电池到货")
