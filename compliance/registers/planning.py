"""What a file of registers would change, and every cell that is wrong. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from compliance.registers import checking
from compliance.registers.cells import WrongCell, expected, parse, shown
from compliance.registers.lines import Line, told
from compliance.registers.reading import Fault, Raw, fault
from model.sheets import SHEETS
from model.sheets.homes import resident_label
from model.sheets.shape import Change, Sheet, Stored


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that a file asks for, the rows that are as they were, and what is wrong."""

    changes: tuple[Change, ...]
    same: int
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Sheeted:
    """What one sheet of the file comes to; `lost` are rows that cannot be told apart from others."""

    lines: list[Line]
    lost: list[Line]
    changes: list[Change]
    same: int
    faults: list[Fault]


def plan(given: Sequence[Raw], stored: Mapping[str, Sequence[Stored]]) -> Plan:
    """Return what these registers would change; with any fault nothing may be written.

    Every wrong cell is named, and none that is only wrong because another row is.
    """
    faults: list[Fault] = []
    changes: list[Change] = []
    same = 0
    after: dict[str, list[Line]] = {}
    by_sheet: defaultdict[str, list[Raw]] = defaultdict(list)
    for raw in given:
        by_sheet[raw.sheet.name].append(raw)
    for sheet in SHEETS:
        found = _sheeted(sheet, by_sheet[sheet.name], stored.get(sheet.name, ()), after)
        after[sheet.name] = found.lines
        found.faults += checking.check(sheet, after, found.lost)
        faults += sorted(found.faults, key=lambda one: one.row)
        changes += found.changes
        same += found.same
    return Plan(tuple(changes), same, tuple(faults))


def _sheeted(
    sheet: Sheet, raws: Sequence[Raw], stored: Sequence[Stored], after: Mapping[str, Sequence[Line]]
) -> _Sheeted:
    before = {one.number: _canonical(sheet, one.fields) for one in stored}
    kept = {number: Line(None, number, fields) for number, fields in before.items()}
    made = _Sheeted([], [], [], 0, [])
    new: list[Line] = []
    finder = _Finder(sheet, before)
    homes = _index(after.get("homes", ()), "code", "name")
    residents = _residents(after.get("residents", ()))
    for raw in raws:
        for row, cells in raw.rows:
            values, wrong = _values(sheet, row, cells)
            wrong |= _refer(sheet, row, cells, values, wrong, homes, residents)
            made.faults += wrong.values()
            told = set(sheet.key) if sheet.key else {"number"} if values.get("number") else set(cells)
            number, clash = (None, None) if told & wrong.keys() else finder.find(row, values)
            made.faults += [clash] if clash else []
            if number is None:
                absent = {c.field: c for c in sheet.columns if c.required and c.field not in cells}
                made.faults += [
                    fault(sheet.zh, row, c.zh, "无此列 no such column", expected(c)) for c in absent.values()
                ]
                whole = {c.field: values.get(c.field, c.empty) for c in sheet.columns}
                line = Line(row, None, whole, frozenset([*wrong, *absent]))
                (made.lost if clash else new).append(line)
                if not (wrong or clash):
                    made.changes.append(Change(sheet, row, None, whole))
                continue
            differs = {name: value for name, value in values.items() if value != before[number].get(name)}
            differs.pop("number", None)
            line = Line(row, number, before[number] | differs, frozenset(wrong))
            if clash:
                made.lost.append(line)
            elif not differs and not wrong:
                made.same += 1
            else:
                kept[number] = line
                if "home" in before[number]:
                    differs.setdefault("home", before[number]["home"])
                if not wrong:
                    made.changes.append(Change(sheet, row, number, differs))
    made.lines = [*kept.values(), *new]
    return made


def _canonical(sheet: Sheet, fields: Mapping[str, object]) -> dict[str, Any]:
    """Return a stored row as it would be read back from its own export."""
    found: dict[str, Any] = {}
    for column in sheet.columns:
        value = fields.get(column.field)
        try:
            found[column.field] = parse(column, shown(column, value))
        except WrongCell:
            found[column.field] = value
    return found


