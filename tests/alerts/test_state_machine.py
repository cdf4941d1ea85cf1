"""Any order of events, answers, ticks, restarts and redeliveries, on a real database, keeps the promises."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alerts import lifecycle
from alerts.log import broken
from model.alerts import LIFE_SAFETY, AlertState, Answer, Outcome
from model.errors import BadInput, Refused
from model.events import Event, Kind, State
from model.people import Role
from store import alarms
from tests.alerts import doors
from tests.alerts.small_home import LIMITS, SmallHome, build

pytestmark = pytest.mark.ground("plain")

_CODES = itertools.count()
_LIFE = [str(one) for one in sorted(LIFE_SAFETY)]
_SAYS = st.sampled_from(
    [
        *((name, kind) for name in ("d1", "d2") for kind in (Kind.SMOKE, Kind.FAULT, Kind.TEST, Kind.MUTE)),
        ("point", Kind.CALL_POINT),
        ("band", Kind.FENCE),
        ("band", Kind.SOS),
    ]
)
_STATES = st.sampled_from([State.ACTIVE, State.ACTIVE, State.CLEAR])
_AGES = st.sampled_from([0, 0, 0, 1, 45, 400, 1500]).map(lambda s: timedelta(seconds=s))
_PASSES = st.sampled_from([1, 20, 31, 60, 61, 180, 2000, 90_000]).map(lambda s: timedelta(seconds=s))


class LifeOfAlerts(RuleBasedStateMachine):
    """One small home per run; every step is kept, so that it can be done again in a second home."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.home: SmallHome | None = None
        self.steps: list[Callable[[SmallHome], object]] = []
        self.roster: dict[str, Any] = {}
        self.ticked_at = None

    @initialize(
        on_duty=st.booleans(),
        without=st.frozensets(st.sampled_from([Role.CARER, Role.HEAD, Role.TOWNSHIP])),
        silent=st.frozensets(st.sampled_from(list(Role))),
    )
    def open_home(self, on_duty: bool, without: frozenset[Role], silent: frozenset[Role]) -> None:
        self.roster = {"on_duty": on_duty, "without": without, "silent": silent}
        self.home = build(self.url, f"h{next(_CODES)}", **self.roster)
        self.do(doors.enter)

    def do(self, step: Callable[[SmallHome], object]) -> None:
        """Do a step, and keep it; what a person may not do now changes nothing and is a step all the same."""
        assert self.home is not None
        self.steps.append(step)
        _attempt(step, self.home)

    @rule(said=_SAYS, state=_STATES, ago=_AGES)
    def say(self, said: tuple[str, Kind], state: State, ago: timedelta) -> None:
        assert self.home is not None
        name, kind = said
        at_a_fire = _at_a_fire(self.home)
        self.do(lambda home: home.say(name, kind, None if kind is Kind.SOS else state, ago=ago))
        # Nothing that a device says takes back that somebody is there.
        assert at_a_fire <= _at_a_fire(self.home)

    @rule(x_m=st.sampled_from([1.0, 1.0, 3.0, 20.0]), opens=st.booleans())
    def walk(self, x_m: float, opens: bool) -> None:
        self.do(lambda home: doors.walk(home, x_m, opens=opens))

    @rule(said=_SAYS, state=_STATES)
    def replay_history(self, said: tuple[str, Kind], state: State) -> None:
        assert self.home is not None
        name, kind = said
        before = _facts(self.home)
        self.do(lambda home: home.receive(_history(home, name, kind, state), name))
        assert _facts(self.home) == before

    @precondition(lambda self: self.home is not None and self.home.sent)
    @rule(which=st.integers(0, 10_000))
    def deliver_again(self, which: int) -> None:
        assert self.home is not None
        before = _facts(self.home)
        index = which % len(self.home.sent)
        self.do(lambda home: home.receive(*home.sent[index]))
        # The same message twice is one event and one alert.
        assert _facts(self.home) == before

    @rule(
        which=st.integers(0, 10_000),
        answer=st.sampled_from(sorted(Answer)),
        outcome=st.sampled_from([*Outcome, None]),
        by=st.sampled_from(["leader", "repair", "bureau"]),
        one_alert=st.booleans(),
    )
    def answer(self, which: int, answer: Answer, outcome: Outcome | None, by: str, one_alert: bool) -> None:
        def step(home: SmallHome) -> object:
            table, name = ("alerts", "alert_id") if one_alert else ("incidents", "incident_id")
            query = f"SELECT {name} AS id FROM {table} WHERE home_id = %(home_id)s ORDER BY 1"  # noqa: S608
            ids = [row["id"] for row in home.rows(query)]
            target = ids[which % len(ids)] if ids else None
            if target is None:
                return None
            return home.answer(answer, by=by, outcome=outcome, **{name: target})

        self.do(step)

    @rule(later=_PASSES)
    def pass_time(self, later: timedelta) -> None:
        assert self.home is not None
        unanswered = self.home.rows(
            "SELECT DISTINCT incident_id, due_at FROM alerts JOIN timers USING (incident_id)"
            " WHERE home_id = %(home_id)s AND state = 'raised' AND class = ANY (%(life)s)",
            life=_LIFE,
        )
        self.do(lambda home: home.tick(later))
        for row in unanswered:
            if row["due_at"] <= self.home.now:
                # A deadline that was not met is escalated, in the log, at this tick.
                assert self.home.rows(
                    "SELECT 1 FROM alert_log WHERE incident_id = %(incident)s AND action = 'escalate'"
                    " AND at = %(now)s",
                    incident=row["incident_id"],
                    now=self.home.now,
                )
        assert not self.home.rows(
            "SELECT 1 FROM timers t LEFT JOIN incidents i USING (incident_id)"
            " LEFT JOIN devices d ON d.device_id = t.device_id"
            " WHERE coalesce(i.home_id, d.home_id) = %(home_id)s AND due_at <= %(now)s",
            now=self.home.now,
        )

    @rule()
    def restart(self) -> None:
        self.do(lambda home: home.restart())

    @invariant()
    def no_life_safety_alert_is_left_alone(self) -> None:
        if self.home is None:
            return
        alone = self.home.rows(
            "SELECT a.alert_id, a.class, a.state FROM alerts a"
            " WHERE a.home_id = %(home_id)s AND a.class = ANY (%(life)s) AND a.state <> 'resolved'"
            " AND NOT EXISTS (SELECT FROM timers t WHERE t.incident_id = a.incident_id AND t.kind = 'escalate')"
            " AND (a.state = 'raised' OR a.acknowledged_by IS NULL"
            "      OR (a.state = 'acknowledged' AND a.class <> 'W5'))",
            life=_LIFE,
        )
        assert alone == []

    @invariant()
    def no_deadline_was_put_off_beyond_what_the_rules_allow(self) -> None:
        if self.home is None:
            return
        # Nobody's minute lasts longer than the longest wait of any rung that is about life.
        assert not self.home.rows(
            "SELECT t.due_at FROM timers t JOIN incidents i USING (incident_id)"
            " WHERE i.home_id = %(home_id)s AND t.due_at > %(now)s + interval '10 minutes' AND EXISTS ("
            " SELECT FROM alerts a WHERE a.incident_id = i.incident_id AND a.state = 'raised'"
            " AND a.class = ANY (%(life)s))",
            life=_LIFE,
            now=self.home.now,
        )

    @invariant()
    def there_is_one_open_alert_per_subject_and_class(self) -> None:
        if self.home is None:
            return
        assert not self.home.rows(
            "SELECT subject, class FROM alerts WHERE home_id = %(home_id)s AND state <> 'resolved'"
            " GROUP BY subject, class HAVING count(*) > 1"
        )

    @invariant()
    def an_incident_is_closed_when_and_only_when_all_its_alerts_are_resolved(self) -> None:
        if self.home is None:
            return
        assert not self.home.rows(
            "SELECT incident_id FROM incidents i JOIN alerts a USING (incident_id)"
            " WHERE i.home_id = %(home_id)s GROUP BY incident_id, closed_at"
            " HAVING bool_and(a.state = 'resolved') <> (closed_at IS NOT NULL)"
        )

    @invariant()
    def nobody_is_told_twice_of_one_stage(self) -> None:
        if self.home is None:
            return
        assert not self.home.rows(
            "SELECT 1 FROM notifications WHERE home_id = %(home_id)s"
            " GROUP BY incident_id, person_id, stage HAVING count(*) > 1"
        )

    def teardown(self) -> None:
        if self.home is None:
            return
        try:
            assert broken(_log(self.home)) == []
            # Before the second home's clock ticks: it acts on what is due here, too.
            once = _facts(self.home)
            with build(self.url, f"h{next(_CODES)}", **self.roster) as second:
                for step in self.steps:
                    _attempt(step, second)
                # The same input twice gives the same state.
                assert _facts(second) == once
                _forget(second)
        finally:
            _forget(self.home)
            self.home.conn.close()


