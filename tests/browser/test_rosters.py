"""The roster on phone and desktop: a swap and a leave by a tap, each with its undo, and the head's first figure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from model.clock import SHANGHAI, utc_now
from tests.browser.conftest import OpenPage, look
from tests.county import Board, County

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def week(county: County) -> County:
    """Three carers in turns of eight hours, the night of the third day without anybody, a leader by day."""
    today = utc_now().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    home = county.homes["sunny"]
    with county.connect() as conn:
        staff = [
            ("张敏", "carer"),
            ("李芳", "carer"),
            ("王秀兰", "carer"),
            ("周强", "shift_leader"),
            ("赵师傅", "maintenance"),
        ]
        people = [county.people["sunny-carer"]]
        for name, role in staff[1:]:
            row = conn.execute(
                "INSERT INTO people (login, name, role, home_id, password_hash) VALUES (%s, %s, %s, %s, 'x')"
                " RETURNING person_id",
                [f"sunny-{name}", name, role, home],
            ).fetchone()
            assert row is not None
            people.append(row[0])
        duty = "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at) VALUES (%s, %s, %s, %s, %s)"
        for day in range(-1, 15):
            for shift in range(3):
                start = today + timedelta(days=day, hours=7 + 8 * shift)
                if (day, shift) != (2, 2):
                    who = people[(shift + day) % 3]
                    conn.execute(duty, [home, who, "carer", start, start + timedelta(hours=8)])
            start = today + timedelta(days=day, hours=7)
            conn.execute(duty, [home, people[3], "shift_leader", start, start + timedelta(hours=12)])
            start += timedelta(hours=12)
            conn.execute(duty, [home, people[1], "shift_leader", start, start + timedelta(hours=12)])
    return county


def test_a_head_swaps_a_turn_and_takes_it_back(week: County, board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head")
    expect(page.locator("#first-figure")).to_contain_text("无防护人时")
    expect(page.locator("#first-figure .next-gap")).to_contain_text("护理员")
    look(page, "60-head-board-phone-light")
    page.get_by_role("link", name="下一处空档").tap()
    expect(page.locator("#gaps-ahead")).to_contain_text("未来 14 天有 1 处无人值班")
    look(page, "61-rosters-phone-light")
    with page.expect_navigation():
        page.locator(".rota-days a").nth(1).tap()
    page.wait_for_selector('#live-pill[data-state="on"]')
    turn = page.locator("button.turn", has_text="15:00–23:00")
    expect(turn).to_contain_text("王秀兰")
    turn.tap()
    dialog = page.locator("#dialog-turn")
    dialog.get_by_label("交给谁").select_option(label="张敏 · 护理员")
    look(page, "62-swap-phone-light")
    dialog.get_by_role("button", name="登记").tap()
    expect(turn).to_contain_text("替 王秀兰")
    expect(page.locator("#roster-changes")).to_contain_text("陈院长 登记于")
    page.locator("#toast-undo").tap()
    expect(page.locator("#toast-word")).to_have_text("已撤销，记录保留")
    expect(turn).to_contain_text("王秀兰")
    expect(turn).not_to_contain_text("替")
    expect(page.locator("#roster-changes .gone")).to_contain_text("陈院长 撤销于")
    look(page, "63-undone-phone-light")


def test_a_turn_is_exchanged_for_one_at_other_hours(week: County, board: Board, open_page: OpenPage) -> None:
    with week.connect() as conn:
        conn.execute(
            "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)"
            " SELECT home_id, (SELECT person_id FROM people WHERE name = '李芳'), role, starts_at, ends_at"
            " FROM duties WHERE role = 'carer'"
            " AND person_id = (SELECT person_id FROM people WHERE name = '王秀兰')"
        )
    page = open_page("sunny-head")
    page.goto(f"{board.address}/rosters?day=1")
    page.wait_for_selector('#live-pill[data-state="on"]')
    turn = page.locator("button.turn", has_text="王秀兰")
    turn.tap()
    dialog = page.locator("#dialog-turn")
    dialog.locator("label.chip", has_text="两人对换").tap()
    same = turn.locator("time").inner_text()
    day = dialog.locator(".dialog-where").inner_text()[:5]
    offered = dialog.locator("[name=other_duty_id] option:not([disabled])").all_inner_texts()
    assert offered
    assert [each for each in offered if day in each and same in each] == []


def test_leave_that_leaves_nobody_asks_once_more(week: County, board: Board, open_page: OpenPage) -> None:
    page = open_page("sunny-head", scheme="dark")
    page.goto(f"{board.address}/rosters?day=1")
    page.wait_for_selector('#live-pill[data-state="on"]')
    page.locator("button.turn", has_text="15:00–23:00").first.tap()
    dialog = page.locator("#dialog-turn")
    dialog.locator("label.chip", has_text="请假").tap()
    expect(dialog.get_by_label("谁请假")).to_be_visible()
    dialog.get_by_role("button", name="登记").tap()
    expect(dialog.get_by_role("alert")).to_contain_text("登记后将无人值班")
    look(page, "64-leaves-nobody-phone-dark")
    dialog.get_by_role("button", name="我知道，仍然登记").tap()
    expect(page.locator("button.turn.open")).to_contain_text("空班")
    expect(page.locator("#gaps-ahead")).to_contain_text("2 处无人值班")
    look(page, "65-leave-phone-dark")
    page.get_by_role("button", name="开启").tap()
    expect(page.locator("#my-quiet button")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_week_fits_a_desk_in_both_languages(
    week: County, board: Board, open_page: OpenPage, scheme: str
) -> None:
    page = open_page("sunny-head", width=1280, height=900, scheme=scheme)
    page.goto(f"{board.address}/rosters")
    page.locator("[data-bar]").nth(3).click()
    expect(page.locator("#roster-day h2")).to_be_visible()
    look(page, f"66-rosters-1280-{scheme}")
    page.goto(f"{board.address}/language/en?next=/rosters")
    expect(page.locator("h1")).to_have_text("Duty roster")
    expect(page.locator("#gaps-ahead")).to_contain_text("nobody on duty")
    look(page, f"67-rosters-en-1280-{scheme}")
    page.goto(f"{board.address}/")
    look(page, f"68-head-board-en-1280-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_nearest_gaps_come_first_and_all_by_one_tap(
    week: County, board: Board, open_page: OpenPage, width: int, scheme: str
) -> None:
    with week.connect() as conn:
        conn.execute(
            "DELETE FROM duties WHERE role = 'carer' AND EXTRACT(hour FROM starts_at AT TIME ZONE 'Asia/Shanghai') = 15"
        )
    page = open_page("sunny-head", width=width, scheme=scheme)
    page.goto(f"{board.address}/rosters")
    page.wait_for_selector('#live-pill[data-state="on"]')
    gaps = page.locator("#gaps-ahead li:visible")
    expect(gaps).to_have_count(3)
    look(page, f"69-gaps-{width}-{scheme}")
    page.locator("#gaps-ahead label").click()
    expect(page.locator("#gaps-ahead label")).to_be_hidden()
    assert gaps.count() > 8
    assert f"{gaps.count()} 处无人值班" in page.locator("#gaps-ahead h2").inner_text()


def test_a_carer_sees_the_roster_and_changes_only_their_own_quiet(
    week: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-carer")
    expect(page.locator("#first-figure")).to_have_count(0)
    page.goto(f"{board.address}/rosters")
    expect(page.locator(".turns .turn").first).to_be_visible()
    expect(page.locator("button.turn")).to_have_count(0)
    expect(page.locator("#my-quiet")).to_be_visible()


@pytest.mark.types_wrong_values
@pytest.mark.parametrize(
    ("language", "scheme", "words"),
    [
        ("zh", "light", "「止」要写：晚于开始的时间，最多 366 天后。"),
        ("en", "dark", "“Until” needs: a time after the start, at most 366 days later."),
    ],
)
def test_leave_that_ends_before_it_begins_names_the_field_and_keeps_the_rest(
    week: County, board: Board, open_page: OpenPage, language: str, scheme: str, words: str
) -> None:
    page = open_page("sunny-head", scheme=scheme)
    page.goto(f"{board.address}/language/{language}?next=/rosters")
    page.wait_for_selector('#live-pill[data-state="on"]')
    page.locator("#new-leave").tap()
    dialog = page.locator("#dialog-turn")
    ends = dialog.locator("[name=ends_at]")
    dialog.locator("[name=reason]").fill("看病")
    for wrong in ("2026-01-01T08:00", ""):
        ends.fill(wrong)
        with page.expect_response("**/roster/leaves"):
            dialog.locator("[type=submit]").tap()
        expect(dialog.get_by_role("alert")).to_have_text(words)
        expect(ends).to_have_attribute("aria-invalid", "true")
        expect(dialog.locator("[name=reason]")).to_have_value("看病")
    look(page, f"69-leave-wrong-{language}-{scheme}")
    expect(dialog).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "width", "language", "busy", "warned", "tag"),
    [
        ("dark", 390, "zh", "当时当班或请假", "张敏将连续值班 16 小时，超过 12 小时", "连续 16 小时"),
        ("light", 1280, "en", "on duty or on leave then", "16 h in a row, more than 12 h", "16 h in a row"),
    ],
)
def test_nobody_on_duty_is_offered_and_a_double_turn_is_warned_of(
    week: County,
    board: Board,
    open_page: OpenPage,
    scheme: str,
    width: int,
    language: str,
    busy: str,
    warned: str,
    tag: str,
) -> None:
    page = open_page("sunny-head", scheme=scheme, width=width)
    page.goto(f"{board.address}/language/{language}?next=/rosters?day=1")
    page.wait_for_selector('#live-pill[data-state="on"]')
    turn = page.locator("button.turn", has_text="15:00–23:00")
    turn.click()
    dialog = page.locator("#dialog-turn")
    taker = dialog.locator("[name=taker_id]")
    expect(taker.locator("option", has_text="李芳")).to_contain_text(busy)
    expect(taker.locator("option", has_text="李芳")).to_be_disabled()
    expect(taker.locator("option:checked")).to_contain_text("张敏")
    expect(dialog.get_by_role("status")).to_contain_text(warned)
    look(page, f"69-double-turn-{width}-{scheme}")
    taker.select_option(label=taker.locator("option", has_text="赵师傅").inner_text())
    expect(dialog.get_by_role("status")).to_be_hidden()
    taker.select_option(label=taker.locator("option", has_text="张敏").inner_text())
    dialog.locator("[type=submit]").click()
    expect(page.locator("#toast-word")).to_contain_text(warned)
    expect(turn.locator("em", has_text=tag)).to_be_visible()
    look(page, f"69-double-turn-stored-{width}-{scheme}")


@pytest.mark.types_wrong_values
def test_nobody_is_preselected_where_all_of_the_role_are_on_duty(
    week: County, board: Board, open_page: OpenPage
) -> None:
    with week.connect() as conn:
        conn.execute(
            "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)"
            " SELECT home_id, (SELECT person_id FROM people WHERE login = 'sunny-carer'), 'carer',"
            " starts_at + interval '1 hour', ends_at - interval '1 hour'"
            " FROM duties WHERE person_id = (SELECT person_id FROM people WHERE name = '王秀兰')"
        )
    page = open_page("sunny-head")
    page.goto(f"{board.address}/rosters?day=1")
    page.wait_for_selector('#live-pill[data-state="on"]')
    page.locator("button.turn", has_text="15:00–23:00").tap()
    dialog = page.locator("#dialog-turn")
    expect(dialog.locator("[name=taker_id]")).to_have_value("")
    dialog.locator("[type=submit]").tap()
    expect(dialog.get_by_role("alert")).to_contain_text("「交给谁」要写：选一个人")
