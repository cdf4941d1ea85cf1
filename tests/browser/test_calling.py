"""An alarm that nobody has answered is seen, said and within reach of a thumb, whatever page is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from model.alerts import AlertClass
from tests.browser.conftest import OpenPage
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


def go(page: Page, board: Board, path: str) -> None:
    page.goto(board.address + path)
    page.wait_for_selector('#live-pill[data-state="on"]')


@pytest.mark.parametrize("path", ["/rosters", "/quality", "/devices", "/canary"])
def test_a_fire_shows_on_every_page(county: County, board: Board, open_page: OpenPage, path: str) -> None:
    page = open_page("sunny-carer", scheme="dark")
    go(page, board, path)
    expect(page.locator("#calling a")).to_have_count(0)
    incident, _ = raise_alert(county, "sunny/203室")
    call = page.locator("#calling a")
    expect(call).to_contain_text("203室")
    expect(page.locator("#announce")).to_contain_text("火警")
    expect(page).to_have_title(r"(1) " + page.title().removeprefix("(1) "))
    box = call.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.screenshot(path=f"build/screenshots/calling-{path.strip('/')}-dark.png")
    call.tap()
    page.wait_for_url(f"**/incidents/{incident}")


def test_it_goes_when_somebody_has_answered(county: County, board: Board, open_page: OpenPage) -> None:
    carer, head = open_page("sunny-carer"), open_page("sunny-head")
    go(head, board, "/rosters")
    raise_alert(county, "sunny/203室")
    expect(head.locator("#calling a")).to_have_count(1)
    carer.get_by_role("button", name="收到").tap()
    expect(head.locator("#calling a")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_alarm_that_joins_a_fire_is_called_out_and_takes_back_no_arrival(
    county: County, board: Board, open_page: OpenPage, width: int, scheme: str
) -> None:
    raise_alert(county, "sunny/203室", AlertClass.F2, ago=timedelta(minutes=2))
    page = open_page("sunny-carer", width=width, height=844, scheme=scheme)
    card = page.locator(".card")
    for answer, state in (("收到", "acknowledged"), ("已到场", "on_scene")):
        card.get_by_role("button", name=answer).click()
        expect(card).to_have_attribute("data-state", state)
        page.wait_for_selector("#live:not([data-settling])")
    raise_alert(county, "sunny/204室")
    expect(card.locator(".joined")).to_contain_text("204室")
    expect(card).to_have_attribute("data-state", "on_scene")
    expect(page.locator("#announce")).to_contain_text("火警")
    expect(page).to_have_title("(1) 待处置报警 · 颐安")
    page.screenshot(path=f"build/screenshots/joined-{width}-{scheme}.png", full_page=True)
    page.wait_for_selector("#live:not([data-settling])")
    card.get_by_role("button", name="收到").click()
    expect(card.locator(".joined")).to_have_count(0)
    expect(card.locator(".answer.main")).to_have_text("处置完毕")


def test_the_page_of_an_incident_tells_of_the_others_only(
    county: County, board: Board, open_page: OpenPage
) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    page = open_page("sunny-carer")
    go(page, board, f"/incidents/{incident}")
    raise_alert(county, "sunny/band", AlertClass.W1)
    expect(page.locator("#calling a")).to_have_count(1)
    expect(page.locator("#calling a")).to_contain_text("李建国")


def test_an_office_is_called_when_nobody_in_the_home_answers(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("bureau", width=1366, height=900)
    go(page, board, "/homes")
    incident, _ = raise_alert(county, "sunny/203室")
    raise_alert(county, "willow/203室")
    with county.connect() as conn:
        conn.execute("UPDATE timers SET step = 2 WHERE incident_id = %s", [incident])
    page.reload()
    expect(page.locator("#calling a")).to_have_count(1)
    expect(page.locator("#calling a")).to_contain_text("阳光敬老院")


@pytest.mark.parametrize("login", ["sunny-carer", "sunny-head"])
def test_the_answer_to_a_fire_is_within_reach_without_scrolling(
    county: County, open_page: OpenPage, login: str
) -> None:
    """A telephone of 390 by 844 has about 664 left under the browser's own bars."""
    raise_alert(county, "sunny/203室")
    page = open_page(login, height=664)
    reach = page.evaluate(
        """[document.querySelector('.answer.main').getBoundingClientRect().bottom,
            document.querySelector('.tabs').getBoundingClientRect().top]"""
    )
    page.screenshot(path=f"build/screenshots/within-reach-{login}.png")
    assert reach[0] <= reach[1]