def _attempt(step: Callable[[SmallHome], object], home: SmallHome) -> None:
    try:
        step(home)
    except (Refused, BadInput):
        return


def _history(home: SmallHome, name: str, kind: Kind, state: State) -> Event:
    return Event(
        "yian", home.devices[name].address, kind, state, home.now, f"past-{len(home.sent)}", live=False
    )


def _facts(home: SmallHome) -> list[tuple[Any, ...]]:
    """Return what is so of the home's alerts, without the numbers that differ from home to home."""
    rows = home.rows(
        "SELECT split_part(a.subject, ':', 1) AS subject, coalesce(d.name, '') AS name, a.class, a.state, a.outcome,"
        " a.happened_at, a.raised_at, a.acknowledged_at, a.on_scene_at, a.resolved_at, a.cleared_by_device_at,"
        " a.late, i.class AS incident_class, i.closed_at, i.round, t.due_at, t.step,"
        " (SELECT count(*) FROM notifications n WHERE n.incident_id = i.incident_id) AS told"
        " FROM alerts a JOIN incidents i USING (incident_id) LEFT JOIN devices d ON d.device_id = a.device_id"
        " LEFT JOIN timers t ON t.incident_id = i.incident_id"
        " WHERE a.home_id = %(home_id)s ORDER BY a.alert_id"
    )
    return [tuple(row.values()) for row in rows]


