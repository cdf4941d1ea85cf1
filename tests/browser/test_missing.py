"""A missing-person drill on the phone: started, declared, read out to 110, noted who was told, and its record."""

from __future__ import annotations

from tests.browser.conftest import PICTURES, OpenPage
from tests.county import County


def test_a_missing_person_drill_goes_its_whole_way(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-head", scheme="dark")
    origin = page.url.rstrip("/")
    page.goto(f"{origin}/drills")
    page.screenshot(path=PICTURES / "drills.png", full_page=True)
    page.locator("#start-missing button").click()
    page.wait_for_selector("article.card[data-class=W2]")
    page.wait_for_selector('#live-pill[data-state="on"]')
    page.locator('[data-answer="confirm"]').click()
    page.locator("#dialog-confirm-W2 button[value=yes]").click()
    script = page.locator("#script-text")
    script.wait_for()
    assert script.inner_text().startswith("【演练，不要拨打110】")
    assert page.locator("#script-title").inner_text() == "拨打 110 时照着念"
    assert not page.locator("#burning").is_visible()
    page.screenshot(path=PICTURES / "script-110.png")
    page.locator("#dialog-script button[type=submit]").click()
    page.locator("#procedure button").first.click()
    page.wait_for_selector("#procedure .tag.good")
    page.screenshot(path=PICTURES / "missing.png")
    assert page.locator("#procedure button").count() == 2
    assert "处置完毕" in page.locator(".card .next").inner_text()
    page.locator('.card [data-answer="resolve"]').click()
    page.get_by_role("radio", name="真实").click()
    causes = page.locator("#causes")
    assert causes.get_by_text("在楼内找到").is_visible()
    assert not causes.get_by_text("跌倒").is_visible()
    page.get_by_role("radio", name="在楼内找到").click()
    page.screenshot(path=PICTURES / "missing-found.png")
    page.locator("#dialog-resolve button[value=yes]").click()
    page.get_by_text("真实 · 在楼内找到").first.wait_for()
    with county.connect() as conn:
        assert conn.execute("SELECT count(*) FROM alert_log WHERE action = 'told_family'").fetchone() == (1,)
        incident = conn.execute("SELECT incident_id FROM incidents WHERE drill").fetchone()
    assert incident is not None
    page.goto(f"{origin}/drills/{incident[0]}")
    assert "通知家属" in page.locator("#steps").inner_text()
    page.screenshot(path=PICTURES / "drill-record.png", full_page=True)
