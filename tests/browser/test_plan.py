"""The spread of a fire as a person sees it: on the plan of its floor, and told in order below it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alerts import engine
from alerts.classes import Limits
from model.clock import utc_now
from model.events import Event, Kind, State
from simulators import county as counties
from simulators.county import Size
from store import alarms, devices, locks, pool
from tests.browser.conftest import PICTURES, OpenPage
from tests.county import PASSWORD, County
from yian.seed import seed_county

SEEN = ("主楼/一层/西区/厨房", "主楼/一层/西区/食堂", "主楼/一层/西区/活动室", "主楼/一层/东区/104")


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(390, "dark", "zh"), (1280, "light", "en")],
)
def test_a_fire_is_drawn_on_its_floor(
    county: County, open_page: OpenPage, width: int, scheme: str, language: str
) -> None:
    made = counties.build(5, Size(homes=1, zigbee=0), date(2026, 3, 20), counties.TRIAL)
    now = utc_now()
    with pool.connect(county.url, name="test") as conn:
        seed_county(conn, made, password=PASSWORD, now=now)
        begun: list[int] = []
        for number, path in enumerate(SEEN):
            entry = next(
                one
                for one in made.registers.devices
                if one.place == tuple(path.split("/")) and "烟感" in one.name
            )
            device = devices.find_device(conn, entry.source, entry.address)
            assert device is not None
            at = now - timedelta(seconds=90 - 20 * number)
            locks.lock_home(conn, device.home_id)
            said = Event(entry.source, entry.address, Kind.SMOKE, State.ACTIVE, at, str(number))
            begun += engine.on_event(conn, said, device, at, said.key or "", Limits()).raised
        incident = alarms.alert_incident(conn, begun[0])
    page = open_page("trial5-head1", width=width, height=900, scheme=scheme)
    if language == "en":
        page.goto(
            f"{page.url.split('/', 3)[0]}//{page.url.split('/')[2]}/language/en?next=/incidents/{incident}"
        )
    else:
        page.goto(f"{page.url.rstrip('/')}/incidents/{incident}")
    page.wait_for_selector('#live-pill[data-state="on"]')
    plan = page.locator("#spread svg[role=img]")
    assert plan.count() == 1
    assert plan.locator(".plan-active > text:not(.plan-room)").all_text_contents() == ["1", "2", "3", "4"]
    assert plan.locator(".plan-exit").count() == 2
    assert plan.locator(".plan-quiet").count() == 7
    assert page.locator(".plan-order b").all_inner_texts() == [path.split("/")[-1] for path in SEEN]
    box = plan.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    # Of the page: the live board may put another element in the place of this one meanwhile.
    page.screenshot(path=PICTURES / f"plan-{width}-{scheme}-{language}.png", full_page=True)
