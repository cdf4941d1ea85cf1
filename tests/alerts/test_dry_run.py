"""A dry run says what the running engine then does: the same people, at the same instant, on the same rung."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts import dry_run, suppression
from alerts.dry_run import DryRun
from model.alerts import AlertClass
from model.events import Kind, State
from model.people import Actor, Role
from store import rosters
from store import settings as thresholds
from tests.alerts.small_home import SmallHome, build

pytestmark = pytest.mark.ground("plain")
_CODES = itertools.count()
WHO = Actor(None, "李师傅", "board")
_ALARMS = {
    AlertClass.F1: ("d1", Kind.SMOKE),
    AlertClass.F2: ("point", Kind.CALL_POINT),
    AlertClass.W1: ("band", Kind.SOS),
    AlertClass.T1: ("d2", Kind.FAULT),
    AlertClass.T2: ("d3", Kind.BATTERY_LOW),
}
_HOME_ROLES = [Role.CARER, Role.SHIFT_LEADER, Role.HEAD, Role.MAINTENANCE]
_LOGINS = ["carer", "leader", "head", "repair"]


@dataclass(frozen=True)
class Case:
    """A home and what is quiet in it; times in seconds from the alarm."""

    alarm: AlertClass
    on_duty: bool
    without: frozenset[Role]
    silent: frozenset[Role]
    off_at_s: dict[str, int]
    quiet: frozenset[str]
    window_s: tuple[str, str, int, int] | None
    ack_s: int | None
    scene_s: int | None


_CASES = st.builds(
    Case,
    alarm=st.sampled_from(list(_ALARMS)),
    on_duty=st.booleans(),
    without=st.frozensets(st.sampled_from([*_HOME_ROLES, Role.TOWNSHIP, Role.BUREAU]), max_size=4),
    silent=st.frozensets(st.sampled_from(list(Role))),
    off_at_s=st.dictionaries(
        st.sampled_from(_LOGINS), st.sampled_from([-3600, 30, 61, 100, 90_000]), max_size=3
    ),
    quiet=st.frozensets(st.sampled_from(_LOGINS), max_size=2),
    window_s=st.none()
    | st.tuples(
        st.sampled_from(["maintenance", "test"]),
        st.sampled_from(["home", "zone", "device", "other"]),
        st.sampled_from([-600, 0, 30]),
        st.sampled_from([900, 7200]),
    ),
    ack_s=st.sampled_from([None, 20, 45]),
    scene_s=st.sampled_from([None, 120]),
)


def _set_up(home: SmallHome, case: Case) -> None:
    """Make the home what the case says, by the ways that people use, as far as there are such."""
    name, _ = _ALARMS[case.alarm]
    device = home.devices[name]
    with home.conn.transaction():
        for login, off_at_s in case.off_at_s.items():
            home.conn.execute(
                "UPDATE duties SET ends_at = %s WHERE person_id = %s",
                [home.now + timedelta(seconds=off_at_s), home.people.get(login)],
            )
        for login in case.quiet & home.people.keys():
            rosters.set_quiet(
                home.conn,
                person_id=home.people[login],
                home_id=home.home_id,
                quiet=True,
                actor=WHO,
                now=home.now,
            )
        for setting, value in (("ack_within", case.ack_s), ("scene_within", case.scene_s)):
            if value is not None:
                thresholds.insert(
                    home.conn,
                    name=setting,
                    scope="home",
                    home_id=home.home_id,
                    value=float(value),
                    effective_at=home.now,
                    now=home.now,
                    made_by="李师傅",
                    reason="试",
                )
        if case.window_s is not None:
            kind, where, starts_s, lasts_s = case.window_s
            suppression.open_window(
                home.conn,
                home_id=home.home_id,
                actor=WHO,
                reason="更换探测器",
                starts_at=home.now + timedelta(seconds=starts_s),
                lasting=timedelta(seconds=lasts_s - starts_s),
                now=home.now,
                kind=kind,
                place_id=device.zone_id if where == "zone" else None,
                device_id={"device": device, "other": home.devices["d3"]}.get(where, device).device_id
                if where in ("device", "other")
                else None,
            )
    home.restart()


def _said(run: DryRun) -> set[tuple[str, int, object]]:
    return {(one.name, rung.step, rung.told_at) for rung in run.rungs for one in rung.people}


def _done(home: SmallHome, incident_id: int, until: object) -> set[tuple[str, int, object]]:
    """Let every deadline of the incident, and of what is quiet, be acted on when it is due; return who was told."""
    while True:
        rows = home.rows(
            "SELECT min(due_at) AS due_at FROM timers t LEFT JOIN incidents i USING (incident_id)"
            " WHERE t.incident_id = %(incident)s OR t.kind = 'return'",
            incident=incident_id,
        )
        due_at = rows[0]["due_at"]
        if due_at is None or due_at > until:
            break
        home.tick(due_at - home.now)
    found: set[tuple[str, int, object]] = set()
    for row in home.rows(
        "SELECT p.name, n.stage, n.created_at FROM notifications n JOIN people p USING (person_id)"
        " WHERE n.incident_id = %(incident)s AND n.created_at <= %(until)s",
        incident=incident_id,
        until=until,
    ):
        _, _, step = row["stage"].split("#")[0].partition("+")
        found.add((row["name"], int(step or 0), row["created_at"]))
    return found


@settings(
    max_examples=40,
    # Shrinking replays against a database: a failure is shown as it was found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_CASES)
def test_the_rungs_of_a_dry_run_are_what_the_engine_then_does(database: str, case: Case) -> None:
    code = f"y{next(_CODES)}"
    with build(database, code, on_duty=case.on_duty, without=case.without, silent=case.silent) as home:
        _set_up(home, case)
        name, kind = _ALARMS[case.alarm]
        with home.conn.transaction():
            run = dry_run.dry_run(home.conn, home.devices[name], case.alarm, home.now)
        home.say(name, kind, None if kind is Kind.SOS else State.ACTIVE)
        last_at = max((rung.told_at for rung in run.rungs), default=home.now)
        assert _done(home, home.open_incident(), last_at) == _said(run)
        # What is dead is so in the log, too.
        dead = home.rows(
            "SELECT details FROM alert_log l JOIN incidents i USING (incident_id) WHERE i.home_id = %(home_id)s"
            " AND action = 'dead_rung' AND l.at <= %(until)s",
            until=last_at,
        )
        assert {row["details"]["why"] for row in dead} == {rung.dead for rung in run.rungs if rung.dead}
        muted = home.rows("SELECT muted FROM alerts WHERE home_id = %(home_id)s ORDER BY alert_id")
        if run.window is None:
            assert muted[0]["muted"] is None
        elif not run.window.waits:
            assert muted[0]["muted"] == run.window.reason
            assert run.rungs[0].told_at == run.at
        else:
            assert run.rungs[0].told_at == run.window.until


def test_a_window_that_ended_early_held_until_then_only(database: str) -> None:
    with build(database) as home:
        with home.conn.transaction():
            window = suppression.open_window(
                home.conn,
                home_id=home.home_id,
                actor=WHO,
                reason="更换探测器",
                starts_at=home.now,
                lasting=timedelta(hours=2),
                now=home.now,
            )
        begun_at = home.now
        home.now += timedelta(hours=1)
        with home.conn.transaction():
            suppression.end(home.conn, window, home.now)
            run = dry_run.dry_run(
                home.conn, home.devices["d1"], AlertClass.T1, begun_at + timedelta(minutes=5)
            )
            now = dry_run.dry_run(home.conn, home.devices["d1"], AlertClass.T1, home.now)
        assert run.window is not None
        assert (run.window.until, run.rungs[0].told_at) == (home.now, home.now)
        assert now.window is None
