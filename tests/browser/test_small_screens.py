"""What a thumb must hit is large enough, words stay whole, and a page says how old its figures are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, is_too_wide
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")

_SMALL = """[...document.querySelectorAll('main a, main button, main select, main input:not([type=hidden])')]
    .filter(each => each.checkVisibility() && !each.closest('label, dialog, p.hint, .unseen'))
    .filter(each => each.getBoundingClientRect().height < 43.5)
    .map(each => each.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("path", ["/homes", "/quality", "/devices", "/registers", "/indicators"])
def test_a_thumb_hits_every_link_of_a_list(
    county: County, board: Board, open_page: OpenPage, path: str
) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("bureau", scheme="dark")
    page.goto(board.address + path)
    page.wait_for_selector('#live-pill[data-state="on"]')
    assert page.evaluate(_SMALL) == []


def test_a_word_of_the_score_card_is_not_broken(board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head", width=320, height=740)
    page.goto(f"{board.address}/language/en?next=/card")
    page.wait_for_selector('#live-pill[data-state="on"]')
    broken = page.evaluate(
        """[...document.querySelectorAll('.marks-table th[scope=row]')].flatMap(cell => {
               const text = cell.firstChild, range = document.createRange();
               return [...text.data.matchAll(/[A-Za-z-]+/g)].filter(found => {
                   range.setStart(text, found.index);
                   range.setEnd(text, found.index + found[0].length);
                   return !found[0].includes('-') && range.getClientRects().length > 1;
               }).map(found => found[0]);
           })"""
    )
    assert broken == []
    assert not is_too_wide(page)


def test_five_tabs_in_english_stay_on_one_line_each(board: Board, open_page: OpenPage) -> None:
    page = open_page("bureau", width=360, height=740)
    page.goto(f"{board.address}/language/en?next=/")
    assert page.locator(".tabs a").count() == 5
    cut = page.evaluate(
        "[...document.querySelectorAll('.tabs a')].filter(each => each.scrollWidth > each.clientWidth).length"
    )
    assert cut == 0
    lines = page.evaluate("[...document.querySelectorAll('.tabs a')].map(each => each.clientHeight)")
    assert len(set(lines)) == 1


def test_only_a_page_that_follows_what_happens_says_that_it_is_live(
    board: Board, open_page: OpenPage
) -> None:
    page = open_page("bureau")
    expect(page.locator("#live-word")).to_have_text("实时")
    page.goto(f"{board.address}/indicators")
    page.wait_for_selector('#live-pill[data-state="on"]')
    assert page.locator("#live-word").inner_text().endswith(" 的数据")


@pytest.mark.parametrize("path", ["/canary", "/dry-run", "/devices", "/quality", "/drills"])
def test_an_english_page_is_no_wider_than_a_phone(board: Board, open_page: OpenPage, path: str) -> None:
    page = open_page("bureau")
    page.goto(f"{board.address}/language/en?next={path}")
    page.wait_for_selector('#live-pill[data-state="on"]')
    # Not innerWidth: a browser of a phone zooms out until all of a page that is too wide is seen.
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_device_takes_three_lines(board: Board, open_page: OpenPage) -> None:
    page = open_page("bureau")
    page.goto(f"{board.address}/devices")
    page.wait_for_selector('#live-pill[data-state="on"]')
    heights = page.evaluate(
        "[...document.querySelectorAll('#devices-table tbody tr')].map(row => row.getBoundingClientRect().height)"
    )
    assert len(heights) > 3
    assert max(heights) < 130


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_long_list_of_devices_is_folded_on_a_phone_but_none_that_is_in_alarm(
    county: County, board: Board, open_page: OpenPage, scheme: str
) -> None:
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id, place_id, report_every)"
            " SELECT 'yian', 'x' || n, '烟感 x' || n, 'detector', home_id, place_id, '24 h'"
            " FROM devices, generate_series(10, 49) n WHERE device_id = %s",
            [county.devices["sunny/203室"]],
        )
        conn.execute(
            "INSERT INTO device_states (device_id, kind, active, since, changed_at)"
            " SELECT device_id, 'smoke', true, now(), now() FROM devices WHERE address = 'x49'"
        )
    rows = "#devices-table tbody tr:visible"
    page = open_page("bureau", scheme=scheme)
    page.goto(f"{board.address}/devices")
    page.wait_for_selector('#live-pill[data-state="on"]')
    expect(page.locator(rows)).to_have_count(9)
    expect(page.locator(rows).filter(has_text="烟感 x49")).to_have_count(1)
    page.screenshot(path=f"build/screenshots/70-devices-folded-{scheme}.png", full_page=True)
    page.locator("#all-devices").tap()
    expect(page.locator("#all-devices")).to_be_hidden()
    assert page.locator(rows).count() > 40
    desk = open_page("bureau", width=1280, scheme=scheme)
    desk.goto(f"{board.address}/devices")
    expect(desk.locator("#all-devices")).to_be_hidden()
    assert desk.locator(rows).count() > 40
    desk.screenshot(path=f"build/screenshots/71-devices-desk-{scheme}.png")


def test_what_was_recorded_does_not_cover_the_next_button(
    county: County, board: Board, open_page: OpenPage
) -> None:
    raise_alert(county, "sunny/203室")
    page = open_page("sunny-carer", height=560)
    page.locator(".card button.main").first.tap()
    page.wait_for_selector("#toast:not([hidden])")
    assert (
        page.evaluate(
            """() => { const box = document.getElementById('toast').getBoundingClientRect();
                   return document.elementFromPoint(box.x + 8, box.y + box.height / 2).closest('#toast'); }"""
        )
        is None
    )


@pytest.mark.may_not
def test_whoever_may_not_see_a_page_is_still_called_on_it(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/homes")
    page.wait_for_selector('#live-pill[data-state="on"]')
    raise_alert(county, "sunny/203室")
    expect(page.locator("#calling a")).to_contain_text("203室")
    assert page.locator(".tabs a").count() == 4


@pytest.mark.parametrize("path", ["/devices", "/quality"])
@pytest.mark.parametrize("width", [360, 390])
def test_the_english_filter_stands_beside_what_it_filters_by(
    board: Board, open_page: OpenPage, path: str, width: int
) -> None:
    page = open_page("bureau", width=width)
    page.goto(f"{board.address}/language/en?next={path}")
    selects = page.locator(".search select").all()
    tops = {box["y"] for one in selects if (box := one.bounding_box()) is not None}
    button = page.locator(".search button").bounding_box()
    assert len(selects) == 2
    assert button is not None
    assert tops == {button["y"]}


def test_the_english_score_card_gives_a_phone_s_width_to_its_words(board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/language/en?next=/card")
    box = page.locator(".marks-table tbody th").first.bounding_box()
    assert box is not None
    assert box["width"] > 390 * 0.55
