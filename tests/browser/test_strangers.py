"""A stranger's device is registered or set aside from the page that tells of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from store import devices, pool
from tests.browser.conftest import OpenPage, look
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def heard(county: County) -> County:
    """Three devices that nobody registered, one of them in no home of ours."""
    with pool.connect(county.url, name="test") as conn:
        for address, home in (("sunny-205", "sunny"), ("shop-1", "sunny"), ("lost-7", "h99")):
            devices.quarantine(conn, "yian", address, home)
        conn.commit()
    return county


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 390), ("dark", 390), ("light", 1280), ("dark", 1280)]
)
def test_a_head_registers_one_and_sets_another_aside(
    heard: County, board: Board, open_page: OpenPage, scheme: str, width: int
) -> None:
    page = open_page("sunny-head", scheme=scheme, width=width)
    page.get_by_role("link", name="设备", exact=True).click()
    strangers = page.locator("#strangers tbody tr")
    expect(strangers).to_have_count(2)
    look(page, f"strangers-{width}-{scheme}")
    strangers.filter(has_text="sunny-205").get_by_role("link", name="登记").click()
    page.wait_for_url("**/strangers/*")
    page.get_by_label("类型").select_option(label="烟感")
    page.get_by_label("位置").select_option(label="主楼 二层 东区 204室")
    page.get_by_label("名称").fill("烟感 205")
    look(page, f"stranger-{width}-{scheme}")
    page.get_by_role("button", name="登记").click()
    expect(strangers).to_have_count(1)
    expect(page.locator("#devices-table")).to_contain_text("烟感 205")
    strangers.get_by_role("link", name="登记").click()
    page.wait_for_url("**/strangers/*")
    page.get_by_label("原因").fill("隔壁小店的")
    page.get_by_role("button", name="搁置").click()
    expect(page.locator("#strangers")).to_have_count(0)
    expect(page.locator("#set-aside-list")).to_contain_text("隔壁小店的")
    look(page, f"strangers-aside-{width}-{scheme}")
    page.get_by_role("link", name="shop-1").click()
    page.wait_for_url("**/strangers/*")
    page.get_by_role("button", name="取消搁置").click()
    expect(page.get_by_label("原因")).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 390), ("dark", 390), ("light", 1280), ("dark", 1280)]
)
def test_a_fire_of_a_stranger_says_whose_it_may_be_and_leads_to_where_it_is_registered(
    heard: County, board: Board, open_page: OpenPage, scheme: str, width: int
) -> None:
    with heard.connect() as conn:
        for address, number in conn.execute(
            "SELECT address, device_id FROM devices WHERE NOT registered"
        ).fetchall():
            heard.devices[address] = number
    raise_alert(heard, "lost-7", unregistered=True)
    with heard.connect() as conn:
        conn.execute("UPDATE timers SET step = 1")
    page = open_page("bureau", scheme=scheme, width=width)
    card = page.locator(".card")
    expect(card.locator(".home")).to_have_text("机构未知，自称机构代码 h99")
    expect(card.locator(".room")).to_have_text("未登记设备 lost-7")
    look(page, f"stranger-fire-{width}-{scheme}")
    page.get_by_role("link", name="设备", exact=True).click()
    expect(page.locator("#strangers tbody tr").first).to_contain_text("lost-7")
    call = page.locator("#calling .call")
    expect(call).to_contain_text("未登记设备 lost-7 · 机构未知，自称机构代码 h99")
    look(page, f"stranger-calls-{width}-{scheme}")
    call.click()
    card.get_by_role("link", name="登记这台设备").click()
    expect(page.locator("#stranger h1")).to_have_text("lost-7")


def test_the_bureau_chooses_the_home_first(heard: County, board: Board, open_page: OpenPage) -> None:
    page = open_page("bureau")
    page.goto(f"{board.address}/devices")
    row = page.locator("#strangers tbody tr", has_text="lost-7")
    expect(row).to_contain_text("自称机构代码 h99")
    row.get_by_role("link", name="登记").click()
    expect(page.get_by_label("位置")).to_have_count(0)
    page.get_by_label("机构").select_option(label="柳溪福利院")
    page.get_by_role("button", name="选机构").click()
    page.wait_for_url("**/strangers/*?home_id=*")
    page.get_by_label("类型").select_option(label="手环")
    page.get_by_label("佩戴老人").select_option(label="李建国 203室")
    look(page, "stranger-bureau")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#devices-table")).to_contain_text("lost-7")
