"""Registers as a work-book or as CSV, and the empty templates. Pure."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from compliance.registers.cells import expected, shown
from model.sheets import Kind, Sheet, Stored

Format = Literal["xlsx", "csv"]
_HEAD = Font(bold=True)
_MUST = PatternFill("solid", fgColor="FFF2CC")
_MAY = PatternFill("solid", fgColor="EDEDED")
_ROOM = 200_000


def write(registers: Mapping[str, Sequence[Stored]], sheets: Sequence[Sheet], form: Format) -> bytes:
    """Return the file: one work-book; one CSV, or a ZIP of one for each register."""
    if form == "xlsx":
        return _work_book(registers, sheets)
    if len(sheets) == 1:
        return _table(sheets[0], registers.get(sheets[0].name, ()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for sheet in sheets:
            folder.writestr(f"{sheet.name}.csv", _table(sheet, registers.get(sheet.name, ())))
    return packed.getvalue()


def _line(sheet: Sheet, one: Stored) -> list[str | int | float | date | datetime | None]:
    return [shown(column, one.fields.get(column.field)) for column in sheet.columns]


def _table(sheet: Sheet, stored: Sequence[Stored]) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow([column.zh for column in sheet.columns])
    lines.writerows(["" if cell is None else str(cell) for cell in _line(sheet, one)] for one in stored)
    # the mark lets spreadsheets see that it is UTF-8
    return text.getvalue().encode("utf-8-sig")


def _work_book(registers: Mapping[str, Sequence[Stored]], sheets: Sequence[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    for sheet in sheets:
        page: Any = book.create_sheet(sheet.zh)  # its stub lacks what it shares with other sheets
        page.freeze_panes = "A2"
        heads: list[Cell] = []
        for place, column in enumerate(sheet.columns, 1):
            letter = get_column_letter(place)
            page.column_dimensions[letter].width = (
                14 if column.kind not in (Kind.TEXT, Kind.PATH, Kind.LIST) else 24
            )
            head = WriteOnlyCell(page, column.zh)
            head.font, head.fill = _HEAD, _MUST if column.required else _MAY
            head.alignment = Alignment(vertical="center")
            must = "必填 required" if column.required else "可空 may be empty"
            head.comment = Comment(f"{column.en}\n{expected(column)}\n{must}", "Yi'an", height=90, width=260)
            heads.append(head)
            words = ["是", "否"] if column.kind is Kind.YES_NO else list(column.choices)
            if words:
                offer = DataValidation(
                    "list", formula1=f'"{",".join(words)}"', allow_blank=not column.required
                )
                offer.add(f"{letter}2:{letter}{_ROOM}")
                page.data_validations.append(offer)
        page.append(heads)
        for one in registers.get(sheet.name, ()):
            page.append(_line(sheet, one))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
