"""Sheets as people write them are read right, or refused in clear words."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.registers import cells, reading
from compliance.registers.cells import WrongCell, parse
from compliance.registers.planning import plan
from compliance.registers.writing import write
from model.errors import BadInput
from model.sheets import BY_NAME, SHEETS
from model.sheets.shape import Column, Kind, Sheet, Stored

DAY = Column("x", "日", "day", Kind.DAY)
TEXT = Column("x", "文", "text")
WHOLE = Column("x", "数", "n", Kind.WHOLE)


@pytest.mark.parametrize(
    "written",
    [
        date(2026, 3, 1),
        datetime(2026, 3, 1),  # noqa: DTZ001  as a spreadsheet gives it
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "2026年3月1日",
        "20260301",
        "２０２６－０３－０１",
        46082,
        46082.0,
        "46082",
        "2026-03-01 00:00:00",
    ],
)
def test_a_day_is_read_in_each_way_people_write_it(written: object) -> None:
    assert parse(DAY, written) == date(2026, 3, 1)


@pytest.mark.parametrize("written", ["2026-02-30", "3月1日", "tomorrow", 3, True, "99999999999"])
def test_what_is_no_day_is_refused(written: object) -> None:
    with pytest.raises(WrongCell):
        parse(DAY, written)


@pytest.mark.parametrize("written", ["=1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "+A1", "\x00", "字" * 5000])
def test_text_that_a_spreadsheet_would_run_is_refused(written: str) -> None:
    with pytest.raises(WrongCell):
        parse(TEXT, written)


@given(st.text())
def test_exported_text_is_never_a_formula_and_comes_back(text: str) -> None:
    kept = cells.guarded(text)
    assert kept[:1] not in tuple("=+-@\t\r")
    assert cells.unguarded(kept) == text


def test_numbers_are_read_with_full_width_digits_and_separators() -> None:
    assert parse(WHOLE, "１，２３４") == 1234
    assert parse(WHOLE, "1,234") == 1234
    with pytest.raises(WrongCell):
        parse(WHOLE, 1.5)


def test_a_phone_may_begin_with_plus() -> None:
    assert parse(TEXT, "+86 717 1234567") == "+86 717 1234567"


_DAYS = st.dates(date(1900, 3, 1), date(2199, 12, 31))
_WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
    lambda text: not text.startswith("'")
)


def _value(column: Column) -> st.SearchStrategy[Any]:
    match column.kind:
        case Kind.DAY:
            made: st.SearchStrategy[Any] = _DAYS
        case Kind.INSTANT:
            made = st.integers(0, 10**7).map(
                lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
            )
        case Kind.WHOLE:
            made = st.integers(int(column.least or 0), int(min(column.most or 0, 10**9)))
        case Kind.DECIMAL:
            made = st.floats(column.least or 0, column.most or 1).map(lambda n: round(n, 6))
        case Kind.YES_NO:
            made = st.booleans()
        case Kind.CHOICE:
            made = st.sampled_from(sorted(column.choices.values()))
        case Kind.LIST:
            made = st.lists(st.sampled_from(["民政", "消防", "住建"]), max_size=3).map(tuple)
        case Kind.PATH:
            made = st.lists(st.sampled_from(["主楼", "一层", "101"]), min_size=1, max_size=3).map(tuple)
        case Kind.CODE:
            made = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
        case _:
            made = _WORDS
    return made if column.required else made | st.just(column.empty)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Sheet, list[Stored]]:
    sheet = draw(st.sampled_from(SHEETS))
    rows: dict[object, Stored] = {}
    for number in range(1, draw(st.integers(1, 4)) + 1):
        fields = {column.field: draw(_value(column)) for column in sheet.columns}
        if not sheet.key:
            fields["number"] = number
        if "home" in fields and fields["home"] is not None:
            fields["home"] = "h1"
        if "resident" in fields:
            fields["resident"] = None if sheet.name == "devices" else "王 ? 2020-01-01"
        key = tuple(fields[name] for name in sheet.key) or number
        rows.setdefault(key, Stored(number, fields))
    return sheet, list(rows.values())


@given(_rows(), st.sampled_from(["xlsx", "csv"]))
def test_what_goes_out_and_comes_in_changes_nothing(case: tuple[Sheet, list[Stored]], form: Any) -> None:
    sheet, rows = case
    home = Stored(1, {"code": "h1", "name": "甲", "kind": "民办"})
    person = Stored(1, {"home": "h1", "name": "王", "born_on": None, "moved_in_on": date(2020, 1, 1)})
    stored = {"homes": [home], "residents": [person]} | {sheet.name: rows}
    raws, faults = reading.read(write(stored, [sheet], form), f"{sheet.name}.{form}")
    planned = plan(raws, stored)
    assert [*faults, *planned.faults] == []
    assert planned.changes == ()
    assert planned.same == len(rows)


def test_templates_are_read_as_empty_registers() -> None:
    raws, faults = reading.read(write({}, SHEETS, "xlsx"), "t.xlsx")
    assert faults == []
    assert [(raw.sheet, raw.rows) for raw in raws] == [(sheet, ()) for sheet in SHEETS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_each_encoding_and_with_either_language_of_heads(encoding: str) -> None:
    for heads in ("机构代码,机构名称,类别", "code,name,kind"):
        raws, faults = reading.read(f"{heads}\r\na,甲院,民办\r\n".encode(encoding), "x.csv", BY_NAME["homes"])
        assert faults == []
        assert raws[0].rows == ((2, {"code": "a", "name": "甲院", "kind": "民办"}),)


def test_an_unknown_head_is_a_fault_and_no_lost_column() -> None:
    _, faults = reading.read("机构代码,机构名称,床位\na,甲,5\n".encode(), "homes.csv")
    assert [(fault.row, fault.column) for fault in faults] == [(1, "床位")]


@pytest.mark.parametrize("head", ["", "  "])
def test_a_column_without_a_head_is_a_fault_where_something_stands_below(head: str) -> None:
    file = f"机构代码,机构名称,{head},类别\na,甲,,民办\n,,,\nb,乙,李院长,民办\nc,丙,王院长,民办\n"
    _, faults = reading.read(file.encode(), "homes.csv")
    assert [(fault.row, fault.column, fault.found) for fault in faults] == [(4, "C 列 column C", "李院长")]


def test_empty_columns_need_no_heads() -> None:
    raws, faults = reading.read("机构代码,机构名称,类别,,\na,甲,民办, ,\n".encode(), "homes.csv")
    assert (len(raws[0].rows), faults) == (1, [])


def _book(title: str, lines: list[list[object]], *merged: str) -> bytes:
    made = openpyxl.Workbook()
    page = made.worksheets[0]
    page.title = title
    for line in lines:
        page.append(line)
    for area in merged:
        page.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HEADS: list[object] = ["机构代码", "机构名称", "类别"]


def test_merged_cells_are_named() -> None:
    book = _book("机构", [HEADS, ["a", "甲", "民办"], ["b", None, "民办"]], "B2:B3")
    _, faults = reading.read(book, "x.xlsx")
    assert [(fault.row, fault.column) for fault in faults] == [(2, "B2:B3")]
    _, faults = reading.read(_book("机构", [HEADS, ["a", "甲", "民办"]], "B1:C1"), "x.xlsx")
    assert [fault.column for fault in faults] == ["B1:C1", "C 列 column C"]


def test_titles_over_the_heads_may_be_merged() -> None:
    lines: list[list[object]] = [["2026年机构台账"], ["填报单位：民政局"], HEADS, ["a", "甲", "民办"]]
    raws, faults = reading.read(_book("机构", lines, "A1:C1", "A2:C2"), "x.xlsx")
    assert faults == []
    assert raws[0].rows == ((4, {"code": "a", "name": "甲", "kind": "民办"}),)


def test_a_sheet_with_the_name_it_came_with_is_known_by_its_heads() -> None:
    lines: list[list[object]] = [["2026年机构台账"], HEADS, ["a", "甲", "民办"]]
    raws, faults = reading.read(_book("Sheet1", lines), "x.xlsx")
    assert ([raw.sheet.name for raw in raws], faults) == (["homes"], [])
    csv = "2026年机构台账,,\n机构代码,机构名称,类别\na,甲,民办\n"
    raws, faults = reading.read(csv.encode("gbk"), "2026台账.csv")
    assert ([raw.sheet.name for raw in raws], faults) == (["homes"], [])
    _, faults = reading.read(_book("Sheet1", [["甲", "乙"]]), "x.xlsx")
    assert [(fault.sheet, fault.row) for fault in faults] == [("Sheet1", 0)]


def test_hostile_files_are_refused_in_words() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    for data in (bomb.getvalue(), b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02\xff", b""):
        with pytest.raises(BadInput):
            reading.read(data, "x.xlsx")


def test_a_hundred_thousand_rows_are_planned() -> None:
    lines = "".join(f"h1,2026-01-{n % 28 + 1:02},自查,第{n}次\n" for n in range(100_000))
    raws, faults = reading.read(("机构代码,日期,类别,情况\n" + lines).encode(), "inspections.csv")
    planned = plan(raws, {"homes": [Stored(1, {"code": "h1", "name": "甲", "kind": "民办"})]})
    assert (faults, planned.faults, len(planned.changes)) == ([], (), 100_000)


HOME = "h1,甲院,民办,{beds},{number},2025-05-01,{closed}\n"
HOME_HEADS = "机构代码,机构名称,类别,床位数,备案号,开业日期,关停日期\n"


def _planned(**sheets: str) -> list[tuple[str, int, str, str]]:
    raws = [
        raw for name, text in sheets.items() for raw in reading.read(text.encode(), "x", BY_NAME[name])[0]
    ]
    return [(one.sheet, one.row, one.column, one.found) for one in plan(raws, {}).faults]


def test_a_wrong_cell_hides_no_other_of_its_row_and_none_of_other_rows() -> None:
    rows = (
        "h1,甲院,民办,-5,备1,2025-05-01,2025-04-01\n"
        "h2,乙院,酒店,20,备1,2025-05-01,\n"
        "h3,丙院,民办,x,备2,2025-05-01,\n"
        "h4,丁院,民办,9,备2,坏,2025-04-01\n"
    )
    assert [one[1:3] for one in _planned(homes=HOME_HEADS + rows)] == [
        (2, "床位数"),
        (2, "关停日期"),
        (3, "类别"),
        (3, "备案号"),
        (4, "床位数"),
        (5, "开业日期"),
        (5, "备案号"),
    ]


def test_a_wrong_row_is_not_blamed_on_the_rows_that_name_it() -> None:
    policies = "保单号,机构代码,承保公司,起保日期,终保日期,承保床位\n"
    found = _planned(
        homes=HOME_HEADS + HOME.format(beds=-5, number="备1", closed=""),
        insurances=f"{policies}P1,h1,人保,2025-01-01,2025-12-31,-1\nP2,h1,人保,2025-06-01,2026-05-31,30\n",
        people="登录名,姓名,岗位,机构代码\nann,安,护士,h1\n",
        duties="登录名,岗位,开始,结束\nann,护理员,2025-01-01 08:00,2025-01-01 20:00\n",
    )
    assert [one[:3] for one in found] == [
        ("机构", 2, "床位数"),
        ("人员", 2, "岗位"),
        ("保险", 2, "承保床位"),
        ("保险", 3, "起保日期"),
    ]


def test_what_is_wrong_is_told_in_the_words_of_the_sheet() -> None:
    hazards = "机构代码,发现日期,等级,内容,销号日期,销号方式\nh1,2025-05-01,一般,堵塞,,整改\n"
    found = _planned(homes=HOME_HEADS + HOME.format(beds=5, number="", closed=""), hazards=hazards)
    assert found == [("隐患", 2, "销号方式", "整改")]


def test_a_register_without_a_needed_column_is_refused_once_a_row() -> None:
    policies = "保单号,机构代码,承保公司,终保日期\nP1,h1,人保,2025-12-31\nP2,h1,人保,2026-05-31\n"
    found = _planned(homes=HOME_HEADS + HOME.format(beds=5, number="", closed=""), insurances=policies)
    assert [one[1:3] for one in found] == [(2, "起保日期"), (3, "起保日期")]


_CELL = {"beds": ("5", "-5", "x"), "number": ("备1", ""), "closed": ("", "2025-04-01", "坏", "2025-06-01")}


# Invariant: whatever else is wrong in a file, a cell that is wrong by itself is named.
@given(
    st.lists(st.fixed_dictionaries({name: st.sampled_from(ways) for name, ways in _CELL.items()}), max_size=6)
)
def test_every_cell_that_is_wrong_by_itself_is_named(rows: list[dict[str, str]]) -> None:
    lines = "".join(HOME.format(**row).replace("h1", f"h{place}") for place, row in enumerate(rows))
    named = {one[1:3] for one in _planned(homes=HOME_HEADS + lines)}
    for place, row in enumerate(rows, 2):
        assert ((place, "床位数") in named) == (row["beds"] != "5")
        assert ((place, "关停日期") in named) == (row["closed"] in ("2025-04-01", "坏"))
        earlier = [one["number"] for one in rows[: place - 2]]
        assert ((place, "备案号") in named) == bool(row["number"] and row["number"] in earlier)
