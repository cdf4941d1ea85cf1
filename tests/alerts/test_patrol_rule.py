"""What is overdue becomes an alert: judged purely, looked at every morning, told up to the bureau."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.classes import Limits
from alerts.rules import patrol
from alerts.rules.patrol import Ledger, OpenHazard, Task
from api.texts import LANGUAGES, Texts
from model.alerts import Answer, Outcome
from model.clock import SHANGHAI, local_day
from tests.alerts.small_home import SmallHome, build

TODAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI)
days = st.dates(date(2024, 1, 1), date(2026, 3, 2))
ledgers = st.builds(
    Ledger,
    st.dictionaries(st.sampled_from(Task), days),
    st.integers(0, 4),
    st.lists(
        st.builds(OpenHazard, st.integers(1, 9), st.booleans(), days), unique_by=lambda one: one.hazard_id
    ).map(tuple),
)


@given(ledgers)
def test_a_home_that_did_everything_today_has_only_its_hazards_left(ledger: Ledger) -> None:
    done = Ledger(dict.fromkeys(Task, TODAY), 2, ledger.hazards)
    left = patrol.overdue(done, TODAY, Limits())
    assert {one.what for one in left} == {
        f"hazard:{one.hazard_id}" for one in ledger.hazards if one.deadline_on < TODAY
    }


@given(ledgers, st.integers(0, 800))
def test_what_is_overdue_stays_so_until_it_is_done(ledger: Ledger, later: int) -> None:
    then = {one.what for one in patrol.overdue(ledger, TODAY + timedelta(days=later), Limits())}
    assert {one.what for one in patrol.overdue(ledger, TODAY, Limits())} <= then


@given(ledgers)
def test_each_thing_is_told_once_and_was_due_before_today(ledger: Ledger) -> None:
    found = patrol.overdue(ledger, TODAY, Limits())
    assert len({one.what for one in found}) == len(found)
    assert all(one.due_on < TODAY for one in found)


def test_a_ledger_that_was_never_begun_says_nothing() -> None:
    assert patrol.overdue(Ledger({}), TODAY, Limits()) == []


def test_the_last_day_of_a_term_is_in_time() -> None:
    for task, longest in patrol.every(Limits()).items():
        assert patrol.overdue(Ledger({task: TODAY - longest}), TODAY, Limits()) == []
        [late] = patrol.overdue(Ledger({task: TODAY - longest - timedelta(days=1)}), TODAY, Limits())
        assert late.what == task


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    with build(database) as built:
        built.now = MORNING
        yield built


def _run(home: SmallHome, query: str) -> None:
    with home.conn.transaction():
        home.conn.execute(query, {"home": home.home_id})  # pyright: ignore[reportArgumentType, reportCallIssue]


HAZARD = (
    "INSERT INTO hazards (home_id, found_on, grade, description, deadline_on)"
    " VALUES (%(home)s, '2026-01-05', '{grade}', '疏散通道堆放杂物', '2026-03-01')"
)


@pytest.mark.ground("plain")
def test_an_overdue_hazard_climbs_to_the_bureau_and_is_told_once_a_morning(home: SmallHome) -> None:
    _run(home, HAZARD.format(grade="general"))
    home.tick()
    home.tick(timedelta(minutes=1))
    assert home.told() == [("head", "R1")]
    home.tick(timedelta(days=1))
    home.tick(timedelta(days=1))
    assert [role for role, _ in home.told()] == ["head", "township", "bureau"]
    [row] = home.rows("SELECT body FROM notifications WHERE home_id = %(home_id)s AND stage = 'R1'")
    assert "隐患整改逾期" in row["body"]


@pytest.mark.ground("plain")
def test_a_major_hazard_without_a_deadline_is_due_when_it_was_found(home: SmallHome) -> None:
    _run(home, HAZARD.format(grade="major").replace("'2026-03-01')", "NULL)"))
    _run(home, HAZARD.format(grade="general").replace("'2026-03-01')", "NULL)"))
    home.tick()
    [row] = home.rows("SELECT reason, happened_at FROM alerts WHERE home_id = %(home_id)s")
    assert row["reason"] == "overdue_major_hazard"
    assert local_day(row["happened_at"]) == date(2026, 1, 6)


@pytest.mark.ground("plain")
def test_a_policy_that_ran_out_is_told_and_its_renewal_clears_it(home: SmallHome) -> None:
    policy = (
        "INSERT INTO insurances (home_id, policy_no, insurer, starts_on, ends_on)"
        " VALUES (%(home)s, '{0}', '人保', '{1}', '{2}')"
    )
    _run(home, policy.format("P1", "2025-02-01", "2026-02-28"))
    home.tick()
    [row] = home.rows("SELECT reason FROM alerts WHERE home_id = %(home_id)s")
    assert row["reason"] == "overdue_insurance"
    _run(home, policy.format("P2", "2026-03-01", "2027-02-28"))
    home.tick(timedelta(days=1))
    [row] = home.rows("SELECT cleared_by_device_at FROM alerts WHERE home_id = %(home_id)s")
    assert row["cleared_by_device_at"] is not None


def test_every_reason_of_what_is_overdue_has_words_on_the_board() -> None:
    tasks = {f"overdue_{task}" for task in Task}
    reasons = tasks | {"overdue_hazard", "overdue_major_hazard", "overdue_insurance"}
    for language in LANGUAGES:
        assert {f"overdue.{reason}" for reason in reasons} <= Texts().keys(language)


@pytest.mark.ground("plain")
def test_a_major_hazard_is_told_to_the_bureau_at_once(home: SmallHome) -> None:
    _run(home, HAZARD.format(grade="major"))
    home.tick()
    assert sorted(role for role, _ in home.told()) == ["bureau", "head", "township"]


@pytest.mark.ground("plain")
def test_what_was_done_since_is_cleared_and_climbs_no_further(home: SmallHome) -> None:
    _run(home, HAZARD.format(grade="general"))
    home.tick()
    _run(
        home,
        "UPDATE hazards SET closed_on = '2026-03-02', closed_how = 'rectified' WHERE home_id = %(home)s",
    )
    home.tick(timedelta(hours=23, minutes=50))
    home.tick(timedelta(days=2))
    assert [role for role, _ in home.told()] == ["head"]
    [row] = home.rows("SELECT cleared_by_device_at, state FROM alerts WHERE home_id = %(home_id)s")
    assert row["cleared_by_device_at"] is not None
    assert row["state"] == "raised"


@pytest.mark.ground("plain")
def test_who_closes_it_without_doing_it_is_asked_again_the_next_morning(home: SmallHome) -> None:
    _run(home, HAZARD.format(grade="general"))
    home.tick()
    home.answer(Answer.RESOLVE, by="head", outcome=Outcome.TRUE, incident_id=home.open_incident())
    home.tick(timedelta(hours=1))
    assert home.rows("SELECT 1 FROM alerts WHERE home_id = %(home_id)s AND state <> 'resolved'") == []
    home.tick(timedelta(hours=23))
    assert len(home.rows("SELECT 1 FROM alerts WHERE home_id = %(home_id)s AND state <> 'resolved'")) == 1


@pytest.mark.ground("plain")
def test_one_patrol_in_the_night_is_too_few_where_patrols_are_recorded(home: SmallHome) -> None:
    _run(
        home,
        "INSERT INTO inspections (home_id, done_on, kind, at_night) VALUES"
        " (%(home)s, '2026-03-01', 'patrol', true), (%(home)s, '2026-03-01', 'patrol', false)",
    )
    home.tick()
    assert [row["reason"] for row in home.rows("SELECT reason FROM alerts WHERE home_id = %(home_id)s")] == [
        "overdue_night_patrol"
    ]
