"""Swaps and leave: honoured wherever duty counts, refused where they make no sense, undone and never deleted."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts import dry_run, on_duty, quality, roster_changes
from alerts.roster_changes import Leave, LeavesNobody, Swap
from model.alerts import AlertClass
from model.counted import DutySum
from model.errors import BadInput, Missing, Refused
from model.events import Kind
from model.people import Actor, Role
from model.periods import Period
from store import figures, liveness, receivers, registers, rosters
from store.liveness import Sign
from tests.alerts.small_home import NOW, SmallHome, build

pytestmark = pytest.mark.ground("plain")
HOUR = timedelta(hours=1)
HEAD = Actor(None, "陈院长", "board 10.0.0.9")
SHIFTS = 6


@dataclass
class Rota:
    """A small home whose carers li and wu take turns of eight hours, and zhao stands by."""

    home: SmallHome
    turns: list[int] = field(default_factory=list[int])

    def starts(self, turn: int) -> datetime:
        return NOW + 8 * HOUR * turn

    def swap(self, turn: int, taker: str, other: int | None = None, *, known: bool = False) -> int:
        wanted = Swap(
            self.home.home_id,
            self.turns[turn],
            self.home.people[taker],
            None if other is None else self.turns[other],
            "家中有事",
        )
        with self.home.conn.transaction():
            return roster_changes.swap(self.home.conn, wanted, actor=HEAD, now=self.home.now, known=known)

    def leave(self, who: str, from_at: datetime, to_at: datetime, *, known: bool = False) -> int:
        wanted = Leave(self.home.home_id, self.home.people[who], from_at, to_at)
        with self.home.conn.transaction():
            return roster_changes.leave(self.home.conn, wanted, actor=HEAD, now=self.home.now, known=known)

    def undo(self, change_id: int, *, known: bool = False) -> rosters.Change:
        with self.home.conn.transaction():
            return roster_changes.undo(self.home.conn, change_id, actor=HEAD, now=self.home.now, known=known)

    def double(self, who: str, turn: int) -> int:
        """Put a second person on a turn, and return the place of theirs among the turns."""
        with self.home.conn.transaction():
            row = self.home.conn.execute(
                "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at) VALUES (%s, %s, 'carer', %s, %s)"
                " RETURNING duty_id",
                [self.home.home_id, self.home.people[who], self.starts(turn), self.starts(turn + 1)],
            ).fetchone()
        assert row is not None
        self.turns.append(row[0])
        return len(self.turns) - 1

    def who(self, at: datetime, role: Role = Role.CARER) -> set[str]:
        """Return who the ladder calls in a role at an instant, and that the roster has the same on duty."""
        names = {person_id: name for name, person_id in self.home.people.items()}
        with self.home.conn.transaction():
            called = receivers.of_roles(self.home.conn, self.home.home_id, [role], at)
            turns = rosters.duties(self.home.conn, self.home.home_id, at, at + timedelta(microseconds=1))
        on = {names[one.person_id] for one in called if one.on_duty}
        assert on == {names[one.person_id] for one in turns if one.role is role}
        return on

    def gaps(self, hours: int = 8 * SHIFTS) -> list[tuple[Role, int, int]]:
        """Return the gaps ahead as role and hours from the start."""
        with self.home.conn.transaction():
            ahead = on_duty.look(self.home.conn, self.home.home_id, NOW, NOW + hours * HOUR)
        return [(gap.role, (gap.starts_at - NOW) // HOUR, (gap.ends_at - NOW) // HOUR) for gap in ahead.gaps]

    def duty(self, hours: int = 8 * SHIFTS) -> DutySum:
        """Return what a report of these hours from the start counts of duty."""
        ends_at = NOW + hours * HOUR
        period = Period(NOW.date(), ends_at.date(), NOW, ends_at, to_date=True)
        with self.home.conn.transaction():
            return figures.counted(self.home.conn, period, self.home.home_id, ends_at).duty


@pytest.fixture
def rota(database: str) -> Generator[Rota]:
    with build(database, on_duty=False, without=frozenset({Role.CARER})) as home:
        made = Rota(home)
        with home.conn.transaction():
            for name in ("li", "wu", "zhao"):
                [home.people[name]] = home.conn.execute(
                    "INSERT INTO people (login, name, role, home_id, channels, password_hash)"
                    " VALUES (%s, %s, 'carer', %s, '{json://x}', 'x') RETURNING person_id",
                    [name, name, home.home_id],
                ).fetchone() or (0,)
            for turn in range(SHIFTS):
                row = home.conn.execute(
                    "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)"
                    " VALUES (%s, %s, 'carer', %s, %s) RETURNING duty_id",
                    [
                        home.home_id,
                        home.people["li" if turn % 2 == 0 else "wu"],
                        made.starts(turn),
                        made.starts(turn + 1),
                    ],
                ).fetchone()
                assert row is not None
                made.turns.append(row[0])
        yield made


def test_a_turn_is_handed_over_and_back_and_both_stand_recorded(rota: Rota) -> None:
    assert rota.gaps() == []
    change = rota.swap(2, "zhao")
    assert rota.who(rota.starts(2)) == {"zhao"}
    assert rota.who(rota.starts(1)) == {"wu"}
    undone = rota.undo(change)
    assert rota.who(rota.starts(2)) == {"li"}
    assert (undone.made_by, undone.cancelled_by, undone.cancelled_at) == ("陈院长", "陈院长", NOW)
    [row] = rota.home.rows(
        "SELECT made_by, made_via, made_at, reason, taker_id, cancelled_at FROM duty_changes"
    )
    assert row["taker_id"] == rota.home.people["zhao"]
    assert (row["made_via"], row["made_at"], row["reason"]) == ("board 10.0.0.9", NOW, "家中有事")
    for forbidden in ("DELETE FROM duty_changes", "UPDATE duty_changes SET taker_id = NULL"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), rota.home.conn.transaction():
            rota.home.conn.execute(forbidden)


def test_two_people_exchange_their_turns(rota: Rota) -> None:
    change = rota.swap(2, "wu", 3)
    assert (rota.who(rota.starts(2)), rota.who(rota.starts(3))) == ({"wu"}, {"li"})
    again = rota.swap(3, "zhao")
    with pytest.raises(Refused, match=f"先撤销变动 {again} "):
        rota.undo(change)
    rota.undo(again)
    rota.undo(change)
    assert (rota.who(rota.starts(2)), rota.who(rota.starts(3))) == ({"li"}, {"wu"})


def test_a_turn_under_way_changes_hands_at_that_instant_and_what_was_stays(rota: Rota) -> None:
    rota.home.now = NOW + 3 * HOUR
    change = rota.swap(0, "zhao")
    rota.home.now = NOW + 5 * HOUR
    rota.undo(change)
    hours = [rota.who(NOW + hour * HOUR) for hour in (0, 2, 3, 4, 5, 7)]
    assert hours == [{"li"}, {"li"}, {"zhao"}, {"zhao"}, {"li"}, {"li"}]
    rota.home.now = NOW + 9 * HOUR
    with pytest.raises(Missing, match="no such turn ahead"):
        rota.swap(0, "zhao")


def test_leave_that_would_leave_nobody_is_refused_unless_the_person_knows(rota: Rota) -> None:
    span = (rota.starts(2) + HOUR, rota.starts(2) + 3 * HOUR)
    with pytest.raises(LeavesNobody, match="护理员 03-02 周一 19:00–21:00 无人值班"):
        rota.leave("li", *span)
    assert rota.home.rows("SELECT 1 AS one FROM duty_changes") == []
    change = rota.leave("li", *span, known=True)
    assert rota.gaps() == [(Role.CARER, 17, 19)]
    assert rota.home.rows("SELECT leaves_nobody FROM duty_changes") == [{"leaves_nobody": True}]
    # Half the leave has passed when it is cancelled: what was without anybody stays so.
    rota.home.now = span[0] + HOUR
    rota.undo(change)
    assert rota.gaps() == [(Role.CARER, 17, 18)]
    with pytest.raises(Refused, match="cancelled already"):
        rota.undo(change)


def test_a_turn_can_be_handed_on_so_that_leave_leaves_nobody_without(rota: Rota) -> None:
    rota.swap(2, "zhao")
    rota.leave("li", rota.starts(2), rota.starts(3))
    assert rota.gaps() == []
    assert not rota.home.rows("SELECT 1 AS one FROM duty_changes WHERE leaves_nobody")


def test_undoing_a_swap_that_would_leave_nobody_needs_who_knows(rota: Rota) -> None:
    change = rota.swap(2, "zhao")
    rota.leave("li", rota.starts(2), rota.starts(3))
    with pytest.raises(LeavesNobody):
        rota.undo(change)
    assert rota.who(rota.starts(2)) == {"zhao"}
    rota.undo(change, known=True)
    assert rota.gaps() == [(Role.CARER, 16, 24)]


REFUSALS: dict[str, tuple[Callable[[Rota], object], type[Exception], str]] = {
    "of another home": (lambda rota: rota.swap(2, "stranger"), Refused, "not of this home"),
    "on that turn": (lambda rota: rota.swap(2, "li"), Refused, "on that turn already"),
    "at the same hours": (
        lambda rota: rota.swap(2, "zhao", rota.double("zhao", 2)),
        Refused,
        "对换后没有变化",
    ),
    "not on the other turn": (lambda rota: rota.swap(2, "wu", 4), Refused, "that turn is not wu's"),
    "on duty then": (
        lambda rota: (rota.double("zhao", 2), rota.swap(2, "zhao")),
        Refused,
        "zhao当时已当班",
    ),
    "on leave then": (
        lambda rota: (rota.leave("zhao", rota.starts(2), rota.starts(3)), rota.swap(2, "zhao")),
        Refused,
        "zhao当时请假",
    ),
    "leave of a stranger": (
        lambda rota: rota.leave("stranger", NOW, NOW + HOUR),
        Refused,
        "not of this home",
    ),
    "leave twice": (
        lambda rota: [rota.leave("zhao", NOW, NOW + hours * HOUR) for hours in (2, 3)],
        Refused,
        "on leave then already",
    ),
    "leave that is over": (lambda rota: rota.leave("zhao", NOW - 2 * HOUR, NOW - HOUR), Refused, "is over"),
    "leave backwards": (lambda rota: rota.leave("zhao", NOW + HOUR, NOW), BadInput, "after the start"),
    "nothing to undo": (lambda rota: rota.undo(999), Missing, "no such swap"),
}


def test_what_makes_no_sense_is_refused_clearly(rota: Rota) -> None:
    with rota.home.conn.transaction():
        other = rota.home.conn.execute(
            "INSERT INTO homes (code, name, kind) VALUES ('other', '别院', '民办') RETURNING home_id"
        ).fetchone()
        stranger = rota.home.conn.execute(
            "INSERT INTO people (login, name, role, home_id, password_hash)"
            " VALUES ('stranger', 'stranger', 'carer', %s, 'x') RETURNING person_id",
            other,
        ).fetchone()
    assert stranger is not None
    rota.home.people["stranger"] = stranger[0]
    for attempt, error, words in REFUSALS.values():
        with pytest.raises(error, match=words), rota.home.conn.transaction():
            attempt(rota)


def test_ladder_dry_run_and_unprotected_hours_follow_a_swap_and_a_leave(rota: Rota) -> None:
    home = rota.home
    rota.swap(0, "zhao")
    home.say("d1", Kind.SMOKE)
    assert [
        row["person_id"] for row in home.rows("SELECT person_id FROM notifications WHERE stage = 'F1'")
    ] == [home.people["zhao"]]
    rota.leave("wu", rota.starts(1), rota.starts(2), known=True)
    with home.conn.transaction():
        liveness.touch(home.conn, [Sign(home.devices["d2"].device_id, NOW)])
        run = dry_run.dry_run(home.conn, home.devices["d2"], AlertClass.F1, rota.starts(1) + HOUR)
        bare = quality.read_unprotected(home.conn, home.home_id, NOW, rota.starts(3))
    # Nobody of the carers is on duty: all are called who are not on leave.
    assert {(one.name, one.on_duty) for one in run.rungs[0].people} == {("li", False), ("zhao", False)}
    assert bare.without_duty_hours == 8


def test_a_report_counts_the_hours_in_which_somebody_really_was_there(rota: Rota) -> None:
    assert rota.duty() == DutySum(8 * SHIFTS * 3600.0, 8 * SHIFTS * 3600.0, SHIFTS)
    rota.leave("li", rota.starts(0) + HOUR, rota.starts(0) + 3 * HOUR, known=True)
    rota.leave("wu", rota.starts(1), rota.starts(2), known=True)
    rota.swap(3, "zhao")
    rota.leave("wu", rota.starts(3), rota.starts(4))
    rota.leave("zhao", rota.starts(3) + 2 * HOUR, rota.starts(3) + 5 * HOUR, known=True)
    with psycopg.connect(rota.home.url) as owner:
        owner.execute("UPDATE people SET disabled_at = %s WHERE login = 'wu'", [rota.starts(5) + HOUR])
    uncovered = 2 + 8 + 3 + 7
    assert rota.duty() == DutySum((8 * SHIFTS - uncovered) * 3600.0, 8 * SHIFTS * 3600.0, SHIFTS)


def test_a_login_that_was_enabled_again_hides_none_of_its_uncovered_hours(rota: Rota) -> None:
    with psycopg.connect(rota.home.url) as owner:
        for day in (0, 3):
            began = rota.starts(day) + HOUR
            owner.execute("UPDATE people SET disabled_at = %s WHERE login IN ('li', 'wu')", [began])
            back = registers.enable_people(owner, ["li", "wu", "zhao"], began + 2 * HOUR)
            assert sorted(back) == ["li", "wu"]
    assert rota.duty() == DutySum((8 * SHIFTS - 4) * 3600.0, 8 * SHIFTS * 3600.0, SHIFTS)
    assert rota.gaps() == [(Role.CARER, 1, 3), (Role.CARER, 25, 27)]


def test_a_home_whose_only_carer_was_on_leave_has_a_roster_but_no_cover(rota: Rota) -> None:
    rota.leave("li", rota.starts(0), rota.starts(1), known=True)
    assert rota.duty(8) == DutySum(0.0, 8 * 3600.0, 1)


def test_what_is_entered_or_undone_after_a_period_leaves_its_hours_as_reported(rota: Rota) -> None:
    change = rota.leave("li", rota.starts(0), rota.starts(3), known=True)
    rota.swap(1, "zhao")
    reported = rota.duty(16)
    assert reported.covered_s == 8 * 3600
    rota.home.now = rota.starts(2)
    rota.undo(change)
    rota.swap(2, "zhao")
    rota.leave("wu", rota.starts(0), rota.starts(4), known=True)
    assert rota.duty(16) == reported


def test_leave_of_the_only_head_is_a_gap_though_heads_have_no_roster(rota: Rota) -> None:
    with pytest.raises(LeavesNobody, match="院长 03-02 周一 02:00–04:00 无人值班"):
        rota.leave("head", NOW, NOW + 2 * HOUR)
    rota.leave("head", NOW, NOW + 2 * HOUR, known=True)
    assert rota.gaps() == [(Role.HEAD, 0, 2)]
    with rota.home.conn.transaction():
        run = dry_run.dry_run(rota.home.conn, rota.home.devices["d1"], AlertClass.T4, NOW)
    assert run.rungs[0].dead == "nobody"


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("swap"), st.integers(0, SHIFTS - 1), st.sampled_from(["li", "wu", "zhao"])),
        st.tuples(st.just("leave"), st.integers(0, 8 * SHIFTS - 1), st.sampled_from(["li", "wu", "zhao"])),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just("")),
        st.tuples(st.just("later"), st.integers(1, 9), st.just("")),
    ),
    max_size=9,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_whatever_is_swapped_left_and_undone_the_roster_is_who_a_plain_diary_says(
    rota: Rota, steps: list[tuple[str, int, str]]
) -> None:
    """The diary: by hour, who holds each turn and who is away; only hours to come are ever rewritten.

    Gaps and covered hours tile the time, and what the function in the database says is what the diary says; so does
    what a report counts.
    """
    home, hours = rota.home, range(8 * SHIFTS)
    home.now = NOW
    holds = {hour: "li" if hour // 8 % 2 == 0 else "wu" for hour in hours}
    away: dict[str, set[int]] = {"li": set(), "wu": set(), "zhao": set()}
    made: list[tuple[int, str, str, range]] = []
    try:
        for what, number, who in steps:
            ahead = (home.now - NOW) // HOUR
            try:
                if what == "later":
                    home.now = min(home.now + number * HOUR, NOW + (8 * SHIFTS - 1) * HOUR)
                elif what == "swap":
                    giver = holds[number * 8 + 7]
                    change = rota.swap(number, who, known=True)
                    span = range(max(ahead, number * 8), number * 8 + 8)
                    made.append((change, giver, who, span))
                    holds.update(dict.fromkeys(span, who))
                elif what == "leave":
                    change = rota.leave(who, NOW + number * HOUR, NOW + (number + 5) * HOUR, known=True)
                    span = range(max(ahead, number), number + 5)
                    made.append((change, "", who, span))
                    away[who].update(span)
                elif made:
                    change, giver, who, span = made[number % len(made)]
                    rota.undo(change, known=True)
                    to_come = [hour for hour in span if hour >= ahead]
                    if giver:
                        holds.update(dict.fromkeys(to_come, giver))
                    else:
                        away[who].difference_update(to_come)
            except (Refused, Missing):
                continue
        covered = {hour for hour in hours if hour not in away[holds[hour]]}
        in_gaps = [hour for _, start, end in rota.gaps() for hour in range(start, end)]
        assert sorted([*in_gaps, *covered]) == list(hours)
        assert rota.duty().covered_s == len(covered) * 3600
        with home.conn.transaction():
            turns = rosters.duties(home.conn, home.home_id, NOW, NOW + 8 * SHIFTS * HOUR)
        for hour in hours:
            at = NOW + hour * HOUR
            on = [one.name for one in turns if one.starts_at <= at < one.ends_at]
            assert on == ([holds[hour]] if hour in covered else []), hour
        for hour in range(3, 8 * SHIFTS, 11):
            assert rota.who(NOW + hour * HOUR) == ({holds[hour]} if hour in covered else set()), hour
    finally:
        with psycopg.connect(home.url) as owner:
            owner.execute("DELETE FROM duty_changes")
