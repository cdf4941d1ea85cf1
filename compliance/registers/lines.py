"""A row of a register as it would be after an import. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compliance.registers.cells import shown
from model.sheets.shape import Sheet


@dataclass(slots=True)
class Line:
    """A row as it would be after the import; `row` is None for what the file does not touch.

    What stands in `wrong` could not be read: it is looked at no further, the other cells are.
    """

    row: int | None
    number: int | None
    fields: dict[str, Any]
    wrong: frozenset[str] = frozenset()

    def sound(self, *names: str) -> bool:
        """Say whether these cells could all be read."""
        return self.wrong.isdisjoint(names)


def told(sheet: Sheet, name: str, value: object) -> str:
    """Return a value as the sheet shows it, empty for none."""
    cell = shown(sheet.column(name), value)
    return "" if cell is None else str(cell)
