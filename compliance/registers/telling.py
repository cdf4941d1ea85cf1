"""What became of a row, in plain words: who changed what, from what to what. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from compliance.registers.cells import shown, unguarded
from model.sheets.shape import Column, Kind, Sheet
from store.register_sheets import Edit

_IGNORED = frozenset({"zone_id", "building_id", "recorded_at", "created_at"})
"""What the database derives, or notes itself."""
_REFERS = {
    "home_id": ("homes", "home"),
    "place_id": ("places", "place"),
    "parent_id": ("places", "path"),
    "resident_id": ("residents", "resident"),
    "person_id": ("people", "login"),
    "watched_by": ("devices", "watched_by"),
}
"""Column of a table -> the register that it points at, and the field of the sheet that shows it."""
_UNSHEETED = {
    "registered": ("已登记", "registered"),
    "home_said": ("自称机构", "home said"),
    "set_aside_at": ("搁置时间", "set aside"),
    "set_aside_by": ("搁置人", "set aside by"),
    "set_aside_why": ("搁置原因", "set aside why"),
}
"""What columns that no sheet has are called in Chinese and English."""
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Changed:
    """One field: what it is called, what it was and what it became; empty where there was nothing."""

    zh: str
    en: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a row: `what` is added, changed or removed."""

    changed_at: datetime
    actor: str
    import_id: int | None
    what: str
    changes: tuple[Changed, ...]


def version_of(sheet: Sheet, edit: Edit, names: Names) -> Version:
    """Return a change as it is told; a new row tells all that it holds."""
    before, after = edit.before or {}, edit.after or {}
    what = "changed" if edit.before and edit.after else "added" if edit.after else "removed"
    changes = [
        Changed(
            *_called(sheet, name), *(_said(sheet, name, side.get(name), names) for side in (before, after))
        )
        for name in sorted({**after, **before}, key=lambda name: _place(sheet, name))
        if name not in _IGNORED and name != sheet.number and before.get(name) != after.get(name)
    ]
    return Version(
        edit.changed_at,
        edit.actor,
        edit.import_id,
        what,
        tuple(one for one in changes if one.was != one.now),
    )


def sentence(version: Version) -> str:
    """Return what a change did, as one line."""
    match version.what:
        case "added":
            return "新增 new：" + "；".join(f"{one.zh} {one.now}" for one in version.changes)
        case "removed":
            return "删除 removed：" + "；".join(f"{one.zh} {one.was}" for one in version.changes)
        case _:
            return "；".join(f"{one.zh}：{one.was or '空'} → {one.now or '空'}" for one in version.changes)


def points_at(edits: Iterable[Edit]) -> dict[str, Sequence[int]]:
    """Return which rows of other registers these changes speak of, by register."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for edit in edits:
        for side in (edit.before, edit.after):
            for name, (register, _) in _REFERS.items():
                number = (side or {}).get(name)
                if isinstance(number, int):
                    found[register].add(number)
    return {register: sorted(numbers) for register, numbers in found.items()}


def _column(sheet: Sheet, name: str) -> Column | None:
    fields = {"report_every": "report_every_h", **{key: field for key, (_, field) in _REFERS.items()}}
    wanted = fields.get(name, name)
    if sheet.name == "places" and name == "name":
        wanted = "path"
    return next((column for column in sheet.columns if column.field == wanted), None)


def _place(sheet: Sheet, name: str) -> tuple[int, str]:
    """Return where a column of the table stands in the sheet; those that it has not come last, by name."""
    column = _column(sheet, name)
    return (len(sheet.columns), name) if column is None else (sheet.columns.index(column), name)


def _called(sheet: Sheet, name: str) -> tuple[str, str]:
    if sheet.name == "places" and name == "parent_id":
        return "上级", "above"
    column = _column(sheet, name)
    return (column.zh, column.en) if column else _UNSHEETED.get(name, (name, name))


def _said(sheet: Sheet, name: str, value: Any, names: Names) -> str:
    """Return a value of the log as people read it; empty for none."""
    if value is None or value == []:
        return ""
    if name in _REFERS and isinstance(value, int):
        return names.get((_REFERS[name][0], value), f"#{value}")
    column = _column(sheet, name)
    if name == "report_every":
        return f"{value}"
    if column is None or column.kind in (Kind.PATH, Kind.LIST):
        return "、".join(cast(list[str], value)) if isinstance(value, list) else str(value)
    return unguarded(str(shown(column, _typed(column, value))))


def _typed(column: Column, value: Any) -> Any:
    if column.kind is Kind.DAY:
        return date.fromisoformat(str(value))
    if column.kind is Kind.INSTANT:
        return datetime.fromisoformat(str(value))
    return value
