# ruff: noqa: S608  the texts are put together from constants of this file
"""A row behind a figure is picked at random and changed: the comparison with what was signed names the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg import sql

from compliance.document import Style
from compliance.figures import Figure
from compliance.frozen import content_of, moved
from compliance.indicators import figures
from compliance.report import Report
from compliance.section import section
from compliance.template_file import read_words
from model.clock import utc_now
from model.periods import year_of
from simulators.year import Size, make
from store import figures as stored
from yian.county_year import load

YEAR = 2025
NOW = utc_now()
_TRIES = 12
"""A second patrol of the same day, or the policy of a closed home, moves nothing: then another row is taken."""
_LATER = " + interval '10 years'"


@dataclass(frozen=True)
class Change:
    """What a row is changed to; `ids` gives the rows to pick from where the figure does not name them."""

    table: str
    key: str
    values: Mapping[str, str]
    ids: str = ""


def _moved_away(*names: str) -> dict[str, str]:
    return {name: f"({name}{_LATER})::date" for name in names}


_BY_TABLE = {
    "homes": Change(
        "homes",
        "home_id",
        {"opened_on": "'2199-01-01'", "registered_on": "'2199-01-01'", "closed_on": "NULL"},
    ),
    "devices": Change("devices", "device_id", {"registered": "false"}),
    "places": Change("places", "place_id", {"needs_detector": "false"}),
    "residents": Change(
        "residents", "resident_id", {"wanders": "NOT wanders", "moved_out_on": "moved_in_on"}
    ),
    "alerts": Change("alerts", "alert_id", {"drill": "true"}),
    "incidents": Change("incidents", "incident_id", {"drill": "true"}),
    "inspections": Change("inspections", "inspection_id", _moved_away("done_on")),
    "trainings": Change("trainings", "training_id", _moved_away("held_on")),
    "accidents": Change("accidents", "accident_id", {"deaths": "deaths + 1"}),
    "health_checks": Change("health_checks", "check_id", {"examined": "examined + 1"}),
    "insurances": Change("insurances", "insurance_id", {"ends_on": "starts_on"}),
    "care_visits": Change("care_visits", "contract_id", {"elders": "elders + 1"}),
    "hazards": Change("hazards", "hazard_id", _moved_away("found_on", "deadline_on", "closed_on")),
    "projects": Change("projects", "project_id", _moved_away("started_on", "completed_on", "accepted_on")),
}
_ALERTS = Change("alerts", "alert_id", {"drill": "true"}, "SELECT alert_id FROM alerts WHERE class <> 'F3'")


def _interval(kinds: str) -> Change:
    return Change(
        "liveness_intervals",
        "ctid",
        {"online_to": "online_from"},
        "SELECT i.ctid FROM liveness_intervals i JOIN devices USING (device_id)"
        f" WHERE kind IN ({kinds}) AND retired_on IS NULL",
    )


def _proof(kinds: str) -> Change:
    return Change(
        "proof_tests",
        "proof_id",
        {"arrived_at": f"arrived_at{_LATER}"},
        f"SELECT t.proof_id FROM proof_tests t JOIN devices d USING (device_id) WHERE d.kind IN ({kinds})",
    )


def _day(values: Mapping[str, str], kinds: str = "'detector', 'wristband'") -> Change:
    return Change("home_days", "ctid", values, f"SELECT ctid FROM home_days WHERE kind IN ({kinds})")


_BY_FIGURE = {
    "joint_homes": Change(
        "inspections",
        "inspection_id",
        _moved_away("done_on"),
        "SELECT min(inspection_id) FROM inspections WHERE kind = 'joint' GROUP BY home_id HAVING count(*) = 1",
    ),
    "inspected_rate": Change(
        "inspections",
        "inspection_id",
        _moved_away("done_on"),
        "SELECT min(inspection_id) FROM inspections JOIN homes USING (home_id) WHERE closed_on IS NULL"
        " AND inspections.kind IN ('joint', 'bureau') GROUP BY home_id HAVING count(*) = 1",
    ),
    "chattering": Change("alerts", "alert_id", {"drill": "true"}, "SELECT alert_id FROM alerts WHERE class = 'T3'"),
    "found_minutes": Change("alerts", "alert_id", {"resolved_at": "resolved_at + interval '7 minutes'"}),
    "repair_hours": Change("alerts", "alert_id", {"resolved_at": "resolved_at + interval '7 minutes'"}),
    "notice_minutes": Change("alerts", "alert_id", {"acknowledged_at": "acknowledged_at + interval '7 minutes'"}),
    "alarms_per_person": _ALERTS,
    "top_share": _ALERTS,
    "fire_deaths": _BY_TABLE["accidents"],
    "online_rate": _interval("'detector', 'wristband', 'door_sensor'"),
    "online_rate_smoke": _interval("'detector'"),
    "online_rate_band": _interval("'wristband'"),
    "observed_rate": Change(
        "devices", "device_id", {"installed_on": "'2025-11-01'"}, "SELECT device_id FROM devices WHERE retired_on IS NULL"
    ),
    "completeness": _day({"reports": "reports + 1"}),
    "charged_rate": _day({"charged": "charged + 1"}, "'wristband'"),
    "worn_rate": _day({"worn_for": "worn_for + interval '1 hour'"}, "'wristband'"),
    "duty_rate": Change(
        "duties",
        "duty_id",
        {"starts_at": f"starts_at{_LATER}", "ends_at": f"ends_at{_LATER}"},
        "SELECT duty_id FROM duties",
    ),
    "proof_rate": _proof("'detector', 'wristband'"),
    "proof_rate_smoke": _proof("'detector'"),
    "proof_rate_band": _proof("'wristband'"),
    "proof_rate_exit": _proof("'door_sensor'"),
}  # fmt: skip


def _report(conn: psycopg.Connection[Any]) -> Report:
    counted = stored.counted(conn, year_of(YEAR, NOW), None, NOW)
    return Report(counted, section(counted, figures(counted), read_words(), Style()))


def _rows_of(conn: psycopg.Connection[Any], figure: Figure, change: Change) -> Sequence[object]:
    if not change.ids:
        return figure.evidence.rows
    return [row[0] for row in conn.execute(change.ids.encode()).fetchall()]


def _apply(conn: psycopg.Connection[Any], change: Change, row: object) -> None:
    sets = ", ".join(f"{name} = {value}" for name, value in change.values.items())
    statement = f"UPDATE {change.table} SET {sets} WHERE {change.key} = %s"
    assert conn.execute(sql.SQL(statement), [row]).rowcount == 1  # pyright: ignore[reportArgumentType]


@pytest.mark.ground("plain")
def test_one_changed_row_moves_the_figure_that_counts_it(database: str) -> None:
    # Ten detectors a home, so that the flood is just one: eleven alerts.
    load(database, make(7, YEAR, Size(homes=9, detectors=50, bands=20)))
    random = Random(7)
    tried: set[str] = set()
    with psycopg.connect(database) as conn:
        # A year's patrols are thousands of rows, each as the next.
        conn.execute("DELETE FROM inspections WHERE kind = 'patrol' AND done_on > '2025-01-10'")
        conn.execute("ALTER TABLE proof_tests DISABLE TRIGGER proof_tests_append_only")
        report = _report(conn)
        signed = content_of(report)
        for key, figure in report.section.figures.items():
            change = _BY_FIGURE.get(key) or _BY_TABLE[figure.evidence.table]
            rows = _rows_of(conn, figure, change)
            if figure.value is None or not rows:
                continue
            for row in random.sample(list(rows), min(_TRIES, len(rows))):
                with conn.transaction(force_rollback=True):
                    _apply(conn, change, row)
                    found = {one.key: one for one in moved(signed, _report(conn))}
                if key in found:
                    assert found[key].why, key
                    tried.add(key)
                    break
            else:
                pytest.fail(f"{key}: none of {len(rows)} rows of {change.table} moves it")
        left = {key: report.section.figures[key].value for key in report.section.figures if key not in tried}
    assert len(tried) > 75
    # Nothing stands behind a count of none.
    assert not any(left.values()), left
