"""Whatever is on a topic, the outcome is events or a reason, never an exception."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import PAYLOAD_MAX, decode
from ingest.messages import Message, is_urgent

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASES = ("zigbee2mqtt",)


def message(topic: str, payload: bytes) -> Message:
    return Message(topic, payload, NOW)


TOPICS = [
    "yian/v1/h1/d1/alarm",
    "yian/v1/h1/d1/telemetry",
    "yian/v1/h1/d1/status",
    "zigbee2mqtt/厨房",
    "zigbee2mqtt/a/b/availability",
    "zigbee2mqtt/bridge/state",
    "zigbee2mqtt/bridge/devices",
    "yian/v1/h1/alarm",
    "nobody/claims/this",
    "",
]


@given(st.sampled_from(TOPICS), st.binary(max_size=200))
def test_any_bytes_on_any_topic_are_events_or_a_reason(topic: str, payload: bytes) -> None:
    decoded = decode(message(topic, payload), BASES)
    assert decoded.unreadable is None or (decoded.unreadable.reason and not decoded.events)


@given(st.sampled_from(TOPICS), st.text(max_size=100))
def test_a_bug_of_ours_is_never_what_bad_input_meets(topic: str, text: str) -> None:
    decoded = decode(message(topic, text.encode("utf-8", "surrogatepass")), BASES)
    assert decoded.unreadable is None or decoded.unreadable.traceback is None


def test_a_huge_payload_is_refused_with_its_size() -> None:
    decoded = decode(message("yian/v1/h1/d1/alarm", b"x" * (PAYLOAD_MAX + 1)), BASES)
    assert decoded.unreadable is not None
    assert str(PAYLOAD_MAX) in decoded.unreadable.reason


@pytest.mark.parametrize(
    ("payload", "urgent"),
    [(b'{"smoke":true}', True), (b'{"smoke":false,"battery":97}', False), (b'{"action":"emergency"}', True)],
)
def test_what_begins_or_calls_takes_the_alarm_lane(payload: bytes, *, urgent: bool) -> None:
    assert is_urgent(decode(message("zigbee2mqtt/厨房", payload), BASES)) is urgent


def test_a_topic_that_no_format_claims_says_so() -> None:
    decoded = decode(message("nobody/claims/this", b"{}"), BASES)
    assert decoded.unreadable is not None
    assert "topic" in decoded.unreadable.reason
