"""The walking round on a phone: begin in a room, see tests arrive, see what did not."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import expect

from alerts import engine
from alerts.classes import Limits
from compliance.monthly_filing import file
from compliance.score_card import last_month
from model.clock import utc_now
from model.events import Event, Kind, State
from store import devices, locks
from tests.browser.conftest import PICTURES, OpenPage, look
from tests.county import County


def press_test(county: County, name: str) -> None:
    """Let a device's test arrive now."""
    with psycopg.connect(county.url) as conn:
        device = devices.device_by_id(conn, county.devices[name])
        assert device is not None
        assert device.home_id is not None
        locks.lock_home(conn, device.home_id)
        now = utc_now()
        event = Event(
            device.source, device.address, Kind.TEST, State.ACTIVE, now - timedelta(seconds=1), "t1"
        )
        engine.on_event(conn, event, device, now, "t1", Limits())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_walk_ticks_off_a_test_as_it_arrives(county: County, open_page: OpenPage, scheme: str) -> None:
    page = open_page("sunny-carer", scheme=scheme)
    page.get_by_role("link", name="巡测").click()
    expect(page.locator(".room-due").first).to_be_visible()
    page.screenshot(path=str(PICTURES / f"round-{scheme}.png"), full_page=True)
    page.get_by_role("button", name="开始").first.click()
    expect(page.locator("#walk-missing li")).not_to_have_count(0)
    room = page.locator("#walk-head h1").inner_text()
    press_test(county, f"sunny/{room}")
    expect(page.locator("#walk-arrived li")).to_have_count(1)
    page.screenshot(path=str(PICTURES / f"walk-{scheme}.png"), full_page=True)
    page.get_by_role("button", name="结束").click()
    expect(page.locator("[data-end-walk]")).to_have_count(0)
    page.screenshot(path=str(PICTURES / f"walk-ended-{scheme}.png"), full_page=True)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 390), ("dark", 390), ("light", 1280), ("dark", 1280)]
)
def test_the_score_card_says_what_to_fix_first_and_what_was_corrected(
    county: County, open_page: OpenPage, scheme: str, width: int
) -> None:
    now = utc_now()
    with psycopg.connect(county.url, autocommit=True) as conn:
        file(conn, last_month(now), "sunny", "民政局", now)
        conn.execute(
            "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, %s, 'major', '堵塞')",
            [county.homes["sunny"], last_month(now)],
        )
        file(conn, last_month(now), "sunny", "民政局", now)
    page = open_page("sunny-head", scheme=scheme, width=width)
    page.get_by_role("link", name="巡测").click()
    page.get_by_role("link", name="成绩单").click()
    expect(page.locator("#card .first li").first).to_be_visible()
    expect(page.locator("#card tbody tr")).not_to_have_count(0)
    expect(page.locator("#versions .moved").first).to_be_visible()
    look(page, f"card-{scheme}-{width}")
