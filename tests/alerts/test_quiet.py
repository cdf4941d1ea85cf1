"""Off-duty quiet: what is not about life waits or passes a person over; what is about life never does."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import dry_run, quiet, roster_changes
from alerts.quiet import HOLD_AT_MOST
from model.alerts import LIFE_SAFETY, TOLD_AT_ONCE, AlertClass
from model.errors import Refused
from model.events import Kind
from model.people import Actor, Role
from store import rosters
from store.receivers import Receiver
from tests.alerts.small_home import NOW, SmallHome, build

HOUR = timedelta(hours=1)
SELF = Actor(None, "王师傅", "board 10.0.0.7")


def person(number: int, *, wants: bool, turn_in_h: int | None = None, phone: bool = True) -> Receiver:
    turn = None if turn_in_h is None else NOW + turn_in_h * HOUR
    return Receiver(number, Role.CARER, str(number), ("json://x",) if phone else (), False, wants, turn)


_PEOPLE = st.lists(
    st.builds(
        person,
        st.just(1),
        wants=st.booleans(),
        turn_in_h=st.none() | st.integers(1, 48),
        phone=st.booleans(),
    ),
    max_size=6,
)


@given(_PEOPLE, st.sampled_from(AlertClass), st.integers(0, 24))
def test_quiet_never_holds_what_is_about_life_and_never_leaves_nobody(
    people: list[Receiver], alert_class: AlertClass, wait_h: int
) -> None:
    settled = quiet.settle(people, alert_class)
    assert [one.person_id for one in settled] == [one.person_id for one in people]
    with_channel = any(one.channels for one in people)
    if alert_class in TOLD_AT_ONCE:
        assert not any(one.quiet for one in settled)
    assert any(one.channels and not one.quiet for one in settled) == with_channel
    assert bool(quiet.reached(settled, NOW, wait_h * HOUR)) == with_channel
    for one in settled:
        until = quiet.until(one, NOW)
        assert until is None or (one.quiet and NOW < until <= NOW + HOLD_AT_MOST)


def test_every_class_about_life_is_told_at_once() -> None:
    assert (
        {AlertClass.F1, AlertClass.F2, AlertClass.W1, AlertClass.W2, AlertClass.W5}
        <= LIFE_SAFETY
        <= TOLD_AT_ONCE
    )


def test_a_rung_that_waits_longer_than_the_person_is_off_counts_them() -> None:
    people = [person(1, wants=True, turn_in_h=6)]
    assert quiet.reached(people, NOW, 5 * HOUR) == 0
    assert quiet.reached(people, NOW, 6 * HOUR) == 1
    assert quiet.why_dead(people) == "quiet"


def roster(home: SmallHome, turn_in_h: int) -> None:
    with home.conn.transaction():
        home.conn.execute(
            "INSERT INTO duties (home_id, person_id, role, starts_at, ends_at) VALUES (%s, %s, 'maintenance', %s, %s)",
            [
                home.home_id,
                home.people["repair"],
                home.now + turn_in_h * HOUR,
                home.now + (turn_in_h + 8) * HOUR,
            ],
        )


def choose(home: SmallHome, *, on: bool, who: str = "repair") -> bool:
    with home.conn.transaction():
        return roster_changes.set_quiet(
            home.conn, home.people[who], home.home_id, quiet=on, actor=SELF, now=home.now
        )


@pytest.mark.ground("plain")
def test_a_low_battery_waits_for_the_repairers_turn_and_a_fire_does_not(database: str) -> None:
    with build(database, on_duty=False) as home:
        roster(home, 6)
        assert choose(home, on=True)
        with home.conn.transaction():
            run = dry_run.dry_run(home.conn, home.devices["d1"], AlertClass.T2, home.now)
        [told] = run.rungs[0].people
        assert (told.quiet, told.told_at, run.rungs[0].dead) == (True, NOW + 6 * HOUR, None)
        home.say("d1", Kind.BATTERY_LOW)
        [held] = home.rows("SELECT person_id, next_try_at, sent_at, created_at FROM notifications")
        assert held == {
            "person_id": home.people["repair"],
            "next_try_at": NOW + 6 * HOUR,
            "sent_at": None,
            "created_at": NOW,
        }
        # The carers have no roster here: whether one is off duty cannot be known, and all of them are called.
        choose(home, on=True, who="carer")
        home.say("d2", Kind.SMOKE)
        fire = home.rows("SELECT person_id, next_try_at FROM notifications WHERE stage = 'F1'")
        assert fire == [{"person_id": home.people["carer"], "next_try_at": NOW}]


@pytest.mark.ground("plain")
def test_who_is_off_for_longer_is_passed_over_and_the_next_rung_is_told_at_once(database: str) -> None:
    with build(database, on_duty=False) as home:
        roster(home, 13)
        choose(home, on=True)
        home.say("d1", Kind.BATTERY_LOW)
        rows = home.rows(
            "SELECT p.role, n.stage, n.sent_by, n.channels FROM notifications n JOIN people p USING (person_id)"
            " ORDER BY notification_id"
        )
        assert [(row["role"], row["stage"], row["sent_by"]) for row in rows] == [
            ("maintenance", "T2", "board"),
            ("head", "T2+1", None),
        ]
        [dead] = home.rows("SELECT details FROM alert_log WHERE action = 'dead_rung'")
        assert dead["details"]["why"] == "quiet"
        # On duty, quiet has no effect.
        home.now += 13 * HOUR
        home.say("d3", Kind.BATTERY_LOW)
        [last] = home.rows(
            "SELECT next_try_at, channels FROM notifications WHERE created_at = %(now)s", now=home.now
        )
        assert (last["next_try_at"], last["channels"]) == (home.now, ["json://small/repair"])


@pytest.mark.ground("plain")
def test_what_a_person_chose_is_kept_and_only_added_to(database: str) -> None:
    with build(database) as home:
        assert choose(home, on=True)
        assert not choose(home, on=True)
        home.now += HOUR
        assert choose(home, on=False)
        with home.conn.transaction():
            record = rosters.quiet_log(home.conn, home.people["repair"])
        assert [(one.quiet, one.set_at, one.set_by, one.set_via) for one in record] == [
            (False, NOW + HOUR, "王师傅", "board 10.0.0.7"),
            (True, NOW, "王师傅", "board 10.0.0.7"),
        ]
        with pytest.raises(psycopg.errors.InsufficientPrivilege), home.conn.transaction():
            home.conn.execute("UPDATE quiet_choices SET quiet = true")
        with pytest.raises(Refused, match="not of this home"):
            choose(home, on=True, who="bureau")
