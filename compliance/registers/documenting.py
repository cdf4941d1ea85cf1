"""The registers and their columns for an officer, written from their declarations."""

from __future__ import annotations

from pathlib import Path

from compliance.registers.cells import NO, YES, expected, shown
from compliance.registers.looking import SPANS
from compliance.registers.reading import FILE_MOST, ROWS_MOST
from model.sheets import SHEETS
from model.sheets.shape import Column, Kind, Sheet

_GUIDE = Path(__file__).parent / "guide.md"


def document() -> str:
    """Return the whole page as Markdown."""
    guide = _GUIDE.read_text(encoding="utf-8").format(
        numbered="、".join(sheet.zh for sheet in SHEETS if not sheet.key),
        file_mb=FILE_MOST // 1_000_000,
        rows=ROWS_MOST,
        yes="、".join(sorted(YES)),
        no="、".join(sorted(NO)),
    )
    return "\n".join([guide, *(_sheet(sheet) for sheet in SHEETS)]).rstrip() + "\n"


def _sheet(sheet: Sheet) -> str:
    lines = [f"## {sheet.zh} `{sheet.name}`", ""]
    heads = "、".join(sheet.column(name).zh for name in sheet.key)
    lines.append(
        f"由 {heads} 认出同一行。 A row is told by {', '.join(sheet.column(name).en for name in sheet.key)}."
        if sheet.key
        else "由编号认出同一行；编号为空则为新行。 A row is told by its number; without one it is new."
    )
    for field in sheet.unique:
        lines.append(
            f"{sheet.column(field).zh} 不得重复。 No two rows have the same {sheet.column(field).en}."
        )
    for first, second in sheet.in_order:
        lines.append(
            f"{sheet.column(second).zh} 不早于 {sheet.column(first).zh}。"
            f" {sheet.column(second).en} is not before {sheet.column(first).en}."
        )
    lines += [
        _span(sheet),
        "",
        "| 列 column | English | 填什么 what | 必填 required | 空着 if empty |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [_column(column) for column in sheet.columns]
    return "\n".join([*lines, ""])


def _span(sheet: Sheet) -> str:
    begins, ends = SPANS.get(sheet.name, (None, None))
    if begins is None:
        return "没有起止日期，任何一天都有效。 Without days: holds on any day."
    until = f"至 {sheet.column(ends).zh}" if ends else "起"
    return (
        f"“某日有效”：自 {sheet.column(begins).zh} {until}。"
        f" Holds from {sheet.column(begins).en} {'to ' + sheet.column(ends).en if ends else 'on'}."
    )


def _column(column: Column) -> str:
    must = "是 yes" if column.required else ""
    empty = "" if column.required or column.empty in (None, "", ()) else str(shown(column, column.empty))
    what = expected(column)
    if column.kind is Kind.YES_NO:
        what = "是 / 否 yes / no"
    return f"| {column.zh} | {column.en} | {what} | {must} | {empty} |"
