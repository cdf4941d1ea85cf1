"""A signed report stays as it was signed, and says which figure moved since, and why."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx as library
import jsonschema
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RaiseException
from typer.testing import CliRunner

from compliance import json_report, layout
from compliance.archive import Verdict, look_through, verify
from model.errors import BadInput, Missing
from store import pool
from tests.compliance import rows
from tests.compliance.rows import NOW, YEAR
from yian.cli import app
from yian.report import run_report

pytestmark = pytest.mark.ground("plain")
LATER = NOW + timedelta(days=40)


@pytest.fixture
def county(database: str) -> str:
    """A database with the hand-made county."""
    rows.fill(database)
    return database


def sign(url: str, out: Path, **more: Any) -> Path:
    """Sign the report of the year and return its file."""
    with pool.connect(url, name="test") as conn:
        wishes: dict[str, Any] = {"form": out.suffix[1:], "home": None, "freeze_by": "民政局 刘科长", **more}
        run_report(conn, year=YEAR, out=out, now=NOW, **wishes)
    return out


def look(url: str, file: Path) -> Verdict:
    """Verify a file."""
    with pool.connect(url, name="test") as conn:
        return verify(conn, file, LATER)


def change(url: str, statement: str) -> None:
    """Change rows behind the service's back."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(statement.encode())


@pytest.mark.parametrize("name", ["r.docx", "r.json"])
def test_an_untouched_county_agrees_with_its_report(county: str, tmp_path: Path, name: str) -> None:
    verdict = look(county, sign(county, tmp_path / name))
    assert verdict.good
    assert verdict.rows == ()
    assert verdict.signed.frozen_by == "民政局 刘科长"


@pytest.mark.parametrize(
    ("statement", "key", "why"),
    [
        (
            "UPDATE alerts SET outcome = 'true' WHERE alert_id = (SELECT min(alert_id) FROM alerts)",
            "fire_false",
            "：结论 由 误报 改为 真实",
        ),
        ("UPDATE trainings SET attendees = 41 WHERE attendees = 40", "training_attendees", "人次 由 40 改为 41"),
        ("DELETE FROM inspections WHERE done_on = '2025-11-06'", "joint_inspections", "不见了"),
        (
            "UPDATE devices SET installed_on = '2024-12-31' WHERE installed_on = '2025-07-01'",
            "smoke_installed_all",
            "（柳溪颐养院）：安装日期 由 2025-07-01 改为 2024-12-31",
        ),
        ("UPDATE projects SET investment_yuan = 853001", "projects_investment", "投资元 由 853000"),
        ("UPDATE home_days SET reports = reports - 1 WHERE kind = 'detector'", "completeness", "烟感每日合计：实报 由"),
    ],
)  # fmt: skip
def test_one_changed_row_names_the_figure_and_the_reason(
    county: str, tmp_path: Path, statement: str, key: str, why: str
) -> None:
    file = sign(county, tmp_path / "r.docx")
    change(county, statement)
    verdict = look(county, file)
    assert not verdict.good
    found = {one.key: one for one in verdict.moved}
    assert key in found
    assert why in "\n".join(found[key].why)


def test_a_row_that_moves_no_figure_is_told_apart(county: str, tmp_path: Path) -> None:
    file = sign(county, tmp_path / "r.docx")
    change(county, "UPDATE homes SET beds = 77 WHERE code = 'qinghe'")
    verdict = look(county, file)
    assert verdict.good
    assert verdict.rows == ("机构第1号（青河镇敬老院）：床位数 由 空 改为 77",)


def test_each_signing_is_a_new_version(county: str, tmp_path: Path) -> None:
    first, second = sign(county, tmp_path / "1.json"), sign(county, tmp_path / "2.json")
    one, two = look(county, first), look(county, second)
    assert (one.signed.version, two.signed.version) == (1, 2)
    assert two.signed.previous_hash == one.signed.hash


def test_a_word_changed_in_the_file_is_found(county: str, tmp_path: Path) -> None:
    file = sign(county, tmp_path / "r.docx")
    document = library.Document(str(file))
    run = next(run for paragraph in document.paragraphs for run in paragraph.runs if run.text == "126")
    run.text = "226"
    document.save(str(file))
    (wrong,) = look(county, file).wrong
    assert "文件的文字与签发时不同：签发时“…" in wrong
    assert "126" in wrong.partition("，文件")[0]
    assert "226" in wrong.partition("，文件")[2]


