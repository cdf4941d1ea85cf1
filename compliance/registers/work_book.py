"""Registers as a work-book. Pure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from compliance.registers.cells import expected
from model.sheets.shape import Kind, Sheet

Line = Sequence[str | int | float | date | datetime | None]
_HEAD = Font(bold=True)
_MUST = PatternFill("solid", fgColor="FFF2CC")
_MAY = PatternFill("solid", fgColor="EDEDED")
_ROOM = 200_000


def work_book(pages: Sequence[tuple[Sheet, Sequence[Line]]]) -> bytes:
    """Return an .xlsx with a page for each register: heads that say what is expected, then the rows."""
    book = Workbook(write_only=True)
    for sheet, lines in pages:
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
        for line in lines:
            page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
