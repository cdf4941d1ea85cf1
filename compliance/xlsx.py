"""The work-book behind a section: every figure with its formula, the sums, the rows, the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from compliance.document import mask
from compliance.figures import ENOUGH, Figure, Unit
from compliance.frozen import rows_of
from compliance.reconcile import checks
from compliance.report import Report
from compliance.row_words import homes_named, noun, row_told

_HEAD = PatternFill("solid", fgColor="DDE7F3")
_WEAK = PatternFill("solid", fgColor="FCE9D4")
_FORMULA_LEADS = re.compile(r"^[=+\-@\t\r]")


def render(report: Report, made_at: datetime) -> bytes:
    """Return the .xlsx file; a masked report has masked texts and no values."""
    book: Any = Workbook()
    book.properties.creator = "颐安 Yi'an"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    book.properties.title = report.section.title.replace("\n", "")
    rows = _figures(book.active, report)
    if not report.section.style.masked:
        _sums(book.create_sheet("勾稽 Sums"), report, rows)
        _evidence(book.create_sheet("依据 Evidence"), report)
    _text(book.create_sheet("正文 Text"), report)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _figures(sheet: Any, report: Report) -> dict[str, int]:
    sheet.title = "数字 Figures"
    _head(
        sheet,
        (
            ("编号 Key", 26),
            ("数字 Figure", 34),
            ("数值 Value", 14),
            ("单位 Unit", 16),
            ("分子 Numerator", 16),
            ("分母 Denominator", 16),
            ("数据完整率 Completeness", 18),
            ("正文 Printed", 12),
            ("查询 Query", 18),
            ("表 Table", 18),
            ("行数 Rows", 10),
            ("说明 Note", 40),
            ("公式 Formula", 30),
            ("核对 Check", 10),
        ),
    )
    rows: dict[str, int] = {}
    masked = report.section.style.masked
    for row, figure in enumerate(report.section.figures.values(), 2):
        rows[figure.key] = row
        printed = figure.printed()
        proof = figure.evidence
        value = mask(printed) if masked else _value(figure, row)
        cells = (
            figure.key,
            figure.label,
            value,
            str(figure.unit),
            None if masked else figure.numerator,
            None if masked else figure.denominator,
            None if masked else figure.completeness,
            mask(printed) if masked else printed,
            proof.query,
            proof.table,
            None if masked else len(proof.rows) or None,
            _note(figure),
            None if masked else _formula_of(figure),
        )
        for column, cell in enumerate(cells, 1):
            _write(sheet, row, column, cell)
        if not masked and _counts_rows(figure):
            _formula(sheet, row, 14, f'=IF(COUNTIF(\'依据 Evidence\'!A:A,A{row})=C{row},"✓","≠")')
        sheet.cell(row, 3).number_format = "0" if figure.places == 0 else f"0.{'0' * figure.places}"
        sheet.cell(row, 7).number_format = "0.0%"
        if figure.weak or figure.value is None:
            for column in range(1, len(cells) + 1):
                sheet.cell(row, column).fill = _WEAK
    sheet.auto_filter.ref = sheet.dimensions
    return rows


def _value(figure: Figure, row: int) -> object:
    """A rate is a formula over its parts; it can be checked, and changes, in the work-book itself."""
    if figure.value is None:
        return None
    if figure.unit is Unit.PERCENT and figure.denominator:
        return f"=E{row}*100/F{row}"
    return figure.value


def _counts_rows(figure: Figure) -> bool:
    return (
        bool(figure.evidence.rows)
        and figure.unit is not Unit.PERCENT
        and figure.value == len(figure.evidence.rows)
    )


def _formula_of(figure: Figure) -> str:
    """Return in words how a figure comes out of its parts or rows."""
    if figure.value is None:
        return ""
    if figure.unit is Unit.PERCENT:
        return "分子 ÷ 分母 × 100"
    if _counts_rows(figure) or not figure.value:
        return "依据的行数 number of rows"
    if figure.unit in (Unit.MINUTES, Unit.HOURS):
        return "依据各行用时的平均 mean over the rows"
    return "依据各行的合计 sum over the rows"


def _note(figure: Figure) -> str:
    if figure.value is None:
        return f"没有数据：{figure.why_unknown}"
    return f"数据完整率低于{ENOUGH * 100:g}%，仅供参考" if figure.weak else ""


def _sums(sheet: Any, report: Report, rows: dict[str, int]) -> None:
    _head(
        sheet,
        (("勾稽 Sum", 24), ("合计 Total", 14), ("分项之和 Parts", 16), ("相差 Gap", 12), ("分项 Items", 70)),
    )
    figures = report.section.figures
    for row, check in enumerate(checks(figures), 2):
        cell = "'数字 Figures'!C{}".format
        _write(sheet, row, 1, check.name)
        if check.gap is not None:
            parts = "".join(f"{'+' if sign > 0 else '-'}{cell(rows[key])}" for sign, key in check.parts)
            _formula(sheet, row, 2, f"={cell(rows[check.total])}")
            _formula(sheet, row, 3, f"={parts}")
            _formula(sheet, row, 4, f"=B{row}-C{row}")
        items = "、".join(f"{'减' if sign < 0 else ''}{figures[key].label}" for sign, key in check.parts)
        _write(sheet, row, 5, items)


def _evidence(sheet: Any, report: Report) -> None:
    _head(
        sheet,
        (
            ("编号 Key", 26),
            ("数字 Figure", 34),
            ("查询 Query", 18),
            ("表 Table", 18),
            ("行 Row", 12),
            ("登记册 Register", 12),
            ("机构 Home", 24),
            ("内容 What it holds", 90),
        ),
    )
    counted = rows_of(report.counted)
    homes = homes_named(counted["homes"])
    for figure in report.section.figures.values():
        proof = figure.evidence
        query = _ROWS_OF.get(proof.table, proof.table)
        for number in proof.rows:
            held = counted.get(query, {}).get(str(number), {})
            home = homes.get(held.get("home_id") or 0, "")
            told = row_told(query, held)
            # Appended, for there are tens of thousands; what a person typed is never a formula, as in _write.
            sheet.append(
                (
                    figure.key,
                    figure.label,
                    proof.query,
                    proof.table,
                    number,
                    noun(query),
                    _text_cell(sheet, home),
                    told,
                )
            )
    sheet.auto_filter.ref = sheet.dimensions


def _text_cell(sheet: Any, text: str) -> Any:
    """Return a text as a cell that no spreadsheet takes for a formula; plain where there is no danger."""
    if not _FORMULA_LEADS.match(text):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


_ROWS_OF = {"places": "rooms"}
"""Table -> the query whose rows are of it, where the two are not called the same."""


def _text(sheet: Any, report: Report) -> None:
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(report.section.text.split("\n"), 1):
        _write(sheet, row, 1, line)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")


def _head(sheet: Any, columns: Sequence[tuple[str, int]]) -> None:
    for column, (title, width) in enumerate(columns, 1):
        cell = sheet.cell(1, column, title)
        cell.font = Font(bold=True)
        cell.fill = _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"


def _write(sheet: Any, row: int, column: int, value: object) -> None:
    """Write a value; what a person typed (a home's name) never becomes a formula."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str) and _FORMULA_LEADS.match(value) and not _OURS.match(value):
        cell.data_type = "s"


_OURS = re.compile(r"^=E\d+\*100/F\d+$")


def _formula(sheet: Any, row: int, column: int, formula: str) -> None:
    sheet.cell(row, column).value = formula
