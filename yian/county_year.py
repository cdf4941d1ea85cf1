"""`yian simulate county-year`: a year loaded by COPY, its report written, every figure read back."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from docx import Document

from alerts import log
from compliance import indicator_sheet, indicator_words
from model.clock import SHANGHAI, utc_now
from model.errors import Refused
from model.scopes import scope_named
from model.spans import Span, SpanKind, span_named
from simulators.year import Size, Year, make
from simulators.year.reading import read_indicators, read_json, read_text
from simulators.year.said import steps_of
from simulators.year.truth import townships_of, truth_of, truth_of_township
from store import alert_log, bulk, online_days, pool, rollups, scopes
from store.sql import Conn
from yian import embedded, roles
from yian.migration import migrate_database
from yian.report import run_report
from yian.settings import Settings

NAME = "county-year"
# In the order of their references; those with a number of their own name its column.
_TABLES: dict[str, str | None] = {
    "homes": "home_id", "places": "place_id", "residents": "resident_id", "people": "person_id",
    "duties": "duty_id", "duty_changes": "change_id", "devices": "device_id", "exits": "exit_id",
    "liveness_intervals": None, "home_days": None, "readings": None, "events": "event_id",
    "incidents": "incident_id", "alerts": "alert_id",
    "proof_tests": "proof_id", "inspections": "inspection_id", "hazards": "hazard_id",
    "projects": "project_id", "accidents": "accident_id", "trainings": "training_id",
    "insurances": "insurance_id", "health_checks": "check_id", "care_visits": "contract_id", "targets": None,
}  # fmt: skip
_ADDITIVE = (
    "online_rate", "ack_rate", "on_scene_rate", "false_rate", "worn_rate", "charged_rate", "duty_rate",
    "proof_rate", "completeness", "observed_rate",
)  # fmt: skip
"""Rates whose parts in the quarters make those of the year."""
_FIRST_CUT, _CUTS = 232, 90
"""A year to date ends on a day between the 21st of August and the middle of November, by its seed."""


def simulate_year(settings: Settings, *, embedded_too: bool, seed: int, size: Size) -> dict[str, Any]:
    """Load a year into the configured empty database, or one made for it, and return how its reports read.

    Embedded, a second database has the same county's year to date. Raises Refused where the configured
    database already has homes.
    """
    number = utc_now().astimezone(SHANGHAI).year - 1
    whole = make(seed, number, size)
    with tempfile.TemporaryDirectory(prefix="yian-year-") as folder:
        if not embedded_too:
            return _told(whole, [_run(roles.database_url(settings), whole, Path(folder))])
        found: list[_Found] = []
        for name, year in (("whole", whole), ("to_date", make(seed, number, size, cut_of(seed, number)))):
            (Path(folder) / name).mkdir()
            with embedded.services(Path(folder) / name, mqtt_port=0) as services:
                migrate_database(services.database_url)
                found.append(_run(services.database_url, year, Path(folder)))
        return _told(whole, found)


def cut_of(seed: int, year: int) -> date:
    """Return the last day of a year to date."""
    return date(year, 1, 1) + timedelta(days=_FIRST_CUT + seed * 37 % _CUTS)


@dataclass(frozen=True, slots=True)
class _Found:
    until: date
    rows: int
    load_s: float
    report_s: float
    checked: int
    wrong: list[str]


def _run(url: str, year: Year, folder: Path) -> _Found:
    began = time.perf_counter()
    rows = load(url, year)
    loaded = time.perf_counter()
    checked, wrong = examine(url, year, folder)
    for line in wrong:
        print(line, file=sys.stderr)
    ended = time.perf_counter()
    return _Found(year.last_on, rows, round(loaded - began, 2), round(ended - loaded, 2), checked, wrong)


def _told(year: Year, found: list[_Found]) -> dict[str, Any]:
    wrong = [line for one in found for line in one.wrong]
    return {
        "scenario": NAME,
        "seed": year.seed,
        "year": year.year,
        "homes": year.size.homes,
        "detectors": year.size.detectors,
        "bands": year.size.bands,
        "runs": [
            {
                "until": one.until.isoformat(),
                "rows": one.rows,
                "load_s": one.load_s,
                "report_s": one.report_s,
                "figures_checked": one.checked,
            }
            for one in found
        ],
        "figures_checked": sum(one.checked for one in found),
        "figures_wrong": len(wrong),
        "wrong": wrong,
        "passed": not wrong,
    }


def load(url: str, year: Year) -> int:
    """Copy a year into an empty database, roll up what is there as readings; return how many rows it has."""
    with psycopg.connect(url) as conn:
        if not bulk.is_empty(conn):
            raise Refused("county-year fills an empty database only; use --embedded")
        for table, key in _TABLES.items():
            if table in year.tables:
                bulk.copy(conn, table, year.tables[table].columns, year.tables[table].rows, key)
        said = alert_log.copy_log(conn, log.chained(steps_of(year)))
        bulk.analyze(conn)
    # Of the other homes there are sums only: a rollup that saw them would take them for silent.
    with (
        pool.open_pool(url, name="rollup", size=1) as conns,
        pool.scoped(conns, [year.chosen.number]) as conn,
    ):
        for day in year.raw_days:
            rollups.rollup_day(conn, year.on(day))
    with pool.connect(url, name="rollup") as conn:
        online_days.rollup(conn, utc_now() if year.until is None else year.ends_at)
    return sum(len(table.rows) for table in year.tables.values()) + said


def examine(url: str, year: Year, folder: Path) -> tuple[int, list[str]]:
    """Write the county's report and one home's, read both forms; return how many figures, the wrong ones.

    With them the indicators of the county, its townships and quarters.
    """
    checked, wrong = 0, list[str]()
    now = utc_now() if year.until is None else year.ends_at
    text, data = folder / "report.docx", folder / "report.json"
    for home in (None, year.chosen):
        code = home.code if home else None
        with pool.connect(url, name="report") as conn:
            for form, out in (("docx", text), ("json", data)):
                run_report(conn, year=year.year, home=code, form=form, out=out, now=now)
        said = read_text("".join(line.text for line in Document(str(text)).paragraphs), year, home)
        counted = read_json(json.loads(data.read_text(encoding="utf-8")), year, home)
        checked += said.checked + counted.checked
        where = f"{code or 'county'} {year.last_on}: "
        wrong += [where + line for line in (*said.wrong, *counted.wrong)]
    with pool.connect(url, name="indicators") as conn:
        told, untrue = _indicators(conn, year, now)
    return checked + told, wrong + untrue


def _indicators(conn: Conn, year: Year, now: datetime) -> tuple[int, list[str]]:
    """Read the indicators of the county and of each township; return how many, and those that are not true.

    Of the county's quarters the parts must make those of the year.
    """
    whole = span_named(str(year.year))
    truths = {"county": truth_of(year)}
    truths |= {f"township:{name}": truth_of_township(year, name) for name in townships_of(year)}
    checked, wrong = 0, list[str]()
    for name, truth in truths.items():
        found = read_indicators(_lines(conn, name, whole, now), truth)
        checked += found.checked
        wrong += [f"{name} {year.last_on}: {line}" for line in found.wrong]
    of_year = {line["key"]: line for line in _lines(conn, "county", whole, now)}
    quarters = [one for one in whole.parts(SpanKind.QUARTER) if one.start_on <= year.last_on]
    parts = [{line["key"]: line for line in _lines(conn, "county", one, now)} for one in quarters]
    for key in _ADDITIVE:
        for part in ("numerator", "denominator"):
            said, added = of_year[key][part] or 0, sum(one[key][part] or 0 for one in parts)
            checked += 1
            if abs(said - added) > 1e-6 * max(1, abs(said)):
                wrong.append(f"county {year.last_on}: {key} {part} {said}, its quarters have {added}")
    return checked, wrong


def _lines(conn: Conn, scope: str, span: Span, now: datetime) -> list[dict[str, Any]]:
    sheet = indicator_sheet.read(conn, scopes.find(conn, scope_named(scope)), span, now)
    return indicator_words.sheet_as_data(sheet)["indicators"]
