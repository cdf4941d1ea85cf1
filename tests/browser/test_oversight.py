"""Muting, drills, who would be told and the figures, in a real browser, on phone and desktop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from model.alerts import AlertClass
from model.clock import SHANGHAI, utc_now
from tests.browser.conftest import OpenPage, look
from tests.county import Board, County, raise_alert

pytestmark = pytest.mark.ground("plain")


def test_a_head_mutes_a_fault_and_ends_it(county: County, board: Board, open_page: OpenPage) -> None:
    raise_alert(county, "sunny/204室", AlertClass.T2)
    page = open_page("sunny-head")
    page.get_by_role("button", name="静音", exact=True).tap()
    dialog = page.locator("#dialog-shelve")
    dialog.get_by_label("原因").fill("等电池到货")
    look(page, "30-shelve-phone-light")
    dialog.get_by_role("button", name="静音", exact=True).tap()
    expect(page.locator(".card .muted")).to_contain_text("等电池到货（陈院长")
    look(page, "31-muted-card-phone-light")
    page.get_by_role("link", name="当前静音").tap()
    expect(page.locator("#muted-table")).to_contain_text("等电池到货")
    look(page, "32-muted-phone-light")
    page.get_by_role("button", name="立即结束").tap()
    expect(page.locator("#nothing-muted")).to_be_visible()


def test_a_drill_is_started_and_its_record_opens(county: County, board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head", scheme="dark")
    page.goto(f"{board.address}/drills")
    look(page, "33-drills-phone-dark")
    page.locator("#start").get_by_role("button", name="开始演练").tap()
    expect(page.locator(".marks .drill")).to_be_visible()
    page.goto(f"{board.address}/drills")
    page.locator("#held a").first.tap()
    expect(page.locator("#steps")).to_be_visible()
    look(page, "34-drill-record-phone-dark")


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
)
def test_the_pages_fit_and_are_quiet(
    county: County, board: Board, open_page: OpenPage, width: int, scheme: str
) -> None:
    for name in ("sunny/203室", "sunny/204室"):
        incident, _ = raise_alert(county, name)
    with county.connect() as conn:
        conn.execute(
            "UPDATE alerts SET acknowledged_at = raised_at + interval '41 s',"
            " on_scene_at = raised_at + interval '150 s', state = 'on_scene' WHERE incident_id = %s",
            [incident],
        )
    page = open_page("sunny-head", width=width, scheme=scheme)
    for path in ("quality", "dry-run", "muted", "drills"):
        page.goto(f"{board.address}/{path}")
        expect(page.locator("h1")).to_be_visible()
        look(page, f"35-{path}-{width}-{scheme}")


def test_an_office_sees_all_homes_at_a_glance(county: County, board: Board, open_page: OpenPage) -> None:
    with county.connect() as conn:
        for number in range(14):
            _, alert = raise_alert(county, "sunny/203室", AlertClass.T2 if number % 3 else AlertClass.F1)
            conn.execute(
                "UPDATE alerts SET raised_at = raised_at - make_interval(hours => %s),"
                " acknowledged_at = raised_at - make_interval(hours => %s) + interval '41 s', state = 'resolved',"
                " resolved_at = raised_at, outcome = 'false',"
                " on_scene_at = raised_at - make_interval(hours => %s) + interval '2 min' WHERE alert_id = %s",
                [number * number, number * number, number * number, alert],
            )
    raise_alert(county, "willow/203室", ago=timedelta(minutes=30))
    for width, scheme in ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")):
        page = open_page("bureau", width=width, scheme=scheme)
        page.goto(f"{board.address}/quality")
        expect(page.locator("#worst tbody tr").first).to_contain_text("柳溪福利院")
        expect(page.locator("#worst .spark")).to_have_count(2)
        look(page, f"36-quality-county-{width}-{scheme}")
    page.get_by_role("link", name="阳光敬老院").click()
    expect(page.locator("#worst")).to_have_count(0)


def test_on_a_phone_the_worst_homes_come_first_and_the_rest_is_one_tap_away(
    county: County, board: Board, open_page: OpenPage
) -> None:
    with county.connect() as conn:
        for number in range(8):
            conn.execute(
                "WITH home AS (INSERT INTO homes (code, name, kind, township, address, phone, beds)"
                " VALUES (%(code)s, %(name)s, '敬老院', '青河镇', '', '', 20) RETURNING home_id)"
                " INSERT INTO residents (home_id, name, can_walk, wanders, moved_in_on)"
                " SELECT home_id, '周老人', true, false, '2024-03-01' FROM home",
                {"code": f"new{number}", "name": f"新接入敬老院{number}"},
            )
        conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from)"
            " VALUES (%s, now() - interval '30 hours'), (%s, now() - interval '20 days') ON CONFLICT DO NOTHING",
            [county.devices["sunny/203室"], county.devices["willow/203室"]],
        )
    raise_alert(county, "willow/203室", ago=timedelta(minutes=30))
    rows = "#worst tbody tr:visible"
    for language in ("zh", "en"):
        for width, scheme in ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")):
            page = open_page("bureau", width=width, scheme=scheme)
            page.goto(f"{board.address}/language/{language}?next=/quality")
            expect(page.locator(rows)).to_have_count(5 if width < 700 else 10)
            look(page, f"37-quality-joined-{width}-{scheme}-{language}")
            if width < 700:
                first = page.locator(rows).first.bounding_box()
                assert first is not None
                assert first["y"] + first["height"] < 844
                page.locator("label.more").first.tap()
                expect(page.locator(rows)).to_have_count(10)
                page.locator("label.more").last.tap()
                expect(page.locator("#top")).to_be_visible()
            page.goto(f"{board.address}/quality?home_id={county.homes['sunny']}")
            look(page, f"38-quality-home-{width}-{scheme}-{language}")


def test_a_score_card_tells_what_was_before_the_home_joined(
    county: County, board: Board, open_page: OpenPage
) -> None:
    now = utc_now().astimezone(SHANGHAI)
    month_began = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    joined = month_began + (now - month_began) / 2
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO liveness_intervals (device_id, online_from) VALUES (%s, %s)",
            [county.devices["sunny/203室"], joined],
        )
    for language in ("zh", "en"):
        for width, scheme in ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")):
            page = open_page("sunny-head", width=width, scheme=scheme)
            page.goto(f"{board.address}/language/{language}?next=/card")
            expect(page.locator("#unheard")).to_be_visible()
            expect(page.locator(".standing.short")).to_have_count(0)
            look(page, f"39-card-before-{width}-{scheme}-{language}")
            page.goto(f"{board.address}/card?month={joined:%Y-%m}")
            expect(page.locator("#since")).to_be_visible()
            look(page, f"39-card-joined-{width}-{scheme}-{language}")
