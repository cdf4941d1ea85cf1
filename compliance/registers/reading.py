"""A file of registers -> raw cells with their row numbers, or clear words on why it cannot be read."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from compliance.registers import packed
from model.errors import BadInput
from model.sheets import BY_NAME, SHEETS
from model.sheets.shape import Sheet

FILE_MOST = 50_000_000
ROWS_MOST = 200_000
CELL_COLUMNS_MOST = 200
HEAD_WITHIN = 10
NOTES = ("说明", "notes")
_NAMES = (
    "工作表以登记册为名，只有一个时也可选择登记册"
    " a sheet named after its register, or a choice of register: " + "、".join(one.zh for one in SHEETS)
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong cell: where it is, what was found there, what was expected."""

    sheet: str
    row: int
    column: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Raw:
    """One register as a file gives it: below row `head`, rows with their numbers, cells by field."""

    sheet: Sheet
    head: int
    rows: tuple[tuple[int, dict[str, object]], ...]


def fault(sheet: str, row: int, column: str, found: object, expected: str) -> Fault:
    """Return a fault that shows at most a line of what was found."""
    text = "" if found is None else str(found)
    return Fault(sheet, row, column, text if len(text) <= 60 else text[:57] + "...", expected)


def read(data: bytes, file_name: str, only: Sheet | None = None) -> tuple[list[Raw], list[Fault]]:
    """Return the registers of a file and what is wrong with its shape.

    Raises BadInput where the file as a whole cannot be taken.
    """
    if len(data) > FILE_MOST:
        raise BadInput("file", f"不超过 at most {FILE_MOST // 1_000_000} MB", f"{len(data) // 1_000_000} MB")
    if data[:4] == b"PK\x03\x04":
        return _work_book(data, only)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise BadInput(
            "file",
            "XLSX 或 CSV；旧版 .xls 或加了密码的文件请另存为 .xlsx"
            " XLSX or CSV: save the old .xls (or one with a password) as .xlsx",
        )
    return _table(data, file_name, only)


def _work_book(data: bytes, only: Sheet | None) -> tuple[list[Raw], list[Fault]]:
    # Here and not above: the API takes registers once in a year, and would carry the library all along.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    areas = packed.merged_areas(data)
    found: list[Raw] = []
    faults: list[Fault] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        for position, page in enumerate(book.worksheets, 1):
            page.reset_dimensions()
            sheet = _read_as(page.title, only, alone=len(book.worksheets) == 1)
            if sheet is None and only is None and page.title.strip().lower() not in NOTES:
                heads = page.iter_rows(values_only=True, max_row=HEAD_WITHIN, max_col=CELL_COLUMNS_MOST)
                sheet = _sheet_like(heads) if len(book.worksheets) == 1 else None
                if sheet is None:
                    faults.append(fault(page.title, 0, "", page.title, _NAMES))
            if sheet is None:
                continue
            raw, wrong = _rows(sheet, page.title, page.iter_rows(values_only=True, max_col=CELL_COLUMNS_MOST))
            if raw is not None:
                found.append(raw)
                faults += [
                    fault(
                        page.title,
                        merged.first,
                        merged.area,
                        "合并单元格 merged cells",
                        "每行每列各有其值 a value in each cell",
                    )
                    for merged in areas.get(position, [])
                    # A title over the heads is no cell of the register.
                    if merged.last >= raw.head
                ]
            faults += wrong
    except BadInput:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ParseError,
        ValueError,
        OSError,
        EOFError,
    ) as exc:
        raise BadInput("file", packed.WORK_BOOK, type(exc).__name__) from exc
    if not found and not faults:
        raise BadInput("file", _NAMES)
    return found, faults


def _read_as(title: str, only: Sheet | None, *, alone: bool) -> Sheet | None:
    """Return the register that a page is read as, None where it is passed over."""
    sheet = _sheet_called(title)
    if only is None or sheet is only:
        return sheet
    return only if sheet is None and alone and title.strip().lower() not in NOTES else None


