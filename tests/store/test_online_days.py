"""Online time by days is what the intervals say, whatever is changed late, or it is not there."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.clock import SHANGHAI
from model.counted import LivenessSum
from model.periods import Period, month_of, period, year_of
from model.scopes import COUNTY, Scope, ScopeKind
from store import figures, online_days, pool
from store.scopes import Where
from tests.awaiting import eventually

pytestmark = pytest.mark.ground("plain")
Conn = psycopg.Connection[Any]
BEGAN = datetime(2025, 3, 1, tzinfo=SHANGHAI)
NOW = datetime(2025, 3, 9, 13, 20, tzinfo=SHANGHAI)
STEP = timedelta(minutes=20)
LAST = (NOW - BEGAN) // STEP
DEVICES = 4
_CODES = itertools.count()


def at(step: int) -> datetime:
    """Return an instant of the nine days."""
    return BEGAN + step * STEP


@dataclass
class Homes:
    """Two homes with devices that nobody has heard yet, two in the first and two in the second."""

    conn: Conn
    homes: tuple[int, ...]
    devices: tuple[int, ...]

    def run(self, query: str, *values: object) -> int:
        """Run a statement as the application does; return how many rows it met."""
        with self.conn.transaction():
            return self.conn.execute(query.encode(), values).rowcount


def enter(conn: Conn) -> Homes:
    """Enter the homes."""
    with conn.transaction():
        homes = tuple(
            conn.execute(
                "INSERT INTO homes (code, name, kind, township) VALUES (%s, '院', '民办', '镇') RETURNING home_id",
                [f"h{next(_CODES)}"],
            ).fetchall()[0][0]
            for _ in range(2)
        )
        devices = tuple(
            conn.execute(
                "INSERT INTO devices (source, address, name, kind, home_id, created_at)"
                " VALUES ('yian', %s, '设备', %s, %s, %s) RETURNING device_id",
                [f"d{next(_CODES)}", ("detector", "wristband")[number % 2], homes[number // 2], BEGAN],
            ).fetchall()[0][0]
            for number in range(DEVICES)
        )
    return Homes(conn, homes, devices)


# What can happen to a device: its number, and two steps of time.
def _online(on: Homes, device: int, a: int, b: int) -> None:
    on.run(
        "INSERT INTO liveness_intervals (device_id, online_from, online_to) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        on.devices[device], at(min(a, b)), at(max(a, b)),
    )  # fmt: skip


def _heard(on: Homes, device: int, a: int, b: int) -> None:
    """Heard: online from then on, or still; silent if not heard within `b` steps."""
    on.run(
        "INSERT INTO liveness AS l (device_id, last_seen_at, since, silent_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (device_id) DO UPDATE SET last_seen_at = greatest(l.last_seen_at, EXCLUDED.last_seen_at),"
        " silent_at = greatest(l.silent_at, EXCLUDED.silent_at)",
        on.devices[device], at(a), at(a), at(a + b),
    )  # fmt: skip
    on.run(
        "INSERT INTO liveness_intervals (device_id, online_from) SELECT device_id, last_seen_at FROM liveness"
        " WHERE device_id = %s AND NOT EXISTS (SELECT FROM liveness_intervals i WHERE i.device_id = %s"
        " AND i.online_to IS NULL) ON CONFLICT DO NOTHING",
        on.devices[device], on.devices[device],
    )  # fmt: skip


def _silent(on: Homes, device: int, _a: int, _b: int) -> None:
    on.run(
        "UPDATE liveness_intervals i SET online_to = greatest(i.online_from, l.last_seen_at) FROM liveness l"
        " WHERE l.device_id = i.device_id AND i.device_id = %s AND i.online_to IS NULL",
        on.devices[device],
    )


def _ends_otherwise(on: Homes, device: int, a: int, _b: int) -> None:
    on.run(
        "UPDATE liveness_intervals SET online_to = greatest(online_from, %s)"
        " WHERE device_id = %s AND online_to IS NOT NULL",
        at(a),
        on.devices[device],
    )


def _begins_otherwise(on: Homes, device: int, a: int, _b: int) -> None:
    on.run(
        "UPDATE liveness_intervals i SET online_from = %s WHERE device_id = %s AND online_to >= %s"
        " AND online_from = (SELECT min(online_from) FROM liveness_intervals j WHERE j.device_id = i.device_id)"
        " AND NOT EXISTS (SELECT FROM liveness_intervals j WHERE j.device_id = i.device_id AND online_from = %s)",
        at(a), on.devices[device], at(a), at(a),
    )  # fmt: skip


def _forgotten(on: Homes, device: int, a: int, b: int) -> None:
    on.run(
        "DELETE FROM liveness_intervals WHERE device_id = %s AND online_from BETWEEN %s AND %s",
        on.devices[device], at(min(a, b)), at(max(a, b)),
    )  # fmt: skip


def _moves(on: Homes, device: int, a: int, _b: int) -> None:
    on.run("UPDATE devices SET home_id = %s WHERE device_id = %s", on.homes[a % 2], on.devices[device])


def _registered(on: Homes, device: int, a: int, _b: int) -> None:
    on.run("UPDATE devices SET registered = %s WHERE device_id = %s", a % 3 > 0, on.devices[device])


def _another_kind(on: Homes, device: int, a: int, _b: int) -> None:
    kind = ("detector", "wristband", "gateway")[a % 3]
    on.run("UPDATE devices SET kind = %s WHERE device_id = %s", kind, on.devices[device])


def _there(on: Homes, device: int, a: int, b: int) -> None:
    """Installed and retired on these days, or nobody knows when."""
    on.run(
        "UPDATE devices SET installed_on = %s, retired_on = %s WHERE device_id = %s",
        at(min(a, b)).date() if a % 2 else None,
        at(max(a, b)).date() if b % 2 else None,
        on.devices[device],
    )


def _closes(on: Homes, device: int, a: int, b: int) -> None:
    on.run(
        "UPDATE homes SET closed_on = %s WHERE home_id = %s",
        at(a).date() if b % 2 else None,
        on.homes[device % 2],
    )


def _night(on: Homes, _device: int, a: int, _b: int) -> None:
    online_days.rollup(on.conn, at(a))


HAPPENS: tuple[Callable[[Homes, int, int, int], None], ...] = (
    *(_online, _heard, _heard, _silent, _ends_otherwise, _begins_otherwise, _forgotten),
    *(_moves, _registered, _another_kind, _there, _closes, _night),
)
_STEP = st.tuples(
    st.sampled_from(HAPPENS), st.integers(0, DEVICES - 1), st.integers(0, LAST), st.integers(0, LAST)
)
_HISTORY = st.tuples(
    st.lists(
        st.tuples(
            st.sampled_from((_online, _heard)),
            st.integers(0, DEVICES - 1),
            st.integers(0, LAST),
            st.integers(0, LAST),
        ),
        min_size=3,
        max_size=12,
    ),
    st.lists(_STEP, min_size=1, max_size=8),
)


def counted(on: Homes, now: datetime) -> list[tuple[LivenessSum, ...]]:
    """Return what is counted online of both homes, each of them and the county, in spans that end in and out of days."""
    spans: list[Period] = [
        month_of(2025, 3, now),
        year_of(2025, now),
        period(date(2025, 3, 3), date(2025, 3, 5), now),
        period(date(2025, 3, 4), date(2025, 3, 4), now),
    ]
    wheres = (
        Where(COUNTY, None),
        Where(Scope(ScopeKind.TOWNSHIP, "镇"), on.homes),
        *(Where(Scope(ScopeKind.HOME, "院"), (home,)) for home in on.homes),
    )
    return [
        one.liveness
        for where in wheres
        for one in figures.counted_of(on.conn, spans, where, now, {"liveness"})
    ]


def by_intervals(on: Homes, now: datetime) -> list[tuple[LivenessSum, ...]]:
    """Return the same as if nothing were summed up."""
    with on.conn.transaction(force_rollback=True):
        on.conn.execute("DELETE FROM online_days")
        return counted(on, now)


def rows(on: Homes) -> int:
    """Return how many sums there are of these homes."""
    with on.conn.transaction():
        found = on.conn.execute("SELECT count(*) FROM online_days WHERE home_id = ANY (%s)", [[*on.homes]])
        return found.fetchall()[0][0]


@settings(
    max_examples=30,
    deadline=None,
    # Shrinking replays against a database: a failure is shown as it was found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_HISTORY)
def test_sums_of_days_are_what_the_intervals_say_whatever_changes_after_a_night(
    database: str,
    history: tuple[list[tuple[Any, int, int, int]], list[tuple[Any, int, int, int]]],
) -> None:
    before, after = history
    with pool.connect(database, name="test") as conn:
        on = enter(conn)
        for happens, *of in before:
            happens(on, *of)
        online_days.rollup(conn, NOW)
        assert counted(on, NOW) == by_intervals(on, NOW)
        for happens, *of in after:
            happens(on, *of)
            with conn.transaction():
                assert counted(on, NOW) == by_intervals(on, NOW), happens
        online_days.rollup(conn, NOW)
        assert counted(on, NOW) == by_intervals(on, NOW)


def test_the_first_night_fills_the_past_and_the_next_one_a_day(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        on = enter(conn)
        _heard(on, 0, 0, LAST)
        _heard(on, 0, LAST, 9)
        began = NOW - timedelta(days=400)
        on.run(
            "INSERT INTO liveness_intervals (device_id, online_from, online_to) VALUES (%s, %s, %s)",
            on.devices[1], began, began + timedelta(days=300),
        )  # fmt: skip
        # Of both kinds; of the second home, which nobody ever heard, there is nothing to sum up.
        assert online_days.rollup(conn, NOW) == 2 * 400
        assert online_days.rollup(conn, NOW) == 0
        _heard(on, 0, LAST + 72, 9)
        assert online_days.rollup(conn, NOW + timedelta(days=1)) == 2


def test_a_day_waits_for_whom_nobody_has_heard_since(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        on = enter(conn)
        _heard(on, 0, 0, 0)
        _heard(on, 1, 0, 0)
        _heard(on, 0, LAST, 0)
        assert online_days.rollup(conn, NOW) == 0
        _heard(on, 1, 150, 0)
        assert online_days.rollup(conn, NOW) == 2 * 2
        _silent(on, 1, 0, 0)
        assert online_days.rollup(conn, NOW) == 2 * 6
        assert counted(on, NOW) == by_intervals(on, NOW)


def test_only_the_days_from_a_late_change_on_are_summed_up_again(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        on = enter(conn)
        _online(on, 0, 0, LAST)
        _online(on, 2, 0, LAST)
        assert online_days.rollup(conn, NOW) == 2 * 2 * 8
        _online(on, 1, 72 * 5 + 1, 72 * 6)
        assert rows(on) == 2 * 5 + 2 * 8
        assert online_days.rollup(conn, NOW) == 2 * 3
        # What is told of today moves no day.
        on.run(
            "INSERT INTO liveness_intervals (device_id, online_from) VALUES (%s, now())",
            on.devices[3],
        )
        assert rows(on) == 2 * 2 * 8


def test_a_night_waits_for_a_late_change_that_is_not_committed_yet(database: str) -> None:
    with pool.connect(database, name="ingest") as late, pool.connect(database, name="alerts") as night:
        on = enter(late)
        _online(on, 0, 0, LAST)
        with late.transaction():
            late.execute("UPDATE liveness_intervals SET online_to = %s", [at(200)])
            thread = threading.Thread(target=online_days.rollup, args=(night, NOW))
            thread.start()
            with psycopg.connect(database, autocommit=True) as third:
                waits = (
                    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                    " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
                )
                eventually(lambda: third.execute(waits).fetchall() == [(1,)])
        thread.join()
        assert rows(on) == 2 * 8
        assert counted(on, NOW) == by_intervals(on, NOW)


def test_who_sees_one_home_sees_and_moves_no_sums_of_another_but_those_of_the_device(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        on = enter(conn)
        _online(on, 0, 0, LAST)
        _online(on, 2, 0, LAST)
        online_days.rollup(conn, NOW)
        with conn.transaction():
            conn.execute("SELECT set_config('yian.homes', %s, true)", [f"{{{on.homes[1]}}}"])
            assert conn.execute("SELECT DISTINCT home_id FROM online_days").fetchall() == [(on.homes[1],)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
                conn.execute("SELECT forget_online_days(%s, '-infinity')", [on.homes[0]])
        _moves(on, 0, 1, 0)
        assert rows(on) == 0
