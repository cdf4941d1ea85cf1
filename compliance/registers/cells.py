"""One cell: what it says, in the many ways in which people write it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from model.clock import SHANGHAI
from model.sheets.shape import Column, Kind, Sheet, Stored

DAY_ZERO = date(1899, 12, 30)
"""Day 0 of the serial numbers in which spreadsheets keep dates."""

TEXT_MOST = 4000
YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓"})
NO = frozenset({"否", "无", "n", "no", "false", "0", "×", "✗"})
EXPECTED = {
    Kind.TEXT: f"文字，不超过 {TEXT_MOST} 字 text",
    Kind.CODE: "编码 a code",
    Kind.WHOLE: "整数 a whole number",
    Kind.DECIMAL: "数字 a number",
    Kind.YES_NO: "是或否 yes or no",
    Kind.DAY: "日期，如 2026-03-01 a date",
    Kind.INSTANT: "时间，如 2026-03-01 08:00 a time",
    Kind.PATH: "位置，如 主楼/一层/东区/101 a place",
    Kind.LIST: "用、隔开的文字 a list",
}
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_PHONE = re.compile(r"\+[\d\s()-]+")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")
_INSTANT = re.compile(r"(.+?)[ T]+(\d{1,2})[:时](\d{2})(?:[:分](\d{2})秒?)?分?(?:\.0+)?(Z|[+-]\d{2}:\d{2})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class WrongCell(ValueError):
    """A cell does not hold what its column asks for; the message is what was expected."""


def guarded(text: str) -> str:
    """Return a text so that no spreadsheet runs it as a formula; `unguarded` gives it back."""
    return "'" + text if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    return text[1:] if _QUOTED.match(text) else text


def expected(column: Column) -> str:
    """Return what a column asks for, in words."""
    if column.kind is Kind.CHOICE:
        return "、".join(column.choices)
    words = EXPECTED[column.kind]
    if column.least is not None and column.most is not None:
        words += f" ({column.least:g}..{column.most:g})"
    return words


def parse(column: Column, raw: object) -> object:
    """Return the value that a cell gives; raises WrongCell with what was expected."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw == "":
        if column.required:
            raise WrongCell(f"不能为空，应为 must not be empty: {expected(column)}")
        return column.empty
    value = _PARSERS[column.kind](column, raw)
    if column.least is not None and not column.least <= cast(float, value) <= cast(float, column.most):
        raise WrongCell(expected(column))
    return value


def shown(column: Column, value: object) -> str | int | float | date | datetime | None:
    """Return what a spreadsheet shows for a stored value; `parse` gives the value back."""
    if value is None:
        return None
    match column.kind:
        case Kind.YES_NO:
            return "是" if value else "否"
        case Kind.CHOICE:
            return next((word for word, stored in column.choices.items() if stored == value), str(value))
        case Kind.PATH:
            return guarded("/".join(cast(Sequence[str], value)))
        case Kind.LIST:
            return guarded("、".join(cast(Sequence[str], value))) or None
        case Kind.INSTANT:
            local = cast(datetime, value).astimezone(SHANGHAI).replace(tzinfo=None)
            return local.isoformat(" ", "minutes" if not (local.second or local.microsecond) else "auto")[:19]
        case Kind.TEXT | Kind.CODE:
            return guarded(_CONTROL.sub("", str(value))) or None
        case _:
            return cast("int | float | date", value)


def words(sheet: Sheet, one: Stored, *, numbers: bool = False) -> list[str]:
    """Return a stored row as people read it, column by column; its number only where asked for."""
    asked = [column for column in sheet.columns if numbers or column.field != "number"]
    found = [shown(column, one.fields.get(column.field)) for column in asked]
    return ["" if cell is None else unguarded(str(cell)) for cell in found]


def _narrow(raw: object) -> str:
    return unicodedata.normalize("NFKC", str(raw)).strip()


