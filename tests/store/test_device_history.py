"""A device over time: each zoom says the same as the readings, and no home sees another's devices."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest

from api.device_history import Source, zoom_of
from model.clock import SHANGHAI
from store import device_history, readings, rollups
from tests.county import fill

NOW = datetime(2026, 3, 10, 15, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "ago_days", "source", "minutes"),
    [
        (6, 0, Source.READINGS, 1),
        (24, 1, Source.READINGS, 5),
        (48, 1, Source.READINGS, 15),
        (49, 1, Source.HOURS, 60),
        (30 * 24, 0, Source.HOURS, 60),
        (6, 40, Source.HOURS, 60),  # readings are gone by then
        (6, 100, Source.DAYS, 1440),  # and so are hours
        (365 * 24, 0, Source.DAYS, 1440),
    ],
)
def test_a_span_is_shown_as_finely_as_it_is_still_kept(
    hours: int, ago_days: int, source: Source, minutes: int
) -> None:
    until = NOW - timedelta(days=ago_days)
    zoom = zoom_of(until - timedelta(hours=hours), until, NOW)
    assert (zoom.source, zoom.step) == (source, timedelta(minutes=minutes))


def test_no_zoom_has_more_points_than_a_screen() -> None:
    for span in (timedelta(hours=hour) for hour in range(1, 62 * 24 + 1)):
        zoom = zoom_of(NOW - span, NOW, NOW)
        assert span / zoom.step <= 1488


def test_minutes_hours_and_days_count_the_same_reports_and_retention_leaves_the_rollups(
    database: str,
) -> None:
    county = fill(database)
    band = county.devices["sunny/band"]
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE devices SET created_at = %s, report_every = '10 min'", [NOW - timedelta(days=4)])
        conn.execute(
            "INSERT INTO liveness_intervals SELECT device_id, %s FROM devices", [NOW - timedelta(days=4)]
        )
        # A report each ten minutes of three days, the last one today.
        conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, worn)"
            " SELECT %(band)s, t, t::text, t, 50 + extract(hour FROM t AT TIME ZONE 'Asia/Shanghai'),"
            " extract(hour FROM t AT TIME ZONE 'Asia/Shanghai') < 12"
            " FROM generate_series(%(now)s - interval '3 days', %(now)s - interval '10 min', '10 min') t",
            {"band": band, "now": NOW},
        )
        conn.execute("SELECT set_config('yian.homes', 'all', false)")
        assert rollups.rollup_due(conn, NOW) == 3
        since = NOW - timedelta(days=3)
        by_minute = device_history.minutes(conn, band, since, NOW, timedelta(minutes=10))
        whole_hours = since + timedelta(minutes=30)
        by_hour = device_history.hours(conn, band, whole_hours, NOW)
        assert len(by_minute) == sum(point.reports for point in by_minute) == 3 * 144
        # Yesterday's hours come from the rollup, today's from readings; no seam between them.
        assert [point.reports for point in by_hour] == [6] * 71 + [3]
        assert [point.at for point in by_hour] == [whole_hours + timedelta(hours=n) for n in range(72)]
        assert by_hour[0].battery_min_pct == by_hour[0].at.astimezone(SHANGHAI).hour + 50
        assert by_hour[-1].worn_share == 0
        by_day = device_history.days(conn, band, since, NOW)
        assert [point.reports for point in by_day] == [51, 144, 144]
        readings.drop_before(conn, NOW - timedelta(days=1))
        assert conn.execute("SELECT min(happened_at) FROM readings").fetchone() == (NOW - timedelta(days=1),)
        assert sum(point.reports for point in device_history.hours(conn, band, whole_hours, NOW)) == 429


def test_only_a_service_that_sees_all_homes_drops_readings(database: str) -> None:
    with psycopg.connect(database) as conn:
        conn.execute("SELECT set_config('yian.homes', '{1}', false)")
        with pytest.raises(psycopg.errors.RaiseException):
            readings.drop_before(conn, NOW)
