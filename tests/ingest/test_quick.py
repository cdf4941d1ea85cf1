"""The quick way reads what the adapter reads, or leaves it to the adapter."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest import quick
from ingest.adapters import native
from model.errors import BadInput

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOPIC = "yian/v1/h1/d1/telemetry"
PLAIN: dict[str, Any] = {
    "seq": 7,
    "at": "2026-03-01T08:00:00.250+08:00",
    "values": {
        "battery_pct": 71,
        "rssi_dbm": -64,
        "temperature_c": 21.5,
        "lat": 28.68,
        "lon": 115.85,
        "accuracy_m": 12,
        "worn": True,
    },
}

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["2026-03-01T08:00:00Z", "20260301T080000Z", "2026-W09-7T08:00:00Z", "0001-01-01T00:00:00+08:00"]
    ),
    st.lists(st.integers(), max_size=2),
)


def test_plain_telemetry_is_read_the_quick_way() -> None:
    payload = json.dumps(PLAIN).encode()
    assert quick.read(TOPIC, payload) == native.decode(TOPIC, payload, NOW)


@given(
    st.dictionaries(st.sampled_from(["id", "seq", "at", "values", "more"]), ODD, max_size=3),
    st.dictionaries(st.sampled_from([*PLAIN["values"], "crs", "lqi", "battery_v", "more"]), ODD, max_size=3),
    st.sampled_from(
        [TOPIC, "yian/v1//d1/telemetry", "yian/v1/h\x7f/d1/telemetry", "yian/v1/h1/d1/alarm", "x"]
    ),
    st.sampled_from(["", "\ufeff", " "]),
)
def test_no_message_is_read_in_another_way_than_by_the_adapter(
    changed: dict[str, Any], values: dict[str, Any], topic: str, before: str
) -> None:
    body = {**PLAIN, "values": {**PLAIN["values"], **values}, **changed}
    payload = (before + json.dumps(body)).encode()
    read = quick.read(topic, payload)
    if read is not None:
        assert read == native.decode(topic, payload, NOW)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_alike_or_left_alone(payload: bytes) -> None:
    read = quick.read(TOPIC, payload)
    if read is not None:
        try:
            assert read == native.decode(TOPIC, payload, NOW)
        except BadInput as exc:
            raise AssertionError("the adapter refuses it") from exc
