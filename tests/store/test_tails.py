"""What is counted by the hour of days without a rollup is what their readings come to, whenever it is asked."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.clock import SHANGHAI
from model.counted import Counted
from model.periods import Period, period
from model.scopes import Scope, ScopeKind
from store import figures, pool, rollups
from store.scopes import EVERYWHERE, Where

pytestmark = pytest.mark.ground("plain")
Conn = psycopg.Connection[Any]
BEGAN = datetime(2025, 3, 1, tzinfo=SHANGHAI)
MINUTES = 2 * 24 * 60
EVERY = (timedelta(minutes=5), timedelta(minutes=45), timedelta(hours=1), timedelta(hours=7))


@dataclass
class Homes:
    """Two homes with a detector and a band each, all heard since the first minute."""

    conn: Conn
    homes: tuple[int, ...]
    devices: tuple[int, ...]

    def read(
        self, device: int, minute: int, battery: float | None = None, worn: bool | None = None, key: str = ""
    ) -> None:
        """Store a reading."""
        self.conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, worn)"
            " VALUES (%s, %s, %s, now(), %s, %s) ON CONFLICT DO NOTHING",
            [self.devices[device], at(minute), key, battery, worn],
        )

    def counted(self, now: datetime, of: Period | None = None) -> list[tuple[object, object, object]]:
        """Return what reports and bands come to: in the county, a home, a device of each kind."""
        scopes = (
            EVERYWHERE,
            Where(Scope(ScopeKind.HOME, "h0"), (self.homes[0],)),
            *(Where(Scope(ScopeKind.DEVICE, "d"), (self.homes[0],), device) for device in self.devices[:2]),
        )
        return [_of(self.all_of(now, where, of)) for where in scopes]

    def all_of(self, now: datetime, where: Where = EVERYWHERE, of: Period | None = None) -> Counted:
        """Return all that is counted of the days until now, or of a period."""
        of = of or period(BEGAN.date(), date(2025, 3, 3), now)
        return figures.counted_in(self.conn, of, where, now, ("days", "worn"))


def _of(counted: Counted) -> tuple[object, object, object]:
    days = sorted(
        (one.kind, one.reports, one.reports_due, one.charged_days, one.battery_days) for one in counted.days
    )
    worn = counted.worn
    return days, (worn.worn_s, worn.eligible_s, worn.residents), counted.days_counted


def at(minute: int) -> datetime:
    """Return an instant of the two days."""
    return BEGAN + timedelta(minutes=minute)


@pytest.fixture
def on(database: str) -> Generator[Homes]:
    with pool.connect(database, name="test") as conn:
        homes: list[int] = []
        devices: list[int] = []
        for number in range(2):
            [(home_id,)] = conn.execute(
                "INSERT INTO homes (code, name, kind, township) VALUES (%s, '院', '民办', '镇') RETURNING home_id",
                [f"h{number}"],
            ).fetchall()
            homes.append(home_id)
            [(resident_id,)] = conn.execute(
                "INSERT INTO residents (home_id, name, wanders, moved_in_on) VALUES (%s, '王桂兰', true, %s)"
                " RETURNING resident_id",
                [home_id, BEGAN.date()],
            ).fetchall()
            for kind in ("detector", "wristband"):
                [(device_id,)] = conn.execute(
                    "INSERT INTO devices (source, address, name, kind, home_id, resident_id, created_at)"
                    " VALUES ('yian', %s, '设备', %s, %s, %s, %s) RETURNING device_id",
                    [f"{kind}{number}", kind, home_id, resident_id if kind == "wristband" else None, BEGAN],
                ).fetchall()
                devices.append(device_id)
                conn.execute(
                    "INSERT INTO liveness_intervals (device_id, online_from) VALUES (%s, %s)",
                    [device_id, BEGAN],
                )
        conn.commit()
        yield Homes(conn, tuple(homes), tuple(devices))


_READING = st.tuples(
    st.integers(0, 3),
    st.integers(0, MINUTES - 1),
    st.none() | st.sampled_from((5.0, 19.9, 20.0, 90.0)),
    st.none() | st.booleans(),
)


@settings(
    max_examples=120,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    readings=st.lists(_READING, max_size=60),
    every=st.lists(st.sampled_from(EVERY), min_size=4, max_size=4),
    asked=st.integers(30, MINUTES - 1),
    night=st.booleans(),
)
def test_what_is_counted_by_the_hour_is_what_the_readings_come_to(
    on: Homes,
    readings: list[tuple[int, int, float | None, bool | None]],
    every: list[timedelta],
    asked: int,
    night: bool,
) -> None:
    now = at(asked)
    with on.conn.transaction(force_rollback=True):
        for device, period_ in zip(on.devices, every, strict=True):
            on.conn.execute("UPDATE devices SET report_every = %s WHERE device_id = %s", [period_, device])
        for number, (device, minute, battery, worn) in enumerate(readings):
            if minute < asked:
                on.read(device, minute, battery, worn, str(number))
        if night:
            rollups.rollup_due(on.conn, now)
        before = on.counted(now)
        rollups.rollup_tail(on.conn, now)
        assert on.counted(now) == before
        # Of a moment before the hour there is nothing by the hour.
        earlier = period(BEGAN.date(), BEGAN.date(), at(max(1, asked - 90)))
        found = on.counted(now, earlier)
        on.conn.execute("DELETE FROM device_tails")
        assert on.counted(now, earlier) == found


def test_a_question_reads_the_hours_and_not_their_readings(on: Homes) -> None:
    for minute in range(0, 600, 30):
        on.read(0, minute)
    assert rollups.rollup_tail(on.conn, at(610)) == 4
    on.conn.execute("UPDATE device_tails SET reports = reports + 100 WHERE device_id = %s", [on.devices[0]])
    first = on.all_of(at(610))
    on.conn.execute("DELETE FROM device_tails")
    second = on.all_of(at(610))
    [(more,)] = [
        (a.reports - b.reports,) for a, b in zip(first.days, second.days, strict=True) if a.kind == "detector"
    ]
    assert more == 100


def test_what_came_late_is_in_the_next_hour(on: Homes) -> None:
    on.read(0, 0)
    rollups.rollup_tail(on.conn, at(125))
    on.read(0, 60, key="late")
    late = on.counted(at(179))
    rollups.rollup_tail(on.conn, at(185))
    on.conn.execute("SAVEPOINT counted")
    counted = on.counted(at(185))
    on.conn.execute("DELETE FROM device_tails")
    assert on.counted(at(185)) == counted
    on.conn.execute("ROLLBACK TO counted")
    assert late != counted


def test_a_night_leaves_nothing_by_the_hour_that_a_day_holds(on: Homes) -> None:
    for minute in range(0, 24 * 60, 60):
        on.read(0, minute)
    rollups.rollup_tail(on.conn, at(24 * 60 + 5))
    before = on.counted(at(24 * 60 + 20))
    assert rollups.rollup_due(on.conn, at(24 * 60 + 20)) == 1
    assert on.counted(at(24 * 60 + 20)) == before
    on.read(0, 24 * 60 + 10)
    rollups.rollup_tail(on.conn, at(25 * 60 + 5))
    spans = on.conn.execute("SELECT DISTINCT from_at, through_at FROM device_tails").fetchall()
    assert spans == [(at(24 * 60), at(25 * 60))]


def test_a_device_that_is_no_longer_counted_leaves_the_hours(on: Homes) -> None:
    on.read(0, 0)
    assert rollups.rollup_tail(on.conn, at(125)) == 4
    on.conn.execute("UPDATE devices SET registered = false WHERE device_id = %s", [on.devices[1]])
    assert rollups.rollup_tail(on.conn, at(185)) == 3
    kept = on.conn.execute("SELECT device_id FROM device_tails ORDER BY device_id").fetchall()
    assert kept == [(device,) for number, device in enumerate(on.devices) if number != 1]


def test_a_home_sees_its_own_hours_only(on: Homes, database: str) -> None:
    on.read(0, 0)
    rollups.rollup_tail(on.conn, at(125))
    on.conn.commit()
    with (
        pool.open_pool(database, name="viewer", size=1) as viewers,
        pool.scoped(viewers, [on.homes[0]]) as conn,
    ):
        assert conn.execute("SELECT DISTINCT home_id FROM device_tails").fetchall() == [(on.homes[0],)]