def test_a_fire_that_is_confirmed_by_a_second_detector_is_said_again(
    county: County, open_page: OpenPage
) -> None:
    page = open_page("sunny-carer")
    incident, _ = raise_alert(county, "sunny/203室")
    expect(page.locator("#announce")).to_contain_text("火警，")
    page.get_by_role("button", name="收到").tap()
    expect(page.locator(".card")).to_have_attribute("data-state", "acknowledged")
    with county.connect() as conn:
        conn.execute("UPDATE incidents SET class = 'F2' WHERE incident_id = %s", [incident])
    raise_alert(county, "sunny/204室", AlertClass.F2)
    expect(page.locator("#announce")).to_contain_text("火警已确认")


@pytest.mark.parametrize("path", ["/", "/devices", "/incidents/{incident}", "/homes", "/quality"])
def test_the_first_look_for_news_replaces_nothing_that_is_the_same(
    county: County, board: Board, open_page: OpenPage, path: str
) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    page = open_page("bureau")
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        " for (const each of document.querySelectorAll('[data-fragment] > *')) each.sent = true; })"
    )
    go(page, board, path.format(incident=incident))
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[data-fragment] > *')].filter((e) => !e.sent).map((e) => e.id)"
        )
        == []
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_calls_takes_little_of_a_phone_and_hides_no_alarm(
    county: County, board: Board, open_page: OpenPage, scheme: str, language: str
) -> None:
    raise_alert(county, "sunny/203室", AlertClass.F2)
    raise_alert(county, "sunny/band", AlertClass.W1)
    raise_alert(county, "sunny/band", AlertClass.W2, scope="another")
    raise_alert(county, "sunny/204室", drill=True)
    page = open_page("sunny-carer", scheme=scheme)
    go(page, board, f"/language/{language}?next=/rosters")
    calls = page.locator("#calling .call[data-what]")
    expect(calls).to_have_count(3)
    expect(calls.first).to_contain_text("203室")
    expect(page.locator("#calling-more")).to_contain_text("1")
    assert page.locator(".bars").evaluate("each => each.offsetHeight") <= 844 / 15
    cut = page.evaluate(
        "[...document.querySelectorAll('#calling .at, #calling .critical b')]"
        ".filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)"
    )
    assert cut == []
    page.screenshot(path=f"build/screenshots/80-calls-{language}-{scheme}.png")
    page.context.set_offline(True)
    expect(page.locator("#lost")).to_be_visible()
    assert page.locator(".bars").evaluate("each => each.offsetHeight") <= 844 / 7
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.screenshot(path=f"build/screenshots/81-calls-lost-{language}-{scheme}.png")
    hidden = page.evaluate(
        """[...document.querySelectorAll('#calling a, #lost button:not([hidden])')].filter(each => {
               const box = each.getBoundingClientRect();
               const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
               return box.height < 43.5 || box.right > innerWidth + 0.5 || !each.contains(top);
           }).map(each => each.outerHTML.slice(0, 80))"""
    )
    assert hidden == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_alarm_is_called_with_its_whole_place(
    county: County, board: Board, open_page: OpenPage, width: int, scheme: str
) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-carer", width=width, scheme=scheme)
    go(page, board, "/devices")
    expect(page.locator("#calling .at")).to_have_text("主楼 二层 东区 203室")
    page.screenshot(path=f"build/screenshots/82-call-{width}-{scheme}.png")
    if width > 700:
        raise_alert(county, "sunny/band", AlertClass.W1)
        expect(page.locator("#calling a")).to_have_count(2)
        expect(page.locator("#calling .above")).to_be_visible()
        page.screenshot(path=f"build/screenshots/83-calls-{width}-{scheme}.png")
