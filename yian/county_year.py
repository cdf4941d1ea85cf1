"""`yian simulate county-year`: a year loaded by COPY, its report written, every figure read back."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from docx import Document

from model.clock import SHANGHAI, utc_now
from model.errors import Refused
from simulators.year import Size, Year, make
from simulators.year.reading import read_json, read_text
from store import bulk, pool
from yian import embedded, roles
from yian.migration import migrate_database
from yian.report import run_report
from yian.settings import Settings

NAME = "county-year"
# In the order of their references; those with a number of their own name its column.
_TABLES: dict[str, str | None] = {
    "homes": "home_id", "places": "place_id", "residents": "resident_id", "people": "person_id",
    "duties": "duty_id", "devices": "device_id", "liveness_intervals": None, "home_days": None,
    "incidents": "incident_id", "alerts": "alert_id", "inspections": "inspection_id", "hazards": "hazard_id",
    "projects": "project_id", "accidents": "accident_id", "trainings": "training_id", "targets": None,
}  # fmt: skip


def simulate_year(settings: Settings, *, embedded_too: bool, seed: int, size: Size) -> dict[str, Any]:
    """Load a year into the configured empty database, or one made for it, and return how its report reads.

    Raises Refused where the configured database already has homes.
    """
    year = make(seed, utc_now().astimezone(SHANGHAI).year - 1, size)
    with tempfile.TemporaryDirectory(prefix="yian-year-") as folder:
        if not embedded_too:
            return _run(roles.database_url(settings), year, Path(folder))
        with embedded.services(Path(folder), mqtt_port=0) as services:
            migrate_database(services.database_url)
            return _run(services.database_url, year, Path(folder))


def _run(url: str, year: Year, folder: Path) -> dict[str, Any]:
    began = time.perf_counter()
    rows = load(url, year)
    loaded = time.perf_counter()
    checked, wrong = examine(url, year, folder)
    for line in wrong:
        print(line, file=sys.stderr)
    return {
        "scenario": NAME,
        "seed": year.seed,
        "year": year.year,
        "homes": year.size.homes,
        "detectors": year.size.detectors,
        "bands": year.size.bands,
        "rows": rows,
        "load_s": round(loaded - began, 2),
        "report_s": round(time.perf_counter() - loaded, 2),
        "figures_checked": checked,
        "figures_wrong": len(wrong),
        "wrong": wrong,
        "passed": not wrong,
    }


def load(url: str, year: Year) -> int:
    """Copy a year into an empty database and return how many rows it has."""
    with psycopg.connect(url) as conn:
        if not bulk.is_empty(conn):
            raise Refused("county-year fills an empty database only; use --embedded")
        for table, key in _TABLES.items():
            if table in year.tables:
                bulk.copy(conn, table, year.tables[table].columns, year.tables[table].rows, key)
        bulk.analyze(conn)
    return sum(len(table.rows) for table in year.tables.values())


def examine(url: str, year: Year, folder: Path) -> tuple[int, list[str]]:
    """Write the report as .docx and .json, read both and return (figures compared, what was wrong)."""
    text, data = folder / "report.docx", folder / "report.json"
    with pool.connect(url, name="report") as conn:
        for form, out in (("docx", text), ("json", data)):
            run_report(conn, year=year.year, home=None, form=form, out=out, now=utc_now())
    said = read_text("".join(line.text for line in Document(str(text)).paragraphs), year)
    counted = read_json(json.loads(data.read_text(encoding="utf-8")), year)
    return said.checked + counted.checked, [*said.wrong, *counted.wrong]
