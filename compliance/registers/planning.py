"""What a file of registers would change, and every cell that is wrong. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from compliance.registers.cells import WrongCell, expected, parse, shown
from compliance.registers.reading import Fault, Raw, fault
from model.people import Role
from model.sheets import SHEETS, Change, Sheet, Stored, resident_label

_ABOVE_HOMES = frozenset({Role.TOWNSHIP.value, Role.BUREAU.value, Role.ADMIN.value})


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that a file asks for, the rows that are as they were, and what is wrong."""

    changes: tuple[Change, ...]
    same: int
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Line:
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


@dataclass(slots=True)
class _Sheeted:
    """What one sheet of the file comes to; `lost` are rows that cannot be told apart from others."""

    lines: list[_Line]
    lost: list[_Line]
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
    after: dict[str, list[_Line]] = {}
    by_sheet: defaultdict[str, list[Raw]] = defaultdict(list)
    for raw in given:
        by_sheet[raw.sheet.name].append(raw)
    for sheet in SHEETS:
        found = _sheeted(sheet, by_sheet[sheet.name], stored.get(sheet.name, ()), after)
        after[sheet.name] = found.lines
        found.faults += _check(sheet, after, found.lost)
        faults += sorted(found.faults, key=lambda one: one.row)
        changes += found.changes
        same += found.same
    return Plan(tuple(changes), same, tuple(faults))


def _sheeted(
    sheet: Sheet, raws: Sequence[Raw], stored: Sequence[Stored], after: Mapping[str, Sequence[_Line]]
) -> _Sheeted:
    before = {one.number: _canonical(sheet, one.fields) for one in stored}
    kept = {number: _Line(None, number, fields) for number, fields in before.items()}
    made = _Sheeted([], [], [], 0, [])
    new: list[_Line] = []
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
                line = _Line(row, None, whole, frozenset([*wrong, *absent]))
                (made.lost if clash else new).append(line)
                if not (wrong or clash):
                    made.changes.append(Change(sheet, row, None, whole))
                continue
            differs = {name: value for name, value in values.items() if value != before[number].get(name)}
            differs.pop("number", None)
            line = _Line(row, number, before[number] | differs, frozenset(wrong))
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
            _told(sheet, name, part) for name, part in zip(names, cast(tuple[object, ...], key), strict=True)
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


def _index(lines: Sequence[_Line], *names: str) -> dict[Any, set[Any]]:
    found: defaultdict[Any, set[Any]] = defaultdict(set)
    for line in lines:
        for name in names:
            if line.sound(names[0], name):
                found[line.fields[name]].add(line.fields[names[0]])
    return found


def _residents(lines: Sequence[_Line]) -> dict[Any, set[Any]]:
    found: defaultdict[Any, set[Any]] = defaultdict(set)
    for line in lines:
        fields = line.fields
        label = resident_label(fields["name"], fields["born_on"], fields["moved_in_on"])
        found[fields["home"], fields["name"]].add(label)
        found[fields["home"], label].add(label)
    return found


def _check(sheet: Sheet, after: Mapping[str, Sequence[_Line]], lost: Sequence[_Line]) -> list[Fault]:
    """Return what is wrong between the cells of a row, between rows, and between registers."""
    lines = after[sheet.name]
    touched = [line for line in lines if line.row is not None]
    faults = [found for line in (*touched, *lost) for found in _row(sheet, line)]
    if not touched:
        return faults
    for name in sheet.unique:
        faults += _unique(sheet, name, [line for line in lines if line.sound(name)])
    faults += _placed(sheet, touched, after.get("places", ()))
    match sheet.name:
        case "duties":
            homes = {
                line.fields["login"]: line.fields["home"] for line in after["people"] if line.sound("home")
            }
            unsure = {line.fields["login"] for line in after["people"] if not line.sound("home")}
            for line in touched:
                login = line.fields["login"]
                if line.sound("login") and login not in unsure and homes.get(login) is None:
                    words = "一家机构人员的登录名 the login of a person of a home"
                    faults.append(fault(sheet.zh, cast(int, line.row), "登录名", login, words))
            faults += _overlaps(sheet, lines, ("login", "role"), "starts_at", "ends_at", touching=True)
        case "exits":
            known_devices = {(line.fields["home"], line.fields["address"]) for line in after["devices"]}
            for line in touched:
                watcher = line.fields["watched_by"]
                known = (
                    not line.sound("home", "watched_by") or (line.fields["home"], watcher) in known_devices
                )
                if watcher is not None and not known:
                    words = "本机构设备的地址码 the address of a device of the home"
                    faults.append(fault(sheet.zh, cast(int, line.row), "看守设备地址码", watcher, words))
        case "residents":
            dated = [line for line in lines if line.fields["born_on"] is not None]
            faults += _overlaps(sheet, dated, ("home", "name", "born_on"), "moved_in_on", "moved_out_on")
        case "insurances":
            faults += _overlaps(sheet, lines, ("home", "insurer"), "starts_on", "ends_on")
        case "care_visits":
            faults += _overlaps(sheet, lines, ("township",), "starts_on", "ends_on")
        case "consents":
            faults += _overlaps(sheet, lines, ("home", "resident"), "given_on", "withdrawn_on", touching=True)
        case _:
            pass
    return faults


