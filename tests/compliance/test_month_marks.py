# ruff: noqa: S608  the texts are put together from constants of this file
"""The night counts anew those homes whose rows have changed, and the county; no row that moves a figure is missed."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import fields
from datetime import date, datetime, timedelta
from random import Random

import psycopg
import pytest

from compliance.month_marks import ROWS, marks_of
from compliance.monthly_filing import file, file_due
from compliance.report import read
from model.clock import SHANGHAI
from model.counted import Counted
from model.periods import month_of
from simulators.year import Size, make
from store import pool
from yian.county_year import load

pytestmark = pytest.mark.ground("plain")
DECEMBER = date(2025, 12, 1)
NIGHT = datetime(2026, 1, 6, 3, tzinfo=SHANGHAI)


class Filed:
    """A simulated county whose December was filed."""

    def __init__(self, url: str) -> None:
        self.url, self.year = url, make(1, 2025, Size(homes=9, detectors=90, bands=30))
        load(url, self.year)
        self.conn = pool.connect(url, name="night")
        self.night = NIGHT
        assert {home for _, home, _ in file_due(self.conn, NIGHT)} == {*self.codes.values(), None}

    @property
    def codes(self) -> dict[int, str]:
        """Return the homes that are open in December."""
        return {home.number: home.code for home in self.year.homes if home.closed_on is None}

    def edit(self, statement: str, *values: object) -> None:
        """Change one row, as the owner of the tables."""
        with psycopg.connect(self.url) as owner:
            assert owner.execute(statement.encode(), values).rowcount == 1, statement

    def any_row(self, draw: Random, table: str, where: str) -> str:
        """Return where a row that is picked at random stands."""
        with psycopg.connect(self.url) as owner:
            rows = owner.execute(f"SELECT ctid::text FROM {table} {where}".encode()).fetchall()
        assert rows, table
        return draw.choice(rows)[0]

    def pass_a_night(self) -> tuple[set[int | None], set[str | None]]:
        """Return what was counted anew, by home, and what got a new version."""
        before = self._counted()
        self.night += timedelta(days=1)
        filed = {home for _, home, _ in file_due(self.conn, self.night)}
        return {home for home, when in self._counted().items() if before.get(home) != when}, filed

    def left_to_correct(self) -> set[str | None]:
        """Return what would be corrected if all were counted again."""
        every = (*self.codes.values(), None)
        return {home for home in every if file(self.conn, DECEMBER, home, "陈局长", self.night) is not None}

    def _counted(self) -> dict[int | None, str]:
        with self.conn.transaction():
            return dict(self.conn.execute("SELECT home_id, xmin::text FROM month_marks").fetchall())


@pytest.fixture
def filed(database: str) -> Generator[Filed]:
    county = Filed(database)
    yield county
    county.conn.close()


def test_a_night_with_nothing_new_counts_no_home(filed: Filed) -> None:
    assert filed.pass_a_night() == (set(), set())


def test_a_row_that_has_changed_counts_its_home_and_the_county_anew(filed: Filed) -> None:
    a, b = 3, 5
    december = ("2025-12-01 +08", "2026-01-01 +08")
    edits: list[tuple[set[int], str, tuple[object, ...]]] = [
        ({a}, "UPDATE home_days SET reports = reports - 1 WHERE home_id = %s AND day = '2025-12-05' AND kind = 'detector'", (a,)),
        ({a}, "UPDATE home_days SET worn_for = worn_for / 2 WHERE home_id = %s AND day = '2025-12-05' AND kind = 'wristband'", (a,)),
        ({b}, "DELETE FROM duties WHERE duty_id = (SELECT max(duty_id) FROM duties WHERE home_id = %s AND starts_at < %s)", (b, december[1])),
        ({b}, "INSERT INTO duty_changes (home_id, kind, person_id, starts_at, ends_at, reason, leaves_nobody, made_at, made_by, made_via)"
         " SELECT home_id, 'leave', person_id, '2025-12-20 +08', '2025-12-21 +08', '', true, '2025-12-19 +08', '院长', 'board' FROM duties"
         " WHERE home_id = %s AND starts_at >= '2025-12-20 +08' ORDER BY duty_id LIMIT 1", (b,)),
        ({b}, "UPDATE liveness_intervals SET online_to = '2025-12-09 +08' WHERE ctid = (SELECT min(i.ctid) FROM liveness_intervals i"
         " JOIN devices d USING (device_id) WHERE d.home_id = %s AND d.kind = 'detector' AND i.online_to IS NULL)", (b,)),
        ({a}, "INSERT INTO proof_tests (home_id, device_id, alert_id, tested_at, arrived_at, learned_at)"
         " SELECT d.home_id, d.device_id, (SELECT min(alert_id) FROM alerts), x, x, x FROM devices d,"
         " (VALUES (timestamptz '2025-12-07 +08')) v(x) WHERE d.home_id = %s AND d.kind = 'detector'"
         " AND d.retired_on IS NULL AND NOT EXISTS (SELECT FROM proof_tests t WHERE t.device_id = d.device_id"
         " AND t.arrived_at >= %s AND t.arrived_at < %s) ORDER BY d.device_id LIMIT 1", (a, *december)),
        ({a}, "DELETE FROM inspections WHERE inspection_id = (SELECT min(inspection_id) FROM inspections WHERE home_id = %s"
         " AND done_on = '2025-12-10' AND kind = 'patrol')", (a,)),
        ({b}, "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, '2025-12-20', 'major', '堵塞')", (b,)),
        ({b}, "INSERT INTO projects (home_id, kind, name, investment_yuan, started_on, completed_on)"
         " VALUES (%s, 'sprinkler', '喷淋', 90000, '2025-11-01', '2025-12-20')", (b,)),
        # To another home: both of them, whatever becomes of the county's sums.
        ({a, b}, "UPDATE hazards SET home_id = %s WHERE home_id = %s AND description = '堵塞'", (a, b)),
        ({a, b}, "UPDATE duties SET home_id = %s WHERE duty_id = (SELECT min(duty_id) FROM duties WHERE home_id = %s"
         " AND starts_at >= '2025-12-10 +08')", (a, b)),
        ({a, b}, "UPDATE devices SET home_id = %s, place_id = NULL WHERE device_id = (SELECT min(device_id) FROM devices"
         " WHERE home_id = %s AND kind = 'detector' AND retired_on IS NULL)", (a, b)),
        # Of no home: the county alone.
        (set(), "INSERT INTO trainings (held_on, topic, attendees) VALUES ('2025-12-20', '疏散', 30)", ()),
        (set(), "INSERT INTO care_visits (township, provider, starts_on, ends_on, elders)"
         " VALUES ('青河镇', '助老社', '2025-12-01', '2026-06-01', 7)", ()),
        # A goal is everybody's.
        ({*filed.codes}, "UPDATE targets SET value = value + 1 WHERE name = 'training_attendees'", ()),
    ]  # fmt: skip
    for homes, statement, values in edits:
        filed.edit(statement, *values)
        counted, corrected = filed.pass_a_night()
        assert counted == {*homes, None}, statement
        assert corrected <= {filed.codes[home] for home in homes} | {None}
        assert filed.left_to_correct() == set(), statement
    assert filed.pass_a_night() == (set(), set())


# Tables whose rows have a home, and the column that says which rows are December's, where most are not.
_OF_HOMES = {
    "alerts": "raised_at", "incidents": "opened_at", "inspections": "done_on", "hazards": "",
    "accidents": "", "trainings": "", "insurances": "", "health_checks": "", "residents": "", "devices": "",
    "duties": "starts_at", "exits": "", "home_days": "day",
}  # fmt: skip


@pytest.mark.parametrize("seed", [2])
def test_whatever_row_goes_to_another_home_or_is_gone_nothing_is_left_to_correct(
    filed: Filed, seed: int
) -> None:
    """A row of each table, picked at random, is moved to another home; last an interval is taken out."""
    draw = Random(seed)
    for table, column in _OF_HOMES.items():
        where = f"WHERE {column} BETWEEN '2025-12-02' AND '2025-12-30'" if column else ""
        row = filed.any_row(draw, table, where)
        home = draw.choice([*filed.codes])
        # The key of a home's days has the day in it: away from that of the home which has it.
        more = ", kind = 'gateway'" if table == "home_days" else ""
        filed.edit(f"UPDATE {table} SET home_id = %s{more} WHERE ctid = %s::tid", home, row)
        filed.pass_a_night()
        assert filed.left_to_correct() == set(), (table, row)
    row = filed.any_row(draw, "liveness_intervals", "")
    filed.edit("DELETE FROM liveness_intervals WHERE ctid = %s::tid", row)
    filed.pass_a_night()
    assert filed.left_to_correct() == set()


def test_sums_that_two_homes_change_against_each_other_are_seen(filed: Filed) -> None:
    changed = "UPDATE home_days SET reports = reports + %s WHERE home_id = %s AND day = '2025-12-05' AND kind = 'detector'"
    filed.edit(changed, 1, 3)
    filed.edit(changed, -1, 5)
    counted, corrected = filed.pass_a_night()
    assert counted == {3, 5, None}
    assert corrected == {filed.codes[3], filed.codes[5]}


def test_a_correction_by_hand_that_is_taken_back_is_corrected_again(filed: Filed) -> None:
    changed = "UPDATE home_days SET reports = reports + %s WHERE home_id = %s AND day = '2025-12-05' AND kind = 'detector'"
    filed.edit(changed, -1, 3)
    assert file(filed.conn, DECEMBER, filed.codes[3], "陈局长", NIGHT) is not None
    filed.edit(changed, 1, 3)
    assert filed.codes[3] in filed.pass_a_night()[1]
    assert filed.left_to_correct() == set()


def test_a_home_has_the_same_mark_by_its_own_rows_as_by_the_countys(filed: Filed) -> None:
    period = month_of(2025, 12, NIGHT)
    of_county = marks_of(read(filed.conn, period, None, NIGHT))
    assert {*filed.codes, None} <= of_county.keys()
    for home_id, code in filed.codes.items():
        assert marks_of(read(filed.conn, period, code, NIGHT))[home_id] == of_county[home_id], code


def test_all_that_is_counted_is_in_the_mark_but_when_it_was_known() -> None:
    # A month is filed of homes and the county only.
    others = {"period", "targets", "care_visits", "by_home", "home", "township", "device", "known_at"}
    sums = {"proofs", "liveness", "days", "days_counted", "days_observed", "duty", "worn", "observed_from"}
    assert {one.name for one in fields(Counted)} == {*ROWS, *others, *sums}


def test_a_home_that_was_registered_after_the_month_is_not_filed(filed: Filed) -> None:
    filed.edit(
        "INSERT INTO homes (code, name, kind, registered_on) VALUES ('new', '新院', '民办', '2026-01-03')"
    )
    assert filed.pass_a_night() == (set(), set())
