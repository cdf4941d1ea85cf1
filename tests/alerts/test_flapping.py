"""A run handled at once comes to what each of its events by itself comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from alerts import flapping
from alerts.flapping import RUN_FROM, SPAN_AT_MOST, Heard
from alerts.log import broken
from model.events import MOMENTARY_KINDS, Event, Kind, State
from store import alert_log, locks
from tests.alerts import small_home
from tests.alerts.small_home import LIMITS, SmallHome

pytestmark = pytest.mark.ground("plain")
_homes = count()
KINDS = (Kind.SMOKE, Kind.HEAT, Kind.FAULT, Kind.OFFLINE, Kind.TAMPER, Kind.SOS, Kind.TEST)


def run_of(
    home: SmallHome, kind: Kind, drawn: Sequence[tuple[bool, int]], *, clocked: bool = True
) -> list[Heard]:
    """Return a run of the home's first detector, from (active, ms since the one before)."""
    at, run = home.now, list[Heard]()
    for number, (active, gap_ms) in enumerate(drawn):
        at += timedelta(milliseconds=gap_ms)
        state = None if kind in MOMENTARY_KINDS else State.ACTIVE if active else State.CLEAR
        event = Event("yian", home.devices["d1"].address, kind, state, at if clocked else None, str(number))
        run.append(Heard(event, at if not clocked else home.now, str(number)))
    return run


def handle(home: SmallHome, runs: Sequence[Sequence[Heard]]) -> list[str]:
    results: list[str] = []
    with home.conn.transaction():
        locks.lock_home(home.conn, home.home_id)
        for run in runs:
            results += [one.result for one in flapping.on_run(home.conn, run, home.devices["d1"], LIMITS)]
    return results


def outcome(home: SmallHome) -> list[list[dict[str, Any]]]:
    """Return what a person or a figure could see of the home."""
    return [
        home.rows(
            "SELECT class, kind, state, happened_at, cleared_by_device_at IS NULL AS burning, repeats, muted"
            " FROM alerts WHERE home_id = %(home_id)s ORDER BY alert_id"
        ),
        home.rows(
            "SELECT s.kind, active, since, said_at, repeats FROM device_states s JOIN devices d USING (device_id)"
            " WHERE d.home_id = %(home_id)s"
        ),
        home.rows(
            "SELECT kind, state, said_at, happened_at, event_key FROM events WHERE home_id = %(home_id)s ORDER BY event_id"
        ),
        home.rows(
            "SELECT timers.kind, due_at, step FROM timers JOIN devices USING (device_id) WHERE home_id = %(home_id)s ORDER BY kind"
        ),
        [{"told": sorted(home.told())}],
    ]


drawn_run = st.lists(st.tuples(st.booleans(), st.integers(0, 300)), min_size=1, max_size=3 * RUN_FROM)


@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(kind=Kind.HEAT, drawn=[(number % 4 > 1, 100) for number in range(24)], clocked=True, again=0)
@given(kind=st.sampled_from(KINDS), drawn=drawn_run, clocked=st.booleans(), again=st.integers(0, 5))
def test_a_run_at_once_comes_to_what_its_events_one_by_one_come_to(
    database: str, kind: Kind, drawn: list[tuple[bool, int]], clocked: bool, again: int
) -> None:
    number = next(_homes)
    with small_home.build(database, f"a{number}") as one, small_home.build(database, f"b{number}") as other:
        alone = run_of(one, kind, drawn, clocked=clocked)
        alone += alone[:again]
        together = run_of(other, kind, drawn, clocked=clocked)
        together += together[:again]
        by_itself = handle(one, [[heard] for heard in alone])
        at_once = handle(other, [together])
        assert outcome(one) == outcome(other)
        assert sorted(by_itself) == sorted(at_once)
        with one.conn.transaction():
            assert broken(alert_log.whole_log(one.conn)) == []


def test_a_thousand_toggles_are_a_few_statements_of_one_alert(database: str) -> None:
    with small_home.build(database, "t") as home:
        run = run_of(home, Kind.SMOKE, [(number % 2 == 0, 20) for number in range(1000)])
        handle(home, [run])
        [alert] = outcome(home)[0]
        assert (alert["class"], alert["repeats"]) == ("F1", 499)
        actions = home.rows(
            "SELECT action FROM alert_log JOIN incidents USING (incident_id) WHERE home_id = %(home_id)s ORDER BY log_id"
        )
        assert [row["action"] for row in actions] == ["raise", "flapping", "cleared_by_device"]
        assert home.rows("SELECT count(*) AS n FROM events WHERE home_id = %(home_id)s") == [{"n": 1000}]


def test_the_same_run_again_changes_nothing(database: str) -> None:
    with small_home.build(database, "r") as home:
        run = run_of(home, Kind.SMOKE, [(number % 2 == 0, 20) for number in range(2 * RUN_FROM + 1)])
        handle(home, [run])
        before = outcome(home)
        for part in (run, run[5:], run[:-7]):
            handle(home, [part])
        after = outcome(home)
        assert after[0][0]["burning"] == before[0][0]["burning"]
        assert [row["active"] for row in after[1]] == [row["active"] for row in before[1]]
        assert after[2] == before[2]


def test_a_run_that_the_device_spread_over_longer_is_judged_one_by_one(database: str) -> None:
    with small_home.build(database, "s") as home:
        gap_ms = int(SPAN_AT_MOST / timedelta(milliseconds=1)) // RUN_FROM
        run = run_of(home, Kind.SMOKE, [(number % 2 == 0, gap_ms) for number in range(RUN_FROM + 4)])
        assert flapping.split(run) == (run, ())


def test_an_alarm_after_a_test_is_real_though_it_lies_in_a_run(database: str) -> None:
    with small_home.build(database, "u") as home:
        home.say("d1", Kind.TEST)
        run = run_of(home, Kind.SMOKE, [(number % 2 == 0, 100) for number in range(3 * RUN_FROM)])
        handle(home, [run])
        assert {row["class"] for row in outcome(home)[0]} == {"F3"}
        assert len(outcome(home)[0]) == 1 + len(run) // 2
