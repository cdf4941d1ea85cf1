"""Web push: read back as a browser would, signed, small; a subscription that has ended is retired in sight."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from alerts import links, outbox
from alerts.channels import subscription, web_push
from alerts.channels.delivery import Channels
from alerts.channels.names import name_of
from alerts.channels.outgoing import Gone, Outgoing
from alerts.channels.subscription import Subscription
from model.clock import utc_now
from model.errors import BadInput, Unavailable
from model.events import Kind
from store import pool
from tests.alerts.small_home import NOW, build
from tests.awaiting import eventually
from tests.faults.receiver import Receiver
from tests.push_service import Browser, PushService, claims_of

SENDER = web_push.Sender("a secret of tests, long enough", "https://yian.example")
WITHIN = timedelta(seconds=5)
LINK = "https://yian.example/a/1.2.answer.3.xyz"
FIRE = Outgoing(
    7, "F1", "【火警】小院 主楼/203", f"立即到场\n应答 Answer: {LINK}", urgent=True, incident_id=5, link=LINK
)


@pytest.fixture
def service() -> Generator[PushService]:
    with PushService() as running:
        yield running


def channel_of(service: PushService, browser: Browser) -> str:
    return subscription.address_of(browser.subscription, [service.origin])


def push(channel: str, message: Outgoing = FIRE) -> str:
    return Channels(push=SENDER).deliver(channel, message, WITHIN, NOW)


def test_a_push_is_read_by_its_browser_alone_and_says_who_sends(service: PushService) -> None:
    browser, stranger = service.browser("a"), service.browser("a")
    assert push(channel_of(service, browser)) == "m1"
    [pushed] = service.pushed
    assert browser.read(pushed.body) == {
        "title": "【火警】小院 主楼/203",
        "body": "立即到场",
        "url": LINK,
        "tag": "incident-5",
        "urgent": True,
    }
    with pytest.raises(InvalidTag):
        stranger.read(pushed.body)
    assert "火".encode() not in pushed.body
    assert (pushed.path, pushed.headers["content-encoding"]) == ("/push/a", "aes128gcm")
    assert (pushed.headers["ttl"], pushed.headers["urgency"], pushed.headers["topic"]) == (
        "43200",
        "high",
        "i5",
    )
    claims = claims_of(pushed.headers["authorization"], web_push.public_key(SENDER.secret_key))
    assert claims["aud"] == service.origin
    assert claims["sub"] == "https://yian.example"
    assert timedelta(0) < timedelta(seconds=claims["exp"] - NOW.timestamp()) <= timedelta(days=1)


@given(st.text(max_size=5000), st.text(max_size=70))
def test_whatever_a_message_says_it_fits_into_a_push(body: str, title: str) -> None:
    browser = Browser("https://push.example/a")
    try:
        plain = web_push.payload(replace(FIRE, title=title, body=body), "https://yian.example")
    except UnicodeEncodeError:
        return  # half a character, which no database keeps
    assert browser.read(web_push.encrypted(plain, browser.subscription))["title"] == title


def test_our_key_follows_from_the_secret_and_is_a_point_that_browsers_take() -> None:
    first, again, other = (
        web_push.public_key(secret) for secret in ("one secret key", "one secret key", "another secret")
    )
    assert first == again != other
    assert len(first) == 87  # 65 bytes


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Gone), (410, Gone), (400, BadInput), (403, BadInput), (429, Unavailable), (503, Unavailable)],
)
def test_an_answer_of_the_push_service_says_what_is_to_be_done(
    service: PushService, status: int, error: type[Exception]
) -> None:
    service.statuses["/push/a"] = status
    with pytest.raises(error) as raised:
        push(channel_of(service, service.browser("a")))
    assert type(raised.value) is error
    assert "push/a" not in str(raised.value)


def test_nobody_can_make_us_push_to_a_host_that_is_no_push_service() -> None:
    good = Browser("https://fcm.googleapis.com/fcm/send/abc").subscription
    assert subscription.endpoint_of(subscription.address_of(good)) == good.endpoint
    for endpoint in (
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/abc",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com:5432/abc",
        "https://someone@fcm.googleapis.com/abc",
        "https://127.0.0.1/abc",
        "https://fcm.googleapis.com/abc#auth=x",
        "https://[fcm/abc",
        "file:///etc/passwd",
        "",
    ):
        with pytest.raises(BadInput):
            subscription.address_of(replace(good, endpoint=endpoint))
    for wrong in (replace(good, auth="short"), replace(good, p256dh="%%%"), replace(good, p256dh=good.auth)):
        with pytest.raises(BadInput):
            subscription.address_of(wrong)


def test_a_point_that_is_not_on_the_curve_is_bad_input(service: PushService) -> None:
    browser = service.browser("a").subscription
    off_the_curve = Subscription(browser.endpoint, "B" + "A" * 86, browser.auth)
    with pytest.raises(BadInput):
        push(subscription.address_of(off_the_curve, [service.origin]))


def test_a_new_phone_is_tried_first_and_of_many_the_oldest_go() -> None:
    phones = [f"webpush+https://push.example/{n}#k" for n in range(7)]
    channels = ["wecombot://key"]
    for phone in phones:
        channels = subscription.subscribed(channels, phone)
    assert channels == [*reversed(phones[2:]), "wecombot://key"]
    assert subscription.subscribed(channels, phones[6].replace("#k", "#new"))[0].endswith("6#new")
    assert len(subscription.subscribed(channels, phones[3])) == 6
    assert subscription.unsubscribed(channels, "https://push.example/4") == [
        *(phones[n] for n in (6, 5, 3, 2)),
        "wecombot://key",
    ]


def test_the_phones_of_one_push_service_share_their_limit_and_health(service: PushService) -> None:
    one, other = (channel_of(service, service.browser(name)) for name in "ab")
    assert name_of(one) == name_of(other)
    assert name_of(one) != name_of("webpush+https://push.example/a#k")


@pytest.mark.ground("plain")
def test_a_fire_opens_its_answer_on_the_phone_and_a_phone_that_has_ended_is_retired_in_sight(
    database: str, service: PushService
) -> None:
    browser, ended = service.browser("here"), service.browser("ended")
    service.statuses["/push/ended"] = 410
    key = SENDER.secret_key

    def link_of(incident_id: int, person_id: int, now: object) -> str:
        return "https://yian.example/a/" + links.make(
            incident_id, person_id, links.ANSWER, utc_now() + timedelta(hours=12), key
        )

    with build(database) as home, Receiver() as receiver:
        with home.conn.transaction():
            for login, channels in (
                ("small-carer", [channel_of(service, ended), channel_of(service, browser)]),
                ("bureau", [receiver.channel("ok/bureau")]),
            ):
                home.conn.execute("UPDATE people SET channels = %s WHERE login = %s", [channels, login])
        home.now = utc_now()
        home.say("d1", Kind.SMOKE)
        stopping = threading.Event()
        sending = threading.Thread(
            target=outbox.run,
            args=(partial(pool.connect, home.url, name="sender"), stopping, Channels(push=SENDER).deliver),
            kwargs={"link_of": link_of},
        )
        sending.start()
        try:
            service.wait_for(2)
            receiver.wait_for(1)
            eventually(
                lambda: home.rows(
                    "SELECT 1 AS one FROM notifications WHERE stage = 'F1' AND sent_at IS NOT NULL"
                )
            )
        finally:
            stopping.set()
            sending.join(15)
        told = browser.read(next(one for one in service.pushed if one.path == "/push/here").body)
        link = links.read(told["url"].rpartition("/")[2], utc_now(), key)
        assert (link.incident_id, link.person_id) == (home.open_incident(), home.people["carer"])
        [(_, report)] = receiver.taken
        assert "【通知通道失效】carer" in report["title"]
        [carer] = home.rows("SELECT channels FROM people WHERE login = 'small-carer'")
        assert carer["channels"] == [channel_of(service, browser)]
        [health] = home.rows("SELECT failures FROM channel_health WHERE channel LIKE 'webpush%%'")
        assert health["failures"] == 0, "that a phone was put off says nothing of the push service"
