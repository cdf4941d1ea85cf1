"""The benchmarks run, small, and print what scripts rely on; what is fast enough is not a unit test's affair."""

from __future__ import annotations

import json

import psycopg
import pytest

from benchmarks import alarm, curves, ingest, queries, report, storage, storm, workers
from benchmarks.ingest import Size
from benchmarks.stand import register
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
    found = alarm.run(alarms=5, messages=2000, turns=1, say=_quiet)
    for name in ("alarm", "alarm_idle", "told", "told_idle", "floor", "floor_idle"):
        assert 0 < found[f"{name}_ms"]["p50"] <= found[f"{name}_ms"]["p99"]
    assert {"p50_to_floor", "p99_to_floor", "load_reached"} <= found.keys()
    assert "a listener told of it" in report.document({"alarm": found, "machine": found["machine"]})


def test_a_storm_misses_no_alert_and_keeps_the_order_of_each_device() -> None:
    found = storm.run(detectors=20, devices=200, say=_quiet)
    assert (found["alerts_expected"], found["alerts_missed"], found["out_of_order"]) == (20, 0, 0)


def test_queries_are_asked_over_http_and_timed_beside_direct_ones() -> None:
    size = queries.Size(devices=60, days=40, incidents=50, open_incidents=3, dense=1, repeats=2)
    found = queries.run(size, say=_quiet)
    assert {"board", "history_30_days", "indicators_of_a_month", "time_line"} <= found["queries_ms"].keys()
    for took in found["queries_ms"].values():
        assert {"p50", "p99", "direct_p50", "direct_p99"} <= took.keys()
        assert took["kb"] > 0
    assert "history 30 days" in report.document({"query": found, "machine": found["machine"]})


def test_bytes_are_weighed_and_what_cannot_be_compressed_says_why(database: str) -> None:
    with psycopg.connect(database) as conn:
        register(conn, 20)
    found = storage.run(storage.Size(devices=20, incidents=10), url=database, say=_quiet)
    assert found["bytes_per_reading"] > 50
    assert found["compressed_bytes_per_reading"] is None
    assert found["why_not_compressed"]
    assert found["rollup_bytes_per_device_year"] < found["raw_bytes_per_device_year"]
    assert "On paper" in report.document({"storage": found, "machine": found["machine"]})


def test_workers_share_the_messages_and_a_killed_one_loses_none() -> None:
    found = workers.run(workers=(2,), messages=1000, turns=1, say=_quiet)
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert found["killed"]["stored_after_its_return_s"] > 0
    assert found["rates"]["2"] > 0


def test_a_slope_is_what_a_message_costs_more_at_the_end() -> None:
    points = [
        {"x": x, "cpu_us_per_message": cpu, "rss_mb": 50.0}
        for x, cpu in ((100, 40), (1000, 50), (10_000, 90))
    ]
    assert curves.slope("devices", points) == {
        "cpu_last_to_first": 2.25,
        "cpu_per_tenfold": 1.5,
        "rss_last_to_first": 1.0,
    }
    minutes = [
        {"x": x, "cpu_us_per_message": cpu, "rss_mb": 50.0}
        for x, cpu in enumerate((10, 99, 10, 7, 7, 7, 20, 20, 90), 1)
    ]
    assert curves.slope("minutes", minutes)["cpu_last_to_first"] == 2.0


def test_a_curve_has_its_points_and_its_slope() -> None:
    size = curves.Size((1,), (200, 400), (1,), 200, messages=1000, turns=1, minutes=0.1, rate=1500)
    found = curves.run(size, say=_quiet)
    assert [point["x"] for point in found["devices"]["points"]] == [200, 400]
    assert len(found["minutes"]["points"]) == 5
    for name in ("replicas", "devices", "history_days", "minutes"):
        assert found[name]["cpu_last_to_first"] >= 0
        assert all(point["cpu_us_per_message"] > 0 for point in found[name]["points"])
    assert "█" in report.document({"curves": found, "machine": found["machine"]})
