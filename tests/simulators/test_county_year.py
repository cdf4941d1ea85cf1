"""A simulated year: its report gives the simulator's own figures, and a row that is changed is found."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from alerts import evidence
from model.clock import utc_now
from model.errors import BadInput, Refused
from simulators.year import Size, make
from store import pool
from yian.county_year import cut_of, examine, load
from yian.report import run_report

SMALL = Size(homes=9, detectors=90, bands=30)
YEAR = 2025


@pytest.mark.ground("plain")
@pytest.mark.parametrize(
    ("seed", "to_date"), [(1, False), (2, True), (4, False), (5, True), (10, False), (11, True)]
)
def test_every_figure_of_county_and_home_is_the_simulators(
    database: str, tmp_path: Path, seed: int, to_date: bool
) -> None:
    year = make(seed, YEAR, SMALL, cut_of(seed, YEAR) if to_date else None)
    load(database, year)
    checked, wrong = examine(database, year, tmp_path)
    assert wrong == []
    assert checked > 300


@pytest.mark.ground("plain")
def test_what_was_said_is_counted_and_not_what_was_rolled_up(database: str, tmp_path: Path) -> None:
    year = make(2, YEAR, SMALL, cut_of(2, YEAR))
    load(database, year)
    with psycopg.connect(database) as conn:
        rolled = conn.execute(
            "SELECT count(*) FROM home_days WHERE day = %s", [year.on(year.days - 1)]
        ).fetchone()
        assert rolled == (0,)
        gone = conn.execute(
            "DELETE FROM readings WHERE ctid = (SELECT min(ctid) FROM readings WHERE happened_at >= %s"
            " AND worn IS NOT NULL)",
            [year.at(year.days - 1)],
        )
        assert gone.rowcount == 1
    _, wrong = examine(database, year, tmp_path)
    assert any("json completeness:" in line for line in wrong), wrong


def test_the_same_seed_makes_the_same_year() -> None:
    one, other = make(7, YEAR, SMALL), make(7, YEAR, SMALL)
    assert (one.tables, one.truth) == (other.tables, other.truth)
    assert make(8, YEAR, SMALL).tables != one.tables


@pytest.mark.ground("plain")
@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("UPDATE trainings SET attendees = attendees + 1 WHERE training_id = 1", "training_attendees"),
        ("UPDATE alerts SET outcome = 'fault' WHERE alert_id = (SELECT min(alert_id) FROM alerts"
         " WHERE class = 'F1' AND outcome = 'false')", "fire_false"),
        ("UPDATE homes SET closed_on = '2025-12-01' WHERE home_id = 4", "filed_total"),
        ("UPDATE liveness_intervals SET online_to = '2025-12-01 +08' WHERE ctid = (SELECT min(i.ctid)"
         " FROM liveness_intervals i JOIN devices d USING (device_id) WHERE home_id = 5 AND online_to IS NULL)",
         "online_rate"),
        ("DELETE FROM inspections WHERE kind = 'joint'", "joint_inspections"),
        ("UPDATE home_days SET reports = reports - 40 WHERE home_id = 3", "completeness"),
    ],
)  # fmt: skip
def test_a_changed_row_is_found_by_the_check_and_named_by_the_verification(
    database: str, tmp_path: Path, statement: str, key: str
) -> None:
    year = make(1, YEAR, SMALL)
    load(database, year)
    signed = tmp_path / "signed.docx"
    with pool.connect(database, name="test") as conn:
        run_report(conn, year=YEAR, home=None, form="docx", out=signed, now=utc_now(), freeze_by="李局长")
    with psycopg.connect(database) as conn:
        assert conn.execute(statement.encode()).rowcount > 0
    _, wrong = examine(database, year, tmp_path)
    assert any(f"json {key}:" in line for line in wrong), wrong
    from compliance.archive import verify

    with pool.connect(database, name="test") as conn:
        verdict = verify(conn, signed, utc_now())
    assert key in {one.key for one in verdict.moved}


@pytest.mark.ground("plain")
def test_the_log_of_a_year_is_whole_and_a_row_that_is_changed_or_cut_off_is_found(database: str) -> None:
    load(database, make(1, YEAR, SMALL))
    with psycopg.connect(database) as conn:
        alerts = conn.execute("SELECT count(*) FROM alerts").fetchone()
        rows, found = evidence.faults(conn)
        assert found == []
        assert alerts is not None
        assert rows > alerts[0] > 100
        for change, words in (
            ("UPDATE alert_log SET actor = '别人' WHERE log_id = 77", "was changed"),
            (
                "DELETE FROM alert_log WHERE log_id = (SELECT max(log_id) FROM alert_log WHERE number > 1)",
                "missing",
            ),
            (
                "DELETE FROM alert_log WHERE log_id = (SELECT log_id FROM alert_log WHERE number = 2 LIMIT 1)",
                "missing",
            ),
            ("UPDATE alert_log SET alert_id = NULL WHERE log_id = 77", "does not say how they came"),
        ):
            with conn.transaction(force_rollback=True):
                conn.execute("ALTER TABLE alert_log DISABLE TRIGGER alert_log_append_only")
                conn.execute(change.encode())
                assert any(words in line for line in evidence.faults(conn)[1]), change


@pytest.mark.ground("plain")
def test_the_log_says_of_each_alert_what_its_row_says(database: str) -> None:
    load(database, make(1, YEAR, SMALL))
    with psycopg.connect(database) as conn:
        unlike = conn.execute(
            "SELECT a.alert_id, l.action FROM alert_log l JOIN alerts a USING (alert_id)"
            " WHERE l.incident_id <> a.incident_id OR l.at <> CASE l.action WHEN 'acknowledge' THEN a.acknowledged_at"
            " WHEN 'on_scene' THEN a.on_scene_at WHEN 'resolve' THEN a.resolved_at ELSE a.raised_at END"
            " OR (l.action = 'resolve' AND l.details ->> 'outcome' IS DISTINCT FROM a.outcome)"
        ).fetchall()
        assert unlike == []
        counts = conn.execute(
            "SELECT (SELECT count(*) FROM alert_log), sum(1 + CASE WHEN class = 'F3' THEN 0 ELSE"
            " num_nonnulls(acknowledged_at, on_scene_at, resolved_at) END) FROM alerts"
        ).fetchone()
    assert counts is not None
    assert counts[0] == counts[1]


def test_a_year_is_loaded_into_an_empty_database_only(database: str) -> None:
    load(database, make(1, YEAR, SMALL))
    with pytest.raises(Refused):
        load(database, make(2, YEAR, SMALL))


def test_too_small_a_county_is_refused() -> None:
    with pytest.raises(BadInput):
        Size(homes=2)
