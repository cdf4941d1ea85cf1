"""From what bands and doors publish to W2, W3 and W4: positions reach the rules through the real way in."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest

from ingest import writer
from ingest.adapters import native
from ingest.messages import Decoded, Message
from ingest.registry import Registry
from model.alerts import Answer, Outcome
from store import readings
from tests.alerts import doors
from tests.alerts.small_home import FLOOR, LIMITS, SmallHome, build

pytestmark = pytest.mark.ground("plain")
SECOND = timedelta(seconds=1)


class Home:
    """The small home with a front door (sensor) and a back door (beacon); it is two in the night there."""

    def __init__(self, small: SmallHome) -> None:
        self.small = small
        self._registry = Registry()
        readings.prepare(small.conn)
        doors.enter(small)

    def publish(self, device: str, topic_of: str, **body: object) -> None:
        """Let a device publish by the native format, and the message be stored."""
        small = self.small
        said = {"id": str(len(small.sent)), "at": small.now.isoformat(), **body}
        small.sent.append((None, device))  # type: ignore[arg-type]  only counts messages
        topic, payload = f"yian/v1/{small.code}/{small.code}-{device}/{topic_of}", json.dumps(said).encode()
        message = Message(topic, payload, small.now)
        decoded = Decoded(message, tuple(native.decode(topic, payload, small.now)))
        with small.conn.transaction():
            writer.write(small.conn, [decoded], self._registry, LIMITS)

    def walk(self, *points: tuple[float, float], every: timedelta = 5 * SECOND) -> None:
        """Let the band be at these points, one after another."""
        for x_m, y_m in points:
            self.small.now += every
            self.publish("band", "telemetry", values={"x_m": x_m, "y_m": y_m, "floor": FLOOR})
            self.small.tick()

    def alerts(self) -> list[dict[str, Any]]:
        """Return the alerts of the home."""
        return self.small.rows(
            "SELECT a.alert_id, a.class, a.reason, e.name AS door, a.state, a.incident_id,"
            " a.cleared_by_device_at IS NOT NULL AS cleared FROM alerts a LEFT JOIN exits e USING (exit_id)"
            " WHERE a.home_id = %(home_id)s ORDER BY a.alert_id"
        )


@pytest.fixture
def home(database: str) -> Generator[Home]:
    with build(database) as small:
        yield Home(small)


def test_lingering_at_a_door_at_night_calls_the_carer_to_that_door(home: Home) -> None:
    home.walk(*[(2.0, 9.0)] * 12)
    assert home.alerts() == []
    home.walk((2.0, 9.0), (1.0, 9.0))
    [alert] = home.alerts()
    assert (alert["class"], alert["reason"], alert["door"]) == ("W3", "lingering", "大门")
    assert home.small.told() == [("carer", "W3")]
    [message] = home.small.rows("SELECT title, body FROM notifications WHERE home_id = %(home_id)s")
    assert message["title"].endswith("大门")
    home.walk((20, 6))
    assert home.alerts()[0]["cleared"]
    home.small.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=alert["incident_id"])
    home.walk((20, 6), (2, 9))
    assert len(home.alerts()) == 1


def test_by_day_an_exit_without_hours_of_its_own_is_not_watched(home: Home) -> None:
    home.small.now += timedelta(hours=10)
    home.walk(*[(2.0, 9.0)] * 30)
    home.publish("door", "alarm", kind="door", state="active")
    home.small.tick()
    assert home.alerts() == []


@pytest.mark.parametrize("position_first", [True, False])
def test_a_door_that_opens_while_a_band_is_at_it_is_a_w2_whichever_is_told_first(
    home: Home, *, position_first: bool
) -> None:
    if position_first:
        home.walk((1, 9))
    home.publish("door", "alarm", kind="door", state="active")
    home.small.tick()
    assert len(home.alerts()) == position_first
    home.walk((1, 9), every=2 * SECOND)
    [alert] = home.alerts()
    assert (alert["class"], alert["reason"], alert["door"]) == ("W2", "exit_crossed", "大门")
    home.publish("door", "alarm", kind="door", state="clear")
    home.small.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=alert["incident_id"])
    home.walk((1, 9), every=2 * SECOND)
    assert len(home.alerts()) == 1, "one opening was answered once"


def test_a_carer_who_goes_out_alone_raises_nothing(home: Home) -> None:
    home.walk((20, 6))
    home.publish("door", "alarm", kind="door", state="active")
    home.walk((21, 6))
    assert home.alerts() == []


def test_a_band_that_is_heard_near_the_beacon_of_a_door_is_at_that_door(home: Home) -> None:
    def hear(rssi_dbm: int) -> None:
        home.small.now += 10 * SECOND
        values = {"gateway": f"{home.small.code}-beacon", "rssi_dbm": rssi_dbm}
        home.publish("band", "telemetry", values=values)
        home.small.tick()

    for _ in range(8):
        hear(-92)
    assert home.alerts() == []
    for _ in range(8):
        hear(-60)
    assert [(one["class"], one["door"]) for one in home.alerts()] == [("W3", "后门")]


def test_pacing_is_noted_once_calls_nobody_and_is_not_noted_again_from_the_same_steps(home: Home) -> None:
    corridor = [(10.0, 3.0), (14.0, 3.0), (18.0, 3.0), (14.0, 3.0)]
    home.walk(*corridor * 6)
    [alert] = home.alerts()
    assert (alert["class"], alert["reason"]) == ("W4", "pacing")
    assert home.small.told() == []
    home.small.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=alert["incident_id"])
    home.walk(*corridor)
    assert len(home.alerts()) == 1


def test_who_lingered_and_then_goes_out_is_one_incident_that_climbs(home: Home) -> None:
    home.walk(*[(2.0, 9.0)] * 14)
    home.publish("door", "alarm", kind="door", state="active")
    home.small.tick()
    found = home.alerts()
    assert [one["class"] for one in found] == ["W3", "W2"]
    assert len({one["incident_id"] for one in found}) == 1
    assert home.small.rows("SELECT class FROM incidents WHERE home_id = %(home_id)s") == [{"class": "W2"}]
