"""Registers as a work-book or as CSV, and the empty templates. Pure."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from compliance.registers.cells import shown
from model.sheets.shape import Sheet, Stored

Format = Literal["xlsx", "csv"]
Line = list[str | int | float | date | datetime | None]


def write(registers: Mapping[str, Sequence[Stored]], sheets: Sequence[Sheet], form: Format) -> bytes:
    """Return the file: one work-book; one CSV, or a ZIP of one for each register."""
    if form == "xlsx":
        # Here and not above: the API writes one once in a year, and would carry the library all along.
        from compliance.registers.work_book import work_book

        pages = [(sheet, [_line(sheet, one) for one in registers.get(sheet.name, ())]) for sheet in sheets]
        return work_book(pages)
    if len(sheets) == 1:
        return _table(sheets[0], registers.get(sheets[0].name, ()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for sheet in sheets:
            folder.writestr(f"{sheet.name}.csv", _table(sheet, registers.get(sheet.name, ())))
    return packed.getvalue()


def _line(sheet: Sheet, one: Stored) -> Line:
    return [shown(column, one.fields.get(column.field)) for column in sheet.columns]


def _table(sheet: Sheet, stored: Sequence[Stored]) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow([column.zh for column in sheet.columns])
    lines.writerows(["" if cell is None else str(cell) for cell in _line(sheet, one)] for one in stored)
    # the mark lets spreadsheets see that it is UTF-8
    return text.getvalue().encode("utf-8-sig")
