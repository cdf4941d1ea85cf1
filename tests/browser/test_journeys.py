"""What a carer at night and an officer at the bureau do, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from model.alerts import AlertClass
from tests.browser.conftest import OpenPage, is_too_wide
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=f"build/screenshots/{name}.png", full_page=whole)


def no_sideways_scroll(page: Page) -> None:
    assert not is_too_wide(page)


def settled(page: Page) -> None:
    """Wait until a button that has just changed takes taps again."""
    page.wait_for_selector("#live:not([data-settling])")


def small_targets(page: Page) -> list[str]:
    return page.evaluate(
        """[...document.querySelectorAll(
               'button, a.button, .tabs a, select, .top a, .filters a, .chip, .choice')]
           .filter(each => each.checkVisibility())
           .filter(each => {
               const box = each.getBoundingClientRect();
               return box.height < 43.5 || box.width < 43.5;
           })
           .map(each => each.outerHTML.slice(0, 120))"""
    )


def test_a_carer_alone_at_night(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-carer", scheme="dark")
    expect(page.get_by_text("现在没有待处置的报警")).to_be_visible()
    picture(page, "01-carer-quiet-dark")
    raise_alert(county, "sunny/203室", ago=timedelta(seconds=4))
    card = page.locator(".card")
    expect(card).to_be_visible()
    expect(card.locator(".room")).to_have_text("203室")
    expect(page).to_have_title("(1) 待处置报警 · 颐安")
    expect(page.locator("#announce")).to_contain_text("火警")
    picture(page, "02-carer-new-fire-dark")
    assert small_targets(page) == []
    card.get_by_role("button", name="收到").tap()
    expect(card).to_have_attribute("data-state", "acknowledged")
    expect(card).to_contain_text("张敏 已收到")
    expect(page).to_have_title("待处置报警 · 颐安")
    picture(page, "03-carer-acknowledged-dark")
    settled(page)
    card.get_by_role("button", name="已到场").tap()
    expect(card).to_have_attribute("data-state", "on_scene")
    settled(page)
    card.get_by_role("button", name="处置完毕").tap()
    submit = page.locator("#dialog-resolve button[value=yes]")
    expect(submit).to_be_disabled()
    page.get_by_role("radio", name="误报").tap()
    page.get_by_role("radio", name="做饭油烟").tap()
    picture(page, "04-carer-resolve-dark")
    assert small_targets(page) == []
    submit.tap()
    expect(card).to_have_count(0)
    expect(page.locator("#toast")).to_contain_text("已记录：处置完毕")
    picture(page, "05-carer-resolved-dark")
    page.locator("#toast-undo").tap()
    expect(card).to_be_visible()
    with county.connect() as conn:
        row = conn.execute("SELECT state, outcome FROM alerts").fetchone()
    assert row == ("acknowledged", None)


def test_a_confirmed_fire_gives_the_words_for_119(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-carer")
    raise_alert(county, "sunny/203室")
    page.get_by_role("button", name="确认火情").tap()
    expect(page.locator("#dialog-confirm-F1")).to_be_visible()
    picture(page, "06-confirm-fire-light")
    page.get_by_role("button", name="返回").tap()
    expect(page.locator(".card")).to_have_attribute("data-class", "F1")
    page.get_by_role("button", name="确认火情").tap()
    page.get_by_role("button", name="是，确认火情").tap()
    expect(page.locator("#script-text")).to_contain_text("青河镇人民路18号")
    picture(page, "07-script-119-light")
    page.get_by_role("button", name="已知道").tap()
    expect(page.locator(".card")).to_have_attribute("data-class", "F2")
    picture(page, "08-confirmed-fire-light", whole=True)
    assert page.locator("a[href^='tel:119']").count() == 0


def test_many_alerts_fit_a_screen_of_360(county: County, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/203室", ago=timedelta(minutes=2))
    raise_alert(county, "sunny/204室", ago=timedelta(minutes=1))
    raise_alert(county, "sunny/band", AlertClass.W1, ago=timedelta(seconds=30))
    raise_alert(county, "sunny/203室", AlertClass.T4, ago=timedelta(hours=3), unregistered=True)
    raise_alert(county, "sunny/204室", AlertClass.T2, ago=timedelta(days=2))
    raise_alert(county, "sunny/204室", AlertClass.F1, drill=True, late=True)
    for scheme in ("light", "dark"):
        page = open_page("sunny-carer", width=360, height=740, scheme=scheme)
        for path in ("/", "/devices", "/incidents/1"):
            page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
            page.wait_for_selector('#live-pill[data-state="on"]')
            no_sideways_scroll(page)
            assert small_targets(page) == []
            picture(page, f"09-360-{path.strip('/').replace('/', '-') or 'board'}-{scheme}", whole=True)


def test_the_pages_of_the_bureau_fit_a_desk_and_a_phone(county: County, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/203室", ago=timedelta(minutes=2))
    raise_alert(county, "willow/203室", AlertClass.F2, ago=timedelta(minutes=1))
    raise_alert(county, "willow/band", AlertClass.W2, ago=timedelta(seconds=30))
    raise_alert(county, "willow/204室", AlertClass.T2, ago=timedelta(days=1))
    for scheme in ("light", "dark"):
        page = open_page("bureau", width=1440, height=900, scheme=scheme)
        picture(page, f"10-bureau-board-{scheme}")
        for tab, name in (("机构", "homes"), ("设备", "devices")):
            page.get_by_role("link", name=tab, exact=True).click()
            page.wait_for_selector('#live-pill[data-state="on"]')
            no_sideways_scroll(page)
            picture(page, f"11-bureau-{name}-{scheme}")
    page = open_page("bureau", width=360, height=740)
    page.goto(f"{page.url}homes")
    page.wait_for_selector('#live-pill[data-state="on"]')
    no_sideways_scroll(page)
    picture(page, "12-bureau-homes-360", whole=True)


def test_english_is_one_tap_away(county: County, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-carer", width=360, height=740)
    page.get_by_role("link", name="English").tap()
    expect(page.get_by_role("button", name="Got it")).to_be_visible()
    no_sideways_scroll(page)
    picture(page, "13-english", whole=True)


def test_the_login_page(open_page: OpenPage) -> None:
    page = open_page(None, width=360, height=740)
    no_sideways_scroll(page)
    page.get_by_label("登录名").fill("sunny-carer")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("登录名或密码不对。")
    picture(page, "14-login")


def test_a_lost_connection_is_plain_to_see_and_heals(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-carer")
    raise_alert(county, "sunny/203室")
    expect(page.locator(".card")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#lost")).to_contain_text("连接中断，显示的可能不是最新")
    # An answer that does not arrive is never shown as given.
    page.get_by_role("button", name="收到").tap()
    expect(page.locator("#toast")).to_contain_text("没有收到服务的确认")
    expect(page.locator(".card")).to_have_attribute("data-state", "raised")
    picture(page, "15-lost-light")
    no_sideways_scroll(page)
    raise_alert(county, "sunny/band", AlertClass.W1)
    page.context.set_offline(False)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator(".card")).to_have_count(2)


def test_an_answer_by_a_colleague_shows_without_a_reload(county: County, open_page: OpenPage) -> None:
    carer, head = open_page("sunny-carer"), open_page("sunny-head")
    raise_alert(county, "sunny/203室")
    carer.get_by_role("button", name="收到").tap()
    expect(head.locator(".card")).to_have_attribute("data-state", "acknowledged")
    expect(head.locator(".did")).to_contain_text("张敏 已收到")


def test_the_keyboard_is_enough(county: County, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-head", width=1280, height=800)
    page.locator(".answer.main").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_attribute("data-state", "acknowledged")
    # The focus stays where the next answer is, so that Enter goes on.
    expect(page.locator(".answer.main")).to_be_focused()
    settled(page)
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_attribute("data-state", "on_scene")
    settled(page)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-resolve")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog-resolve")).to_be_hidden()
    expect(page.locator(".card")).to_have_attribute("data-state", "on_scene")


def test_what_people_wrote_is_text_and_never_markup(county: County, open_page: OpenPage) -> None:
    with county.connect() as conn:
        conn.execute("UPDATE places SET name = %s WHERE name = '203室'", ["<img src=x onerror=alert(1)>"])
        conn.execute("UPDATE devices SET name = %s WHERE name = '烟感 203'", ['"><script>alert(1)</script>'])
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-carer", width=360, height=740)
    expect(page.locator(".card .room")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator(".card img, .card script").count() == 0
    no_sideways_scroll(page)


def test_sound_is_opt_in_and_remembered(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-carer")
    watch = page.locator("#watch")
    expect(watch).to_have_text("开启声音提醒")
    watch.tap()
    expect(watch).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(watch).to_have_text("点一下恢复声音")
    page.locator("h1").tap()
    expect(watch).to_have_attribute("aria-pressed", "true")


def test_who_is_logged_out_elsewhere_is_told(county: County, open_page: OpenPage) -> None:
    page = open_page("sunny-carer")
    with county.connect() as conn:
        conn.execute("DELETE FROM sessions")
    expect(page.locator("#lost")).to_contain_text("登录已失效")
    expect(page.get_by_text("现在没有待处置的报警")).to_be_hidden()
    picture(page, "16-logged-out-light")
    page.get_by_role("button", name="重新登录").tap()
    expect(page.get_by_label("登录名")).to_be_visible()


def test_a_double_tap_is_one_answer(county: County, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-carer")
    page.evaluate("""() => {
        // Taps as fast as the page lets them through, on whatever stands where the button was.
        const box = document.querySelector(".answer.main").getBoundingClientRect();
        window.tapping = setInterval(() => document.elementFromPoint(
            box.x + box.width / 2, box.y + box.height / 2)?.closest("button")?.click(), 20);
        const live = document.getElementById("live");
        new MutationObserver(() => "settling" in live.dataset || clearInterval(window.tapping)).observe(
            live, {attributeFilter: ["data-settling"]});
    }""")
    expect(page.locator(".card")).to_have_attribute("data-state", "acknowledged")
    settled(page)
    expect(page.locator(".card")).to_have_attribute("data-state", "acknowledged")