def _text(_: Column, raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool | date | time | timedelta):
        raise WrongCell("文字（单元格格式为文本） text, in a cell formatted as text")
    text = str(raw)
    if _CONTROL.search(text) or len(text) > TEXT_MOST:
        raise WrongCell(EXPECTED[Kind.TEXT])
    if _QUOTED.match(text):
        return unguarded(text)
    if text[0] in "=+-@" and len(text) > 1 and not _PHONE.fullmatch(text):
        raise WrongCell(
            "不以 = + - @ 开头的文字（会被当作公式） text that no spreadsheet takes for a formula"
        )
    return text


def _code(column: Column, raw: object) -> str:
    return _narrow(_text(column, raw))


def _whole(_: Column, raw: object) -> int:
    number = _number(raw, EXPECTED[Kind.WHOLE])
    if not number.is_integer():
        raise WrongCell(EXPECTED[Kind.WHOLE])
    return int(number)


def _decimal(_: Column, raw: object) -> float:
    return _number(raw, EXPECTED[Kind.DECIMAL])


def _number(raw: object, wanted: str) -> float:
    text = _narrow(raw).replace(",", "")
    if isinstance(raw, bool | date | time) or not re.fullmatch(
        r"[+-]?\d{1,18}(\.\d{1,20})?(e[+-]?\d{1,2})?", text, re.I
    ):
        raise WrongCell(wanted)
    return float(text)


def _yes_no(_: Column, raw: object) -> bool:
    word = _narrow(raw).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise WrongCell(EXPECTED[Kind.YES_NO])


def _day(_: Column, raw: object) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise WrongCell(EXPECTED[Kind.DAY])
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _narrow(raw)
    found = _DAY.fullmatch(re.sub(r"[ T]0?0:00(:00)?$", "", text))
    try:
        if found:
            year, *parts = (part for part in found.groups() if part is not None)
            if len(parts) == 2:
                return date(int(year), int(parts[0]), int(parts[1]))
        if re.fullmatch(r"\d{5}(\.0+)?", text):
            return DAY_ZERO + timedelta(days=int(float(text)))
    except ValueError as exc:
        raise WrongCell(EXPECTED[Kind.DAY]) from exc
    raise WrongCell(EXPECTED[Kind.DAY])


def _instant(column: Column, raw: object) -> datetime:
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=SHANGHAI).astimezone(UTC) if raw.tzinfo is None else raw.astimezone(UTC)
    if isinstance(raw, float) and 20_000 < raw < 100_000:
        at = datetime.combine(DAY_ZERO, time(), SHANGHAI) + timedelta(seconds=round(raw * 86400))
        return at.astimezone(UTC)
    found = _INSTANT.fullmatch(_narrow(raw))
    if found is None:
        raise WrongCell(EXPECTED[Kind.INSTANT])
    day, hour, minute, second, zone = found.groups()
    try:
        on = _day(column, day)
        at = datetime.combine(on, time(int(hour), int(minute), int(second or 0)), SHANGHAI)
        if zone:
            at = datetime.fromisoformat(at.replace(tzinfo=None).isoformat() + zone)
    except (ValueError, WrongCell) as exc:
        raise WrongCell(EXPECTED[Kind.INSTANT]) from exc
    return at.astimezone(UTC)


def _choice(column: Column, raw: object) -> str:
    word = _narrow(raw)
    if word in column.choices:
        return column.choices[word]
    if word.lower() in column.choices.values():
        return word.lower()
    raise WrongCell(expected(column))


def _path(column: Column, raw: object) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in _text(column, raw).replace("／", "/").split("/"))
    if not all(parts) or len(parts) > 8:
        raise WrongCell(EXPECTED[Kind.PATH])
    return parts


def _list(column: Column, raw: object) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[、;；\n]", _text(column, raw)) if part.strip())


_PARSERS = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.YES_NO: _yes_no,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.CHOICE: _choice,
    Kind.PATH: _path,
    Kind.LIST: _list,
}
