"""The five files of one report, and the command that writes them."""

from __future__ import annotations

import json
import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from compliance import json_report
from model.errors import BadInput
from store import pool
from tests.compliance import rows
from tests.compliance.rows import NOW, YEAR
from tests.services.absence import absent
from yian import cli
from yian.report import WRITERS, run_report

pytestmark = pytest.mark.ground("plain")


@pytest.fixture
def county(database: str) -> str:
    """A database with the hand-made county."""
    rows.fill(database)
    return database


def written(url: str, form: str, out: Path, **more: Any) -> bytes:
    """Return the file that the command's body writes."""
    with pool.connect(url, name="test") as conn:
        run_report(conn, year=YEAR, home=None, form=form, out=out, now=NOW, **more)
    return out.read_bytes()


def test_json_keeps_to_the_published_schema(county: str, tmp_path: Path) -> None:
    schema = json.loads(json_report.SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for masked in (False, True):
        report = json.loads(written(county, "json", tmp_path / "r.json", masked=masked))
        jsonschema.validate(report, schema)
    assert {figure["key"] for figure in report["figures"]} >= {"online_rate", "fire_alarms"}


def test_the_work_book_holds_every_figure_its_formula_and_its_rows(county: str, tmp_path: Path) -> None:
    book = load_workbook(BytesIO(written(county, "xlsx", tmp_path / "r.xlsx")))
    figures, evidence = book["数字 Figures"], book["依据 Evidence"]
    by_key: dict[Any, Any] = {row[0].value: row for row in figures.iter_rows(min_row=2)}
    assert by_key["fire_alarms"][2].value == 5
    ack = by_key["ack_rate"]
    assert ack[2].value == f"=E{ack[2].row}*100/F{ack[2].row}"
    assert (ack[4].value, ack[5].value) == (3, 5)
    assert by_key["duty_rate"][2].value is None
    assert "没有排班数据" in by_key["duty_rate"][11].value
    cited = [row[4].value for row in evidence.iter_rows(min_row=2) if row[0].value == "fire_alarms"]
    with psycopg.connect(county) as conn:
        found = conn.execute(
            "SELECT incident_id FROM incidents WHERE family = 'fire' AND NOT drill"
            " AND opened_at >= '2025-01-01 +08' AND opened_at < '2026-01-01 +08' ORDER BY 1"
        ).fetchall()
    assert cited == [row[0] for row in found]


def test_the_work_book_says_what_each_row_holds_and_counts_them_again(county: str, tmp_path: Path) -> None:
    book = load_workbook(BytesIO(written(county, "xlsx", tmp_path / "r.xlsx")))
    figures, evidence = book["数字 Figures"], book["依据 Evidence"]
    rows: dict[Any, list[Any]] = {}
    for key, _, _, _, _, register, home, held in evidence.iter_rows(min_row=2, values_only=True):
        rows.setdefault(key, []).append((register, home, held))
    register, home, held = rows["joint_inspections"][0]
    assert (register, bool(home)) == ("检查", True)
    assert "类别 联合检查；参加部门" in held
    assert rows["fire_alarms"][0][0] == "事件"
    checked = 0
    for line in figures.iter_rows(min_row=2):
        if line[13].value is not None:
            assert (
                line[13].value == f'=IF(COUNTIF(\'依据 Evidence\'!A:A,A{line[0].row})=C{line[0].row},"✓","≠")'
            )
            assert len(rows[line[0].value]) == line[2].value, line[0].value
            checked += 1
        assert line[2].value is None or line[12].value, line[0].value
    assert checked > 20


def test_a_masked_work_book_gives_no_figure_away(county: str, tmp_path: Path) -> None:
    book = load_workbook(BytesIO(written(county, "xlsx", tmp_path / "r.xlsx", masked=True)))
    assert [sheet.title for sheet in book.worksheets] == ["数字 Figures", "正文 Text"]
    said = "".join(
        str(cell)
        for row in book["数字 Figures"].iter_rows(min_row=2, min_col=3, values_only=True)
        for cell in row
        if cell and not str(cell).isascii()
    )
    assert not re.search(r"[0-9]+(起|家|个)", said)


def test_a_name_that_looks_like_a_formula_stays_text(county: str, tmp_path: Path) -> None:
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute("UPDATE homes SET name = '=HYPERLINK(\"x\")' WHERE code = 'liuxi'")
    book = load_workbook(BytesIO(written(county, "xlsx", tmp_path / "r.xlsx")))
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                formula = cell.data_type == "f"
                assert not (formula and "HYPERLINK" in str(cell.value))


def test_pdf_is_written_or_says_what_to_install(county: str, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        absent("soffice is not installed")
    assert written(county, "pdf", tmp_path / "r.pdf").startswith(b"%PDF-")


@pytest.mark.parametrize(
    "wrong",
    [
        {"form": "doc"},
        {"numbering": "roman"},
        {"out": Path("/nowhere/at/all.docx")},
        {"templates": Path("/no")},
    ],
)
def test_wrong_wishes_are_refused(county: str, tmp_path: Path, wrong: dict[str, Any]) -> None:
    wishes: dict[str, Any] = {"form": "md", "out": tmp_path / "r.md", **wrong}
    with pool.connect(county, name="test") as conn, pytest.raises(BadInput):
        run_report(conn, year=YEAR, home=None, now=NOW, **wishes)


def test_the_command_writes_each_format(county: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", county)
    for form in sorted(set(WRITERS) - {"pdf"}):
        out = tmp_path / f"report.{form}"
        arguments = ["report", "safety", "--year", str(YEAR), "--format", form, "--out", str(out)]
        done = CliRunner().invoke(cli.app, [*arguments, "--footnotes", "--numbering", "digit"])
        assert done.exit_code == 0, done.output
        assert out.stat().st_size > 1000
