"""The daily canary's page: thirty days as a picture, the plan and one by hand, on phone and desktop."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from alerts import canary, engine, links
from alerts.classes import Limits
from ingest.adapters import native
from model.clock import SHANGHAI, utc_now
from store import canaries, devices, pool
from store.rosters import HomeName
from tests.browser.conftest import OpenPage, look
from tests.county import SECRET, Board, County

pytestmark = pytest.mark.ground("plain")
_DAY = timedelta(days=1)


def fill(county: County) -> None:
    """Write a month of canaries: most went the whole way, two did not, one day has none."""
    home, carer, head = county.homes["sunny"], county.people["sunny-carer"], county.people["sunny-head"]
    at = utc_now().astimezone(SHANGHAI).replace(hour=9, minute=30, second=0, microsecond=0) - _DAY
    with county.connect() as conn:
        row = conn.execute(
            "INSERT INTO devices (source, address, name, kind, home_id, registered)"
            " VALUES ('yian', 'canary/sunny', '阳光敬老院每日试报', 'canary', %s, false) RETURNING device_id",
            [home],
        ).fetchone()
        assert row is not None
        conn.execute(
            "INSERT INTO canary_plans VALUES (%s, %s, %s, '09:30', now() - interval '40 days', '陈院长')",
            [home, carer, row[0]],
        )
        for ago in range(29):
            if ago == 20:
                continue
            begun, failed = at - ago * _DAY, {4: "not_answered", 13: "not_sent"}.get(ago)
            incident = conn.execute(
                "INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at, closed_at)"
                " VALUES (%s, 'canary', %s, 'C1', '{}', %s, %s) RETURNING incident_id",
                [home, f"device:{row[0]}", begun, begun + timedelta(minutes=10)],
            ).fetchone()
            assert incident is not None
            if failed != "not_sent":
                conn.execute(
                    "INSERT INTO notifications (incident_id, home_id, person_id, stage, channels, title, body,"
                    " urgent, created_at, next_try_at, sent_at, sent_by, receipt)"
                    " VALUES (%s, %s, %s, 'C1', '{x}', 't', 'b', true, %s, %s, %s, 'wecombot#1f3a90bc', 'accepted')",
                    [incident[0], home, carer, begun, begun, begun + timedelta(seconds=0.4 + ago % 5 * 0.7)],
                )
            conn.execute(
                "INSERT INTO canaries (home_id, person_id, device_id, for_on, begun_at, due_at, published_at,"
                " at_broker_at, arrived_at, stored_at, incident_id, answered_at, answered_by, answered_via,"
                " ended_at, failed)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '张敏', 'link', %s, %s)",
                [
                    home,
                    carer if ago < 25 else head,
                    row[0],
                    begun.date(),
                    begun,
                    begun + timedelta(minutes=10),
                    begun,
                    begun + timedelta(milliseconds=4),
                    begun + timedelta(milliseconds=9),
                    begun + timedelta(milliseconds=20 + ago % 7 * 9),
                    incident[0],
                    None if failed else begun + timedelta(seconds=20 + ago * 37 % 200),
                    begun + timedelta(minutes=10),
                    failed,
                ],
            )


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_a_month_of_canaries_is_seen_at_a_glance(
    county: County, board: Board, open_page: OpenPage, width: int, scheme: str
) -> None:
    fill(county)
    page = open_page("sunny-head", width=width, scheme=scheme)
    page.goto(f"{board.address}/canary")
    picture = page.locator("svg.canary")
    expect(picture).to_have_attribute("aria-label", "最近 30 天：26 天走完全程，2 天没有")
    expect(picture.locator(".day")).to_have_count(30)
    expect(picture.locator(".cross")).to_have_count(2)
    expect(page.locator("#canary-plan")).to_contain_text("没有通知通道")
    look(page, f"61-canary-{width}-{scheme}")


def arrive(county: County) -> int:
    """Plan a canary for the carer, let it arrive, and return its incident."""
    said: list[tuple[str, bytes]] = []
    with pool.connect(county.url, name="test") as conn:
        home = HomeName(county.homes["sunny"], "sunny", "阳光敬老院")
        person = county.people["sunny-carer"]
        canaries.set_plan(conn, home, person_id=person, at=time(9, 30), set_by="陈院长", now=utc_now())
        canary.begin_now(conn, home.home_id, utc_now())
        conn.commit()
        canary.tick(conn, utc_now, lambda topic, payload: said.append((topic, payload)))
        [event] = native.decode(*said[0], utc_now())
        device = devices.find_device(conn, event.source, event.address)
        assert device is not None
        engine.on_event(conn, event, device, utc_now(), event.key or "", Limits())
        conn.commit()
        incident = canaries.stages(conn, home_id=home.home_id)[0].incident_id
    assert incident is not None
    return incident


def test_a_canary_is_marked_as_one_on_the_board_and_behind_its_link(
    county: County, board: Board, open_page: OpenPage
) -> None:
    incident = arrive(county)
    page = open_page("sunny-carer")
    card = page.locator(f"#incident-{incident}")
    expect(card.locator(".marks")).to_have_text("试报 · 不是报警")
    expect(card.get_by_role("button")).to_have_text(["收到"])
    expect(card).not_to_contain_text("位置未知")
    expect(page.locator("#board-head .count")).to_have_text("共 0 起")
    look(page, "63-canary-card-phone")
    person, until = county.people["sunny-carer"], utc_now() + timedelta(hours=12)
    page.goto(f"{board.address}/a/{links.make(incident, person, links.ANSWER, until, SECRET)}")
    expect(page.locator("#incident .marks")).to_have_text("试报 · 不是报警")
    expect(page.get_by_text("误报")).to_have_count(0)
    look(page, "64-canary-link-phone")
    page.get_by_role("button", name="是我，收到").tap()
    expect(page.get_by_role("status")).to_have_text("已记录：收到")


def test_a_head_plans_a_canary_and_tries_it_in_english(
    county: County, board: Board, open_page: OpenPage
) -> None:
    page = open_page("sunny-head")
    page.goto(f"{board.address}/language/en?next=/canary")
    expect(page.locator("#canary-plan .tag")).to_contain_text("Not planned")
    page.get_by_label("Whose phone").select_option(label="陈院长 · Head of home · no channel")
    page.get_by_label("At", exact=True).fill("07:45")
    page.get_by_role("button", name="Set").tap()
    expect(page.locator("#canary-plan")).to_contain_text("Each day at 07:45 to the phone of 陈院长")
    page.get_by_role("button", name="Try now").tap()
    expect(page.locator("#canary-table .tag")).to_have_text("Under way")
    look(page, "62-canary-english-phone")
