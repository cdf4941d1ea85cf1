"""The bureau's officer changes one sentence of the report on a phone or a desktop, and takes it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PICTURES, OpenPage, look

NAME = "clause.S2.variants.0.text"


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(390, "light", "zh"), (390, "dark", "en"), (1280, "dark", "zh"), (1280, "light", "en")],
)
def test_a_sentence_is_tried_kept_and_taken_back(
    open_page: OpenPage, width: int, scheme: str, language: str
) -> None:
    page = open_page("bureau", width=width, scheme=scheme)
    board = page.url.rstrip("/")
    page.goto(f"{board}/language/{language}?next=/report/words")
    shape = f"{width}-{scheme}-{language}"
    page.locator("summary").nth(1).click()
    look(page, f"words-{shape}")
    page.locator(f'a[href="/report/words/{NAME}"]').click()
    tried = page.locator("#tried")
    expect(tried.locator("li")).to_have_count(1)

    wrong = "已建立微型消防站{micro_station_buil}个"
    page.locator("#text").fill(wrong)
    expect(tried).to_contain_text("第 1 行 line 1 [clause.S2]: {micro_station_buil}")
    page.locator("#words-form [type=submit]").click()
    expect(tried).to_contain_text("须保留 must be kept")
    expect(page.locator("#text")).to_have_value(wrong)
    look(page, f"words-wrong-{shape}")

    page.locator("#text").fill("已建立微型消防站{micro_station_built}个")
    expect(tried).to_contain_text("已建立微型消防站0个")
    page.locator("#words-form [type=submit]").click()
    expect(page.locator("#today")).to_contain_text("已建立")
    expect(tried).to_contain_text("已建立")
    page.screenshot(path=PICTURES / f"words-kept-{shape}.png", full_page=True)
    page.locator("#undo-form button").click()
    expect(page.locator("#undo-form")).to_have_count(0)
    expect(page.locator("#word-changes tbody tr")).to_have_count(2)
    page.goto(f"{board}/report/words")
    page.screenshot(path=PICTURES / f"words-after-{shape}.png", full_page=True)


@pytest.mark.parametrize("keeps", ["take-theirs", "keep-mine"])
def test_of_two_officers_the_second_sees_both_texts(open_page: OpenPage, keeps: str) -> None:
    first, second = open_page("bureau", width=1280), open_page("bureau")
    for page in (first, second):
        page.goto(f"{page.url.rstrip('/')}/report/words/document.chapter")
    first.locator("#text").fill("养老机构安全工作")
    first.locator("#words-form [type=submit]").click()
    expect(first.locator("#today")).to_have_text("养老机构安全工作")

    second.locator("#text").fill("养老机构安全")
    second.locator("#words-form [type=submit]").tap()
    clash = second.locator("#clash")
    expect(clash).to_contain_text("民政局 刘科长")
    expect(clash.locator(".phrase")).to_have_text("养老机构安全工作")
    expect(second.locator("#text")).to_have_value("养老机构安全")
    look(second, "words-clash")
    second.locator(f"#{keeps}").tap()
    kept = "养老机构安全工作" if keeps == "take-theirs" else "养老机构安全"
    expect(second.locator("#today")).to_have_text(kept)
    expect(second.locator("#text")).to_have_value(kept)
    expect(second.locator("#word-changes tbody tr")).to_have_count(1 if keeps == "take-theirs" else 2)


def test_who_types_on_does_not_wait_for_the_answer_before(open_page: OpenPage) -> None:
    page = open_page("bureau", width=1280)
    page.goto(f"{page.url.rstrip('/')}/report/words/document.chapter")
    expect(page.locator("#tried li")).to_have_count(1)
    # The first answer never comes; only what was typed last is asked for and shown.
    page.route(
        "**/words/try", lambda route: None if "第一" in (route.request.post_data or "") else route.continue_()
    )
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/words/try")):
        with page.expect_request("**/words/try"):
            page.locator("#text").fill("第一")
        page.locator("#text").fill("第二")
    expect(page.locator("#tried li")).to_have_text("第二")