@pytest.mark.parametrize("where", ["table", "tracked"])
def test_a_word_added_beside_the_paragraphs_is_found(county: str, tmp_path: Path, where: str) -> None:
    file = sign(county, tmp_path / "r.docx")
    document = library.Document(str(file))
    if where == "table":
        document.add_table(1, 1).cell(0, 0).text = "另有火灾0起"
    else:
        run = document.paragraphs[5].runs[0]._r  # pyright: ignore[reportPrivateUsage]
        inserted = layout.element("w:ins", id="1", author="x")
        run.addprevious(inserted)
        copied = copy.deepcopy(run)
        inserted.append(copied)
    document.save(str(file))
    assert any("文件的文字与签发时不同" in line for line in look(county, file).wrong)


@pytest.mark.parametrize(
    ("part", "changed", "told"),
    [
        ("figures", [], "文件中的数字“新增备案养老机构”（filed_new）与签发时不同"),
        ("sums", [], "文件的其他内容与签发时不同"),
        ("frozen", {"frozen_at": "2020-01-01T00:00:00+08:00"}, "文件的其他内容与签发时不同"),
        ("period", {"end_on": "2024-12-31"}, "文件的其他内容与签发时不同"),
    ],
)
def test_whatever_is_changed_in_a_signed_json_is_found(
    county: str, tmp_path: Path, part: str, changed: Any, told: str
) -> None:
    file = sign(county, tmp_path / "r.json")
    whole = json.loads(file.read_text(encoding="utf-8"))
    if part == "figures":
        whole["figures"][0]["value"] = 99
    else:
        whole[part] = whole[part] | changed if changed else changed
    file.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    assert look(county, file).wrong == (told,)


def test_a_signed_report_cannot_be_changed_and_a_forced_change_is_found(county: str, tmp_path: Path) -> None:
    file = sign(county, tmp_path / "r.json")
    with pool.connect(county, name="test") as conn, pytest.raises(InsufficientPrivilege):
        conn.execute("UPDATE reports SET frozen_by = 'x'")
    with psycopg.connect(county) as conn, pytest.raises(RaiseException):
        conn.execute("DELETE FROM reports")
    change(county, "ALTER TABLE reports DISABLE TRIGGER reports_append_only")
    change(county, "UPDATE reports SET content = replace(content, '126', '226')")
    assert any("校验值不符" in line for line in look(county, file).wrong)


def test_the_archive_is_read_one_by_one_or_one_report_alone(county: str, tmp_path: Path) -> None:
    first, second = sign(county, tmp_path / "1.json"), sign(county, tmp_path / "2.json")
    told: list[tuple[int, int]] = []
    with pool.connect(county, name="test") as conn:
        assert look_through(conn, lambda done, total: told.append((done, total))) == []
        assert told == [(1, 2), (2, 2)]
    change(county, "ALTER TABLE reports DISABLE TRIGGER reports_append_only")
    change(county, "UPDATE reports SET content = replace(content, '126', '226') WHERE version = 1")
    with pool.connect(county, name="test") as conn:
        assert look_through(conn) == ["归档第1号的内容与其校验值不符"]
        assert verify(conn, second, LATER, alone=True).good
        assert not verify(conn, second, LATER).good
        assert verify(conn, first, LATER, alone=True).wrong[0] == "归档第1号的内容与其校验值不符"
    # One that was taken out leaves a gap before the next, which it alone tells as well.
    change(county, "DELETE FROM reports WHERE version = 1")
    with pool.connect(county, name="test") as conn:
        assert verify(conn, second, LATER, alone=True).wrong == ("归档第2号的内容与其校验值不符",)


def test_the_command_tells_of_the_archive_and_of_one_file(
    county: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIAN_DATABASE_URL", county)
    file = sign(county, tmp_path / "r.docx")
    run = CliRunner()
    assert json.loads(run.invoke(app, ["report", "verify", "--json"]).stdout) == {"good": True, "wrong": []}
    assert json.loads(run.invoke(app, ["report", "verify", "--one", str(file), "--json"]).stdout)["good"]
    with pytest.raises(BadInput):
        run.invoke(app, ["report", "verify", "--one"], catch_exceptions=False)


def test_a_signed_json_keeps_to_the_schema(county: str, tmp_path: Path) -> None:
    schema = json.loads(json_report.SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(sign(county, tmp_path / "r.json").read_text(encoding="utf-8")), schema)


def test_what_cannot_be_signed_or_verified_is_refused(county: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        sign(county, tmp_path / "r.md")
    with pytest.raises(BadInput):
        sign(county, tmp_path / "r.json", masked=True)
    unsigned = sign(county, tmp_path / "u.docx", freeze_by=None)
    with pytest.raises((BadInput, Missing)):
        look(county, unsigned)
    noise = tmp_path / "n.docx"
    noise.write_bytes(b"not a file of ours")
    with pytest.raises(BadInput):
        look(county, noise)
