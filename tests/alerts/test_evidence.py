"""The evidence is whole: a tail, a middle, an incident or all of it that is taken out is missed, and said so."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import Connection

from alerts import evidence
from model.alerts import Answer, Outcome
from model.errors import BadInput
from model.events import Kind, State
from store import alert_log
from tests.alerts.small_home import NOW, SmallHome, build

pytestmark = pytest.mark.ground("plain")
DAY = timedelta(days=1)


def _seal_all(lengths: list[int]) -> tuple[list[dict[str, Any]], list[alert_log.Seal]]:
    """Return rows of one log and its seals, the first over `lengths[0]` rows and so on."""
    rows: list[dict[str, Any]] = []
    seals: list[alert_log.Seal] = []
    for length in lengths:
        new = [
            {"log_id": len(rows) + n, "incident_id": n % 3, "number": len(rows) + n, "hash": bytes([n % 251])}
            for n in range(1, length + 1)
        ]
        rows += new
        before = seals[-1].hash if seals else b""
        seals.append(
            alert_log.Seal(
                NOW + len(seals) * DAY, len(rows), len(rows), before, evidence.seal_hash(before, new)
            )
        )
    return rows, seals


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_seals_hold_over_what_was_sealed_and_miss_any_row(lengths: list[int], data: st.DataObject) -> None:
    rows, seals = _seal_all(lengths)
    assert evidence.unsealed(rows, seals) == []
    assert evidence.unsealed([*rows, {**rows[-1], "log_id": len(rows) + 1}], seals) == []
    taken = data.draw(st.integers(0, len(rows) - 1))
    assert evidence.unsealed(rows[:taken] + rows[taken + 1 :], seals)
    changed = {**rows[taken], "hash": b"x"}
    assert evidence.unsealed([*rows[:taken], changed, *rows[taken + 1 :]], seals)
    assert evidence.unsealed(rows, [*seals[:-1], seals[0]] if len(seals) > 1 else []) or len(seals) == 1


@pytest.fixture
def home(database: str) -> Generator[SmallHome]:
    """A home with two incidents in its log, one of them sealed."""
    with build(database) as built:
        built.say("d1", Kind.SMOKE)
        built.answer(Answer.ACKNOWLEDGE, incident_id=built.open_incident())
        built.answer(Answer.RESOLVE, outcome=Outcome.TRUE, incident_id=built.open_incident())
        built.say("d1", Kind.SMOKE, State.CLEAR)
        assert evidence.seal(built.conn, built.now) is not None
        built.now += DAY
        built.say("band", Kind.SOS, None)
        built.answer(Answer.ON_SCENE, incident_id=built.open_incident())
        yield built


def _faults(conn: Connection[Any], head: str | None = None) -> str:
    return "\n".join(evidence.faults(conn, head)[1])


def test_an_untouched_log_is_whole_and_its_head_is_known(home: SmallHome) -> None:
    with home.conn.transaction():
        first = evidence.newest(home.conn)
    assert first is not None
    last = evidence.seal(home.conn, home.now)
    assert last is not None
    assert last.rows > first.rows
    assert last.previous_hash == first.hash
    assert evidence.seal(home.conn, home.now) == last
    with home.conn.transaction():
        rows, found = evidence.faults(home.conn, last.hash.hex())
        assert (rows, found) == (last.rows, [])
        assert _faults(home.conn, first.hash.hex()[: evidence.HEAD_SHORT]) == ""
        assert "not among" in _faults(home.conn, "0" * 64)
        with pytest.raises(BadInput):
            evidence.faults(home.conn, "00")


LAST = "incident_id = (SELECT max(incident_id) FROM incidents)"
FIRST = "incident_id = (SELECT min(incident_id) FROM incidents)"
NO_SEALS = "TRUNCATE alert_log_seals"
_TABLES = ("alert_log", "alert_log_heads", "notifications", "timers", "alerts", "incidents")


def _drop(table: str, where: str = "true") -> str:
    return f"DELETE FROM {table} WHERE {where}"  # noqa: S608


CASES: dict[str, tuple[list[str], str]] = {
    "the tail of one": ([_drop("alert_log", f"{LAST} AND number > 1")], "at its end"),
    "the last row": (
        [_drop("alert_log", "log_id = (SELECT max(log_id) FROM alert_log)")],
        "missing at its end",
    ),
    "one in the middle": ([_drop("alert_log", f"{FIRST} AND number = 2")], "is missing"),
    "all of one": ([_drop("alert_log", LAST)], "at its end"),
    "all of one and its head": (
        [_drop("alert_log", LAST), _drop("alert_log_heads", LAST)],
        "does not say how they came",
    ),
    "everything": ([NO_SEALS, _drop("alert_log")], "at its end"),
    "everything and the heads": (
        [NO_SEALS, _drop("alert_log"), _drop("alert_log_heads")],
        "does not say how they came",
    ),
    "the head alone": (["UPDATE alert_log_heads SET number = number - 1"], "as it was noted"),
    "the head is gone": ([_drop("alert_log_heads", LAST)], "not noted any more"),
    "a seal": (["UPDATE alert_log_seals SET rows = rows - 1"], "are there"),
    "an incident with all that hangs on it": ([_drop(table, FIRST) for table in _TABLES], "are there"),
}


def test_who_owns_the_database_cannot_take_anything_out_unseen(home: SmallHome) -> None:
    with psycopg.connect(home.url) as owner:
        assert _faults(owner) == ""
        for case, (changes, told) in CASES.items():
            with owner.transaction(force_rollback=True):
                # Owner of the tables, and past every trigger.
                owner.execute("SET LOCAL session_replication_role = 'replica'")
                for change in changes:
                    owner.execute(change)  # pyright: ignore[reportArgumentType, reportCallIssue]
                assert told in _faults(owner), case
        assert _faults(owner) == ""


def test_the_whole_database_rewritten_and_sealed_anew_does_not_know_the_head_kept_outside(
    home: SmallHome,
) -> None:
    with home.conn.transaction():
        kept = evidence.newest(home.conn)
    assert kept is not None
    with psycopg.connect(home.url) as owner:
        owner.execute("SET session_replication_role = 'replica'")
        owner.execute("DELETE FROM alert_log WHERE action = 'resolve'")
        owner.execute("DELETE FROM alert_log_heads")
        owner.execute(
            "INSERT INTO alert_log_heads SELECT DISTINCT ON (incident_id) incident_id, number, hash"
            " FROM alert_log ORDER BY incident_id, number DESC"
        )
        owner.execute("TRUNCATE alert_log_seals")
        owner.commit()
        evidence.seal(owner, home.now)
        assert _faults(owner) == ""
        assert "not among" in _faults(owner, kept.hash.hex())


def test_heads_only_grow_and_the_service_may_not_touch_them(home: SmallHome) -> None:
    with psycopg.connect(home.url) as owner:
        for change in (
            "DELETE FROM alert_log_heads",
            "UPDATE alert_log_heads SET number = number - 1",
            "TRUNCATE alert_log_heads",
            "DELETE FROM alert_log_seals",
            "UPDATE alert_log_seals SET rows = 0",
            "TRUNCATE alert_log_seals",
        ):
            with pytest.raises(psycopg.errors.RaiseException), owner.transaction():
                owner.execute(change)  # pyright: ignore[reportArgumentType, reportCallIssue]
            with pytest.raises(psycopg.errors.InsufficientPrivilege), home.conn.transaction():
                home.conn.execute(change)  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_what_is_written_after_a_tail_was_cut_does_not_heal_the_log(home: SmallHome) -> None:
    with psycopg.connect(home.url) as owner:
        owner.execute("SET session_replication_role = 'replica'")
        owner.execute(_drop("alert_log", f"{LAST} AND number > 1"))  # pyright: ignore[reportArgumentType, reportCallIssue]
    for _ in range(4):
        home.now += timedelta(minutes=3)
        home.answer(Answer.NEED_HELP, incident_id=home.open_incident())
    with home.conn.transaction():
        assert "does not end as it was noted" in _faults(home.conn)
