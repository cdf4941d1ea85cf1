"""What a sheet of a register is: its columns, its rows as stored, and what a row of a file asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell holds; a `code` is text whose full-width letters and digits are made narrow."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    DAY = "day"
    INSTANT = "instant"
    CHOICE = "choice"
    PATH = "path"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `choices` gives stored words by those of the sheet, `empty` what an empty cell means."""

    field: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    least: float | None = None
    most: float | None = None
    empty: object = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One register: its sheet, its table, the columns that tell rows apart, dates that come in order.

    Of two columns that go `together` both are filled, or neither.
    A sheet without `key` has a number per row; a row without one is the stored row of that content, or new.
    """

    name: str
    zh: str
    table: str
    number: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()
    unique: tuple[str, ...] = ()
    together: tuple[tuple[str, str], ...] = ()

    def column(self, field: str) -> Column:
        """Return one of the columns."""
        return next(column for column in self.columns if column.field == field)


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of a register as it is stored: its number, and its fields by name."""

    number: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of a sheet asks for: a new row (no number), or other values in some fields of one."""

    sheet: Sheet
    row: int
    number: int | None
    fields: Mapping[str, object]
