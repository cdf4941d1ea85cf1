"""The indicators in a real browser: from the whole to one figure, its past and its rows, on phone and desktop."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from model.clock import SHANGHAI, utc_now
from tests.browser.conftest import OpenPage, look
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


def test_the_bureau_goes_from_the_county_to_a_township_to_a_row(
    county: County, board: Board, open_page: OpenPage
) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    page = open_page("bureau", width=1280)
    page.get_by_role("link", name="指标").first.click()
    expect(page.locator("#about")).to_contain_text("全县")
    page.get_by_label("范围").select_option("township:青河镇")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("#about")).to_contain_text("青河镇")
    page.get_by_role("link", name="季", exact=True).click()
    quarter = page.locator(".way b").inner_text()
    assert quarter.startswith(f"{utc_now().astimezone(SHANGHAI):%Y}-Q")
    page.locator('[rel="prev"]').click()
    expect(page.locator(".way b")).not_to_have_text(quarter)
    page.locator('[rel="next"]').click()
    expect(page.locator(".way b")).to_have_text(quarter)
    expect(page.locator('[rel="next"]')).to_have_count(0)
    page.locator("#fire_signals a").click()
    expect(page.locator("#figure")).to_contain_text("1条")
    expect(page.locator("#past li")).to_have_count(12)
    look(page, "60-indicator-desktop-light")
    page.locator("#rows a").first.click()
    expect(page).to_have_url(f"{board.address}/incidents/{incident}")


def test_a_head_sees_their_home_on_a_phone(county: County, board: Board, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-head", scheme="dark")
    page.get_by_role("link", name="指标").first.tap()
    expect(page.locator("#about")).to_contain_text("阳光敬老院")
    expect(page.get_by_label("范围").locator("option")).to_have_count(1)
    expect(page.locator("#worn_rate")).to_contain_text("没有")
    look(page, "61-indicators-phone-dark")
    page.goto(f"{board.address}/devices")
    page.locator("#devices-table th a").first.tap()
    expect(page.locator("#about")).to_contain_text("阳光敬老院 ")
    expect(page.locator("#coverage")).to_have_count(0)
    look(page, "62-indicators-device-phone-dark")


def test_an_indicator_is_two_taps_away_on_a_phone(board: Board, open_page: OpenPage) -> None:
    page = open_page("bureau", scheme="dark")
    page.goto(f"{board.address}/indicators")
    page.wait_for_selector('#live-pill[data-state="on"]')
    group = page.locator("#jump").get_by_role("link", name="9 隐患整改")
    expect(group).to_be_in_viewport()
    group.tap()
    figure = page.locator("#group-9 th[scope=row] a").first
    expect(figure).to_be_in_viewport()
    expect(page.locator("#group-9 th[scope=rowgroup]")).to_be_in_viewport()
    figure.tap()
    expect(page.locator("#figure")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
)
def test_the_pages_fit(county: County, board: Board, open_page: OpenPage, width: int, scheme: str) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("bureau", width=width, scheme=scheme)
    for number, path in enumerate(("indicators", "indicators/online_rate", "indicators/fire_alarms")):
        page.goto(f"{board.address}/{path}")
        expect(page.locator("h1")).to_be_visible()
        look(page, f"63-{number}-indicators-{width}-{scheme}")