def _placed(sheet: Sheet, touched: Sequence[_Line], places: Sequence[_Line]) -> Iterable[Fault]:
    """Yield rows that stand in a place nobody registered."""
    column = "path" if sheet.name == "places" else "place"
    known = {(line.fields["home"], line.fields["path"]) for line in places if line.sound("path")}
    for line in touched:
        path = line.fields.get(column)
        wanted = path[:-1] if path and column == "path" else path
        if wanted and line.sound("home", column) and (line.fields["home"], wanted) not in known:
            words = "已登记的场所，上级在前 a registered place; what it stands in comes first"
            yield fault(sheet.zh, cast(int, line.row), sheet.column(column).zh, "/".join(wanted), words)


def _row(sheet: Sheet, line: _Line) -> Iterable[Fault]:
    row, fields = cast(int, line.row), line.fields
    for first, second in sheet.in_order:
        start, end = fields.get(first), fields.get(second)
        if (
            line.sound(first, second)
            and start is not None
            and end is not None
            and (end < start or (end == start and isinstance(end, datetime)))
        ):
            words = f"不早于{sheet.column(first).zh} {_told(sheet, first, start)} not before it"
            yield fault(sheet.zh, row, sheet.column(second).zh, _told(sheet, second, end), words)
    for first, second in sheet.together:
        one, other = fields.get(first), fields.get(second)
        if line.sound(first, second) and (one is None) != (other is None):
            words = f"{sheet.column(first).zh}与{sheet.column(second).zh}同填或同空 both or neither"
            yield fault(sheet.zh, row, sheet.column(second).zh, _told(sheet, second, other), words)
    match sheet.name:
        case "projects" if (
            line.sound("accepted_on", "completed_on")
            and fields["accepted_on"] is not None
            and fields["completed_on"] is None
        ):
            yield fault(sheet.zh, row, "完工日期", None, "验收前已完工 complete before it is accepted")
        case "people" if line.sound("home", "role") and (fields["home"] is None) != (
            fields["role"] in _ABOVE_HOMES
        ):
            words = "机构岗位须填，监管岗位须空 given for those of a home, empty for offices"
            yield fault(sheet.zh, row, "机构代码", fields["home"], words)
        case "homes" if line.sound("code") and not _plain_code(fields["code"]):
            words = "1-64 个字母、数字、_ 或 - letters, digits, _ and -"
            yield fault(sheet.zh, row, "机构代码", fields["code"], words)
        case _:
            pass


def _plain_code(code: str) -> bool:
    return len(code) <= 64 and code.isascii() and code.replace("_", "a").replace("-", "a").isalnum()


def _unique(sheet: Sheet, name: str, lines: Sequence[_Line]) -> Iterable[Fault]:
    groups: defaultdict[Any, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.fields[name] is not None:
            groups[line.fields[name]].append(line)
    for value, group in groups.items():
        first, *others = sorted(group, key=lambda line: line.row or 0)
        for line in others:
            if line.row is not None:
                where = " ".join(str(first.fields[key]) for key in sheet.key if first.sound(key))
                where = where or f"第 {first.row} 行 row {first.row}"
                words = f"不重复，{where} 已有 only once, {where} has it"
                yield fault(sheet.zh, line.row, sheet.column(name).zh, value, words)


def _overlaps(
    sheet: Sheet,
    lines: Sequence[_Line],
    group: Sequence[str],
    start: str,
    end: str,
    *,
    touching: bool = False,
) -> Iterable[Fault]:
    """Yield rows that overlap another of their group; `touching`: one may begin as another ends."""
    groups: defaultdict[tuple[Any, ...], list[_Line]] = defaultdict(list)
    for line in lines:
        if line.sound(*group, start, end):
            groups[tuple(line.fields[name] for name in group)].append(line)
    for members in groups.values():
        longest: _Line | None = None
        for line in sorted(members, key=lambda one: one.fields[start]):
            if longest is not None:
                until, begins = longest.fields[end], line.fields[start]
                overlaps = until is None or begins < until or (begins == until and not touching)
                blamed = line if line.row is not None else longest
                if overlaps and blamed.row is not None:
                    other = longest if blamed is line else line
                    span = " .. ".join(_told(sheet, name, other.fields[name]) or "…" for name in (start, end))
                    where = f"第 {other.row} 行 row {other.row}" if other.row else "已登记的 what is stored"
                    words = f"不与{where} ({span}) 重叠 not overlapping it"
                    found = _told(sheet, start, blamed.fields[start])
                    yield fault(sheet.zh, blamed.row, sheet.column(start).zh, found, words)
            if longest is None or (
                longest.fields[end] is not None
                and (line.fields[end] is None or line.fields[end] > longest.fields[end])
            ):
                longest = line


def _told(sheet: Sheet, name: str, value: object) -> str:
    """Return a value as the sheet shows it, empty for none."""
    cell = shown(sheet.column(name), value)
    return "" if cell is None else str(cell)
