"""The page behind the link in a message, on a phone whose browser runs no script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from alerts import links
from model.clock import utc_now
from tests.county import SECRET, Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


@pytest.mark.parametrize(
    ("scheme", "width", "height"), [("dark", 390, 844), ("light", 390, 844), ("light", 360, 740)]
)
def test_a_carer_answers_from_the_message_without_a_script(
    county: County, board: Board, browser: Browser, scheme: str, width: int, height: int
) -> None:
    incident, alert = raise_alert(county, "sunny/203室")
    token = links.make(
        incident, county.people["sunny-carer"], links.ANSWER, utc_now() + timedelta(hours=12), SECRET
    )
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        java_script_enabled=False,
        locale="zh-CN",
    )
    page = context.new_page()
    page.set_default_timeout(8000)
    where = f"build/screenshots/answer-link-{width}-{scheme}"
    page.goto(f"{board.address}/a/{token}")
    page.screenshot(path=f"{where}-1-opened.png", full_page=True)
    acknowledge = page.get_by_role("button", name="是我，收到")
    box = acknowledge.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height, "the first answer is reached without scrolling"
    for button in page.locator("button:visible, summary:visible, .top a:visible").all():
        size = button.bounding_box()
        assert size is not None
        assert size["height"] >= 43.5, button.inner_text()
        assert size["x"] + size["width"] <= width, "nothing hangs over the side"
    acknowledge.tap()
    expect(page.get_by_role("status")).to_have_text("已记录：收到")
    page.locator("#me").get_by_text("确认火情", exact=True).tap()
    page.screenshot(path=f"{where}-2-acknowledged.png", full_page=True)
    page.locator("#other > summary").tap()
    page.get_by_label("您的姓名").fill("李四")
    page.screenshot(path=f"{where}-3-forwarded.png", full_page=True)
    page.locator("#other").get_by_role("button", name="已到场").tap()
    expect(page.get_by_role("status")).to_have_text("已记录：已到场")
    expect(page.get_by_text("李四（经 张敏 的链接）")).to_be_visible()
    page.screenshot(path=f"{where}-4-on-scene.png", full_page=True)
    with county.connect() as conn:
        row = conn.execute("SELECT state FROM alerts WHERE alert_id = %s", [alert]).fetchone()
    assert row == ("on_scene",)
    context.close()
