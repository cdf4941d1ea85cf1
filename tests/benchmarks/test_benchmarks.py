"""The benchmarks run, small, and print what scripts rely on; what is fast enough is not a unit test's affair."""

from __future__ import annotations

import json

import pytest

from benchmarks import alarm, ingest, queries, report, storm
from benchmarks.check_regression import regressions
from benchmarks.ingest import Size
from tests.services.absence import absent
from yian.embedded import broker


def _quiet(_text: str) -> None:
    """Say nothing."""


@pytest.fixture(autouse=True)
def mosquitto() -> None:
    """Everything here is measured on mosquitto."""
    if broker.find_mosquitto() is None:
        absent("mosquitto is not installed")


def test_ingest_prints_every_rate_and_ratio_and_loses_nothing() -> None:
    # A test is not to install Node-RED.
    found = ingest.run(Size(messages=2000, turns=1, slow_messages=50, node_red=False), say=_quiet)
    assert found["rates"].keys() == {"yian", "bare_paho", "one_insert", "copy", "node_red"}
    assert found["rates"]["node_red"] is None
    assert found["lost"] == found["doubled"] == 0
    assert {"ratio_to_bare_paho", "cpu_us_per_message", "messages_per_core_second", "rss_mb"} <= found.keys()
    assert "bare paho" in report.document({"ingest": found, "machine": found["machine"]})
    json.dumps(found)


def test_an_alarm_is_timed_beside_its_floor() -> None:
    found = alarm.run(alarms=5, messages=2000, say=_quiet)
    assert {"p50", "p99"} <= found["alarm_ms"].keys()
    assert {"p50_to_floor", "p99_to_floor", "load_reached"} <= found.keys()


def test_a_storm_misses_no_alert_and_keeps_the_order_of_each_device() -> None:
    found = storm.run(detectors=20, devices=200, say=_quiet)
    assert (found["alerts_expected"], found["alerts_missed"], found["out_of_order"]) == (20, 0, 0)


def test_queries_are_timed_on_a_made_up_history() -> None:
    found = queries.run(devices=300, with_history=5, every_min=240, repeats=3, say=_quiet)
    assert all(took.keys() == {"p50", "p99"} for took in found["queries_ms"].values())


KEPT = {"ingest": {"ratio_to_bare_paho": 0.8, "lost": 0}, "alarm": {"p50_to_floor": 5.0}}


def test_a_fifth_less_is_no_regression_and_more_than_that_is_one() -> None:
    assert regressions(KEPT, {"ingest": {"ratio_to_bare_paho": 0.65}, "alarm": {"p50_to_floor": 5.9}}) == []
    found = regressions(
        KEPT, {"ingest": {"ratio_to_bare_paho": 0.6, "lost": 1}, "alarm": {"p50_to_floor": 6.1}}
    )
    assert [line.split(":")[0] for line in found] == [
        "ingest.ratio_to_bare_paho", "alarm.p50_to_floor", "ingest.lost",
    ]  # fmt: skip
