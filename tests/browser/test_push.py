"""A phone is put on with one tap in a real Chromium; what is pushed is read, shown, and opens the answer.

Chromium's own push service cannot be reached from a test: the browser's side of a subscription is lent to the
page by us, and what arrived at our push service is handed to the real worker as the browser would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.channels import subscription, web_push
from alerts.channels.delivery import Channels
from alerts.channels.outgoing import Outgoing
from model.clock import utc_now
from tests.awaiting import eventually
from tests.browser.conftest import PATIENCE_MS, look
from tests.county import PASSWORD, SECRET, Board, County, config_for, served
from tests.push_service import Browser as Phone
from tests.push_service import PushService

pytestmark = pytest.mark.ground("plain")

_LEND = """
(() => {
  const made = %s;
  let current = null;
  const unsubscribe = async () => { current = null; return true; };
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async (options) => {
    window.subscribedWith = { ...options, applicationServerKey: [...options.applicationServerKey] };
    current = { endpoint: made.endpoint, toJSON: () => made, unsubscribe };
    return current;
  };
})();
"""

_SHOWN_WITHIN_2_S = """
navigator.serviceWorker.ready.then(async (found) => {
  const until = performance.now() + 2000;
  while (performance.now() < until) {
    if ((await found.getNotifications()).length > 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
})
"""


@pytest.fixture
def service() -> Generator[PushService]:
    with PushService() as running:
        yield running


def shown(page: Page) -> list[list[Any]]:
    """Return what the phone shows: title, text, and where a tap goes."""
    return page.evaluate(
        "navigator.serviceWorker.ready.then((found) => found.getNotifications())"
        ".then((all) => all.map((one) => [one.title, one.body, one.data.url]))"
    )


def hand_to_worker(page: Page, origin: str) -> Callable[[dict[str, Any]], None]:
    """Return what hands a push to the page's worker, as the browser does that has decrypted it."""
    session = page.context.new_cdp_session(page)
    registrations: list[str] = []

    def on_registration(event: dict[str, Any]) -> None:
        found = (one for one in event["registrations"] if not one["isDeleted"])
        registrations.extend(one["registrationId"] for one in found if one["scopeURL"].startswith(origin))

    session.on("ServiceWorker.workerRegistrationUpdated", on_registration)
    session.send("ServiceWorker.enable")

    def hand(said: dict[str, Any]) -> None:
        # A worker that is still taking over gets no push.
        page.wait_for_function(
            "navigator.serviceWorker.ready.then((found) => found.active.state === 'activated')"
        )
        while not registrations:
            page.wait_for_timeout(20)
        told = {"origin": origin, "registrationId": registrations[-1], "data": json.dumps(said)}

        def taken() -> bool:
            session.send("ServiceWorker.deliverPushMessage", told)
            return page.evaluate(_SHOWN_WITHIN_2_S)

        # The browser says nothing of a push that no worker took; a push service gives it again.
        eventually(taken)

    return hand


def test_a_phone_is_put_on_by_a_tap_and_shows_what_is_pushed(
    browser: Browser, county: County, service: PushService
) -> None:
    phone = service.browser("phone")
    with served(config_for(county, push_services=(service.origin,))) as board:
        page = put_on_page(browser, board, phone)
        button = page.locator("#push")
        expect(button).to_have_text("在这部手机上接收")
        assert page.evaluate("Notification.permission") == "granted"
        assert page.evaluate("navigator.serviceWorker.getRegistration('/').then(Boolean)") is False
        button.tap()
        expect(button).to_have_attribute("aria-pressed", "true")
        look(page, "60-push-on-phone-light")
        assert page.evaluate("window.subscribedWith.userVisibleOnly") is True
        assert len(page.evaluate("window.subscribedWith.applicationServerKey")) == 65
        with county.connect() as conn:
            [(channels,)] = conn.execute("SELECT channels FROM people WHERE login = 'sunny-carer'").fetchall()
            [(proof,)] = conn.execute("SELECT channels FROM notifications").fetchall()
        assert channels == proof == [subscription.address_of(phone.subscription, [service.origin])]
        link = f"{board.address}/a/signed"
        fire = Outgoing(
            1, "F1", "【火警】阳光敬老院 203室", "立即到场", urgent=True, incident_id=5, link=link
        )
        Channels(push=web_push.Sender(SECRET, board.address)).deliver(
            channels[0], fire, config_for(county).send_within, utc_now()
        )
        hand = hand_to_worker(page, board.address)
        hand(phone.read(service.pushed[-1].body))
        assert shown(page) == [["【火警】阳光敬老院 203室", "立即到场", link]]
        page.reload()
        expect(button).to_have_attribute("aria-pressed", "false")  # this browser lost it with the page
        page.context.close()


def test_a_phone_is_taken_off_again(browser: Browser, county: County, service: PushService) -> None:
    with served(config_for(county, push_services=(service.origin,))) as board:
        page = put_on_page(browser, board, service.browser("phone"))
        button = page.locator("#push")
        button.tap()
        expect(button).to_have_attribute("aria-pressed", "true")
        button.tap()
        expect(button).to_have_attribute("aria-pressed", "false")
        with county.connect() as conn:
            [(channels,)] = conn.execute("SELECT channels FROM people WHERE login = 'sunny-carer'").fetchall()
        assert channels == []
        page.context.close()


def put_on_page(browser: Browser, board: Board, phone: Phone) -> Page:
    """Open the board as a carer on a phone that has a push service."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    context.grant_permissions(["notifications"], origin=board.address)
    lent = phone.subscription
    keys = {"p256dh": lent.p256dh, "auth": lent.auth}
    context.add_init_script(_LEND % json.dumps({"endpoint": lent.endpoint, "keys": keys}))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{board.address}/login")
    page.get_by_label("登录名").fill("sunny-carer")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector('#live-pill[data-state="on"]')
    return page