def _table(data: bytes, file_name: str, only: Sheet | None) -> tuple[list[Raw], list[Fault]]:
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    stem = re.split(r"[/\\]", file_name)[-1].rsplit(".", 1)[0]
    title = stem or "CSV"
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        given = [[cell or None for cell in line] for line in lines]
    except csv.Error as exc:
        raise BadInput("file", "可以读的 CSV a CSV that can be read", str(exc)) from exc
    sheet = only or _sheet_called(stem) or _sheet_like(given[:HEAD_WITHIN])
    if sheet is None:
        raise BadInput(
            "register",
            "请选择登记册（--register），文件名和表头都看不出"
            " choose the register (--register): neither the file's name nor its heads say which",
            stem,
        )
    raw, faults = _rows(sheet, title, given)
    return ([raw] if raw else []), faults


def _decoded(data: bytes) -> str:
    ways = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for way in ways:
        try:
            text = data.decode(way)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput("file", "XLSX，或 UTF-8、GBK 的 CSV a file in XLSX, or CSV in UTF-8 or GBK")


def _sheet_called(name: str) -> Sheet | None:
    wanted = name.strip().lower()
    return next((sheet for sheet in SHEETS if wanted in (sheet.name, sheet.zh)), None)


def _heads(sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in sheet.columns:
        found |= {column.zh: column.field, column.en.lower(): column.field, column.field: column.field}
    return found


def _head(cell: object) -> str:
    return re.sub(r"[*＊\s]+$", "", str(cell or "").strip()).lower()


def _sheet_like(lines: Iterable[Iterable[object]]) -> Sheet | None:
    """Return the register whose heads stand in one of the lines, None where two could be meant."""
    for line in lines:
        given = {_head(cell) for cell in line}
        scores = sorted(((len(given & _heads(sheet).keys()), sheet.name) for sheet in SHEETS), reverse=True)
        if scores[0][0] >= 2 and scores[0][0] > scores[1][0]:
            return BY_NAME[scores[0][1]]
    return None


def _rows(sheet: Sheet, title: str, lines: Iterable[Sequence[object]]) -> tuple[Raw | None, list[Fault]]:
    numbered = iter(enumerate(lines, 1))
    known = _heads(sheet)
    fields: dict[int, str] = {}
    headed: set[int] = set()
    faults: list[Fault] = []
    row = 0
    for row, line in numbered:
        if sum(_head(cell) in known for cell in line) >= min(2, len(sheet.columns)):
            for place, cell in enumerate(line):
                if _blank(cell):
                    continue
                headed.add(place)
                name = known.get(_head(cell))
                if name is None or name in fields.values():
                    wanted = "、".join(column.zh for column in sheet.columns)
                    faults.append(
                        fault(title, row, str(cell), cell, f"列名，各一次 each head once: {wanted}")
                    )
                else:
                    fields[place] = name
            break
        if row >= HEAD_WITHIN:
            break
    if not fields:
        heads = "、".join(column.zh for column in sheet.columns)
        return None, [fault(title, 1, "", "无表头 no heads", heads)]
    headless: dict[int, Fault] = {}
    rows = tuple(_cells(title, fields, headed, headless, numbered))
    return Raw(sheet, row, rows), faults + list(headless.values())


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _without_head(title: str, row: int, place: int, cell: object) -> Fault:
    # Here and not above, as in _work_book.
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(place + 1)
    wanted = "这一列的列名，或清空这一列 a head over this column, or nothing in it"
    return fault(title, row, f"{letter} 列 column {letter}", cell, wanted)


def _cells(
    title: str,
    fields: dict[int, str],
    headed: Collection[int],
    headless: dict[int, Fault],
    lines: Iterator[tuple[int, Sequence[object]]],
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the rows; a column that holds something and has no head is noted in `headless`, once."""
    taken = 0
    for row, line in lines:
        if all(map(_blank, line)):
            continue
        taken += 1
        if taken > ROWS_MOST:
            raise BadInput(
                title,
                f"每表至多 {ROWS_MOST} 行，请分成几个文件 at most {ROWS_MOST} rows; divide the file",
            )
        for place, cell in enumerate(line):
            if place not in headed and place not in headless and not _blank(cell):
                headless[place] = _without_head(title, row, place, cell)
        yield row, {name: line[place] if place < len(line) else None for place, name in fields.items()}