def _at_a_fire(home: SmallHome) -> set[int]:
    """Return the confirmed fires that somebody has reached within the last half hour."""
    rows = home.rows(
        "SELECT DISTINCT incident_id FROM alerts WHERE home_id = %(home_id)s AND class = 'F2'"
        " AND state = 'on_scene' AND on_scene_at >= %(now)s - interval '30 minutes'",
        now=home.now,
    )
    found: set[int] = set()
    for row in rows:
        with home.conn.transaction():
            alerts = alarms.alerts_of_incident(home.conn, row["incident_id"])
        if lifecycle.incident_state(alerts, LIMITS.owner_for) is AlertState.ON_SCENE:
            found.add(row["incident_id"])
    return found


def _log(home: SmallHome) -> list[dict[str, Any]]:
    return home.rows(
        "SELECT l.* FROM alert_log l JOIN incidents i USING (incident_id) WHERE i.home_id = %(home_id)s"
        " ORDER BY incident_id, number"
    )


def _forget(home: SmallHome) -> None:
    """Drop the home's deadlines, so that the next run's clock has only its own to act on."""
    with home.conn.transaction():
        home.conn.execute(
            "DELETE FROM timers t WHERE t.incident_id IN (SELECT incident_id FROM incidents WHERE home_id = %(h)s)"
            " OR t.device_id IN (SELECT device_id FROM devices WHERE home_id = %(h)s)",
            {"h": home.home_id},
        )


@pytest.mark.timeout(600)
def test_any_order_of_what_happens_keeps_the_promises(database: str) -> None:
    class InThisDatabase(LifeOfAlerts):
        url = database

    run_state_machine_as_test(  # pyright: ignore[reportUnknownVariableType]
        InThisDatabase,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            # Shrinking replays against a database: a failure is shown as it was found.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