def _values(sheet: Sheet, row: int, cells: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, Fault]]:
    """Return what the cells say, and a fault for each that cannot be read, by field."""
    values: dict[str, Any] = {}
    wrong: dict[str, Fault] = {}
    for column in sheet.columns:
        if column.field not in cells:
            continue
        try:
            values[column.field] = parse(column, cells[column.field])
        except WrongCell as exc:
            wrong[column.field] = fault(sheet.zh, row, column.zh, cells[column.field], str(exc))
    return values, wrong


class _Finder:
    """Which stored row a row of the file is; each may be named once."""

    def __init__(self, sheet: Sheet, before: Mapping[int, Mapping[str, Any]]) -> None:
        self._sheet = sheet
        self._before = before
        self._seen: dict[object, int] = {}
        self._free: defaultdict[object, list[int]] = defaultdict(list)
        for number, fields in before.items():
            self._free[self._key(fields)].append(number)

    def _key(self, fields: Mapping[str, Any]) -> object:
        names = self._sheet.key or tuple(c.field for c in self._sheet.columns if c.field != "number")
        defaults = {c.field: c.empty for c in self._sheet.columns}
        return tuple(fields.get(name, defaults[name]) for name in names)

    def find(self, row: int, values: Mapping[str, Any]) -> tuple[int | None, Fault | None]:
        """Return the number of the stored row, None for a new one; or what is wrong with it."""
        sheet, number = self._sheet, values.get("number")
        if not sheet.key and number is not None:
            if number not in self._before:
                words = "已有的编号，新行留空 a number that is there; empty for a new row"
                return None, fault(sheet.zh, row, "编号", number, words)
            return number, self._once(row, ("number", number), "编号", number)
        key = self._key(values)
        heads = "、".join(sheet.column(name).zh for name in sheet.key) or "整行 the whole row"
        names = sheet.key or tuple(c.field for c in sheet.columns if c.field != "number")
        said = (
            told(sheet, name, part) for name, part in zip(names, cast(tuple[object, ...], key), strict=True)
        )
        clash = self._once(row, key, heads, " ".join(filter(None, said)))
        free = self._free.get(key, [])
        return (free[0] if free else None), clash

    def _once(self, row: int, key: object, heads: str, found: object) -> Fault | None:
        first = self._seen.setdefault(key, row)
        if first == row:
            return None
        return fault(
            self._sheet.zh, row, heads, found, f"不重复，第 {first} 行已有 only once, row {first} has it"
        )


def _refer(
    sheet: Sheet,
    row: int,
    cells: Mapping[str, object],
    values: dict[str, Any],
    wrong: Mapping[str, Fault],
    homes: Mapping[Any, set[Any]],
    residents: Mapping[Any, set[Any]],
) -> dict[str, Fault]:
    """Put codes and full labels where the file has names; return a fault for each that is not known."""
    if sheet.name != "homes" and values.get("home") is not None:
        known = homes.get(values["home"], set())
        if len(known) != 1:
            words = "已登记机构的代码或（不重名的）名称 the code, or the unique name, of a registered home"
            return {"home": fault(sheet.zh, row, "机构代码", cells["home"], words)}
        (values["home"],) = known
    if values.get("resident") is not None and "home" not in wrong:
        column = sheet.column("resident").zh
        labels = residents.get((values.get("home"), values["resident"]), set())
        if len(labels) != 1:
            words = "本机构老人的姓名，重名时加出生、入住日期 a resident of the home, by name or in full"
            return {"resident": fault(sheet.zh, row, column, cells["resident"], words)}
        (values["resident"],) = labels
    return {}


def _index(lines: Sequence[Line], *names: str) -> dict[Any, set[Any]]:
    found: defaultdict[Any, set[Any]] = defaultdict(set)
    for line in lines:
        for name in names:
            if line.sound(names[0], name):
                found[line.fields[name]].add(line.fields[names[0]])
    return found


def _residents(lines: Sequence[Line]) -> dict[Any, set[Any]]:
    found: defaultdict[Any, set[Any]] = defaultdict(set)
    for line in lines:
        fields = line.fields
        label = resident_label(fields["name"], fields["born_on"], fields["moved_in_on"])
        found[fields["home"], fields["name"]].add(label)
        found[fields["home"], label].add(label)
    return found
