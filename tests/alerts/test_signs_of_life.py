"""How long a device looks alive: twice its period after we heard it, whatever any clock said meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta

import pytest

from model.clock import utc_now
from store import liveness
from store.liveness import Sign
from tests.alerts.small_home import SmallHome, build

pytestmark = pytest.mark.ground("plain")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        built.now = utc_now()
        yield built


def _hear(home: SmallHome, at: datetime, every: timedelta = DAY, skew: timedelta | None = None) -> None:
    with home.conn.transaction():
        liveness.touch(
            home.conn, [Sign(home.devices["d1"].device_id, at, report_every=every, clock_skew=skew)]
        )


def _lives(home: SmallHome) -> tuple[datetime, datetime, bool]:
    [row] = home.rows("SELECT last_seen_at, silent_at, online FROM liveness")
    return row["last_seen_at"], row["silent_at"], row["online"]


def test_a_period_that_was_shortened_counts_from_the_next_report_on(home: SmallHome) -> None:
    _hear(home, home.now - DAY)
    _hear(home, home.now, every=HOUR)
    assert _lives(home) == (home.now, home.now + 2 * HOUR, True)


def test_a_report_that_is_written_late_changes_nothing(home: SmallHome) -> None:
    _hear(home, home.now, every=HOUR)
    _hear(home, home.now - HOUR, every=DAY)
    assert _lives(home) == (home.now, home.now + 2 * HOUR, True)


def test_a_clock_that_is_ahead_does_not_make_a_device_look_alive_for_longer(home: SmallHome) -> None:
    _hear(home, home.now + 30 * DAY, every=HOUR, skew=30 * DAY)
    _hear(home, home.now, every=HOUR)
    assert _lives(home) == (home.now, home.now + 2 * HOUR, True)


def test_a_device_that_was_found_silent_by_a_clock_that_is_ahead_comes_back_when_it_speaks(
    home: SmallHome,
) -> None:
    _hear(home, home.now - HOUR, every=HOUR)
    with home.conn.transaction():
        liveness.went_offline(home.conn, home.devices["d1"].device_id, home.now + 30 * DAY)
    _hear(home, home.now, every=HOUR)
    assert _lives(home) == (home.now, home.now + 2 * HOUR, True)
