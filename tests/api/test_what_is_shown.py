"""What the board says of messages withdrawn, of who was forwarded a link, and of the service itself."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from alerts import answers
from model.alerts import AlertClass, Answer
from model.clock import utc_now
from model.people import Actor
from tests.county import County, raise_alert

SignIn = Callable[[str], httpx.Client]


def test_who_was_forwarded_a_link_is_named_on_the_card(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    stranger = Actor(None, "老周（经 张敏 的链接）", "link 10.0.0.9")
    with county.connect() as conn, conn.transaction():
        answers.answer(conn, answer=Answer.ACKNOWLEDGE, actor=stranger, now=utc_now(), incident_id=incident)
    (card,) = sign_in("sunny-head").get("/api/incidents").json()
    assert card["acknowledged_by"] == ["老周（经 张敏 的链接）"]


def test_a_message_that_was_withdrawn_was_not_given_up(county: County, sign_in: SignIn) -> None:
    incident, _ = raise_alert(county, "sunny/203室")
    with county.connect() as conn:
        conn.execute(
            "INSERT INTO notifications (incident_id, home_id, person_id, stage, channels, title,"
            " body, urgent, created_at, next_try_at, given_up_at, withdrawn_at)"
            " SELECT %s, home_id, person_id, 'F1', '{ntfy://a}', 't', 'b', true, now(), now(), now(), now()"
            " FROM people WHERE login = 'sunny-head'",
            [incident],
        )
    head = sign_in("sunny-head")
    (sent,) = head.get(f"/api/incidents/{incident}").json()["messages"]
    assert sent["withdrawn_at"] is not None
    assert sent["given_up_at"] is None
    page = head.get(f"/incidents/{incident}").text
    assert "撤回（已有人应答）" in page
    assert "送不到" not in page


def test_an_alert_of_the_service_itself_says_what_to_do(county: County, sign_in: SignIn) -> None:
    raise_alert(county, "sunny/203室", AlertClass.T1)
    with county.connect() as conn:
        conn.execute("UPDATE alerts SET reason = 'escalation_late', device_id = NULL")
        conn.execute("UPDATE incidents SET family = 'service'")
    assert "升级计时晚了" in sign_in("bureau").get("/").text
