"""What is wrong between the cells of a row, between rows, and between registers. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from compliance.registers.lines import Line, told
from compliance.registers.reading import Fault, fault
from model.people import Role
from model.sheets.shape import Sheet

_ABOVE_HOMES = frozenset({Role.TOWNSHIP.value, Role.BUREAU.value, Role.ADMIN.value})


@dataclass(frozen=True, slots=True)
class _Spans:
    """Rows of one group last from `start` to `end` and must not overlap; a group with an empty cell is none.

    `touching`: one may begin as another ends.
    """

    group: tuple[str, ...]
    start: str
    end: str
    touching: bool = False


_SPANS = {
    "duties": _Spans(("login", "role"), "starts_at", "ends_at", touching=True),
    "residents": _Spans(("home", "name", "born_on"), "moved_in_on", "moved_out_on"),
    "insurances": _Spans(("home", "insurer"), "starts_on", "ends_on"),
    "care_visits": _Spans(("township",), "starts_on", "ends_on"),
    "consents": _Spans(("home", "resident"), "given_on", "withdrawn_on", touching=True),
}


def check(sheet: Sheet, after: Mapping[str, Sequence[Line]], lost: Sequence[Line]) -> list[Fault]:
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
            faults += _of_homes(sheet, touched, after["people"])
        case "exits":
            faults += _watched(sheet, touched, after["devices"])
        case _:
            pass
    if sheet.name in _SPANS:
        faults += _overlaps(sheet, lines, _SPANS[sheet.name])
    return faults


def _of_homes(sheet: Sheet, duties: Sequence[Line], people: Sequence[Line]) -> Iterable[Fault]:
    """Yield duties of whom no home employs."""
    homes = {line.fields["login"]: line.fields["home"] for line in people if line.sound("home")}
    unsure = {line.fields["login"] for line in people if not line.sound("home")}
    for line in duties:
        login = line.fields["login"]
        if line.sound("login") and login not in unsure and homes.get(login) is None:
            words = "一家机构人员的登录名 the login of a person of a home"
            yield fault(sheet.zh, cast(int, line.row), "登录名", login, words)


def _watched(sheet: Sheet, exits: Sequence[Line], devices: Sequence[Line]) -> Iterable[Fault]:
    """Yield exits that are watched by what is no device of their home."""
    known = {(line.fields["home"], line.fields["address"]) for line in devices}
    for line in exits:
        home, watcher = line.fields["home"], line.fields["watched_by"]
        if watcher is not None and line.sound("home", "watched_by") and (home, watcher) not in known:
            words = "本机构设备的地址码 the address of a device of the home"
            yield fault(sheet.zh, cast(int, line.row), "看守设备地址码", watcher, words)


def _placed(sheet: Sheet, touched: Sequence[Line], places: Sequence[Line]) -> Iterable[Fault]:
    """Yield rows that stand in a place nobody registered."""
    column = "path" if sheet.name == "places" else "place"
    known = {(line.fields["home"], line.fields["path"]) for line in places if line.sound("path")}
    for line in touched:
        path = line.fields.get(column)
        wanted = path[:-1] if path and column == "path" else path
        if wanted and line.sound("home", column) and (line.fields["home"], wanted) not in known:
            words = "已登记的场所，上级在前 a registered place; what it stands in comes first"
            yield fault(sheet.zh, cast(int, line.row), sheet.column(column).zh, "/".join(wanted), words)


def _row(sheet: Sheet, line: Line) -> Iterable[Fault]:
    row, fields = cast(int, line.row), line.fields
    for first, second in sheet.in_order:
        start, end = fields.get(first), fields.get(second)
        if (
            line.sound(first, second)
            and start is not None
            and end is not None
            and (end < start or (end == start and isinstance(end, datetime)))
        ):
            words = f"不早于{sheet.column(first).zh} {told(sheet, first, start)} not before it"
            yield fault(sheet.zh, row, sheet.column(second).zh, told(sheet, second, end), words)
    for first, second in sheet.together:
        one, other = fields.get(first), fields.get(second)
        if line.sound(first, second) and (one is None) != (other is None):
            words = f"{sheet.column(first).zh}与{sheet.column(second).zh}同填或同空 both or neither"
            yield fault(sheet.zh, row, sheet.column(second).zh, told(sheet, second, other), words)
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


def _unique(sheet: Sheet, name: str, lines: Sequence[Line]) -> Iterable[Fault]:
    groups: defaultdict[Any, list[Line]] = defaultdict(list)
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


def _overlaps(sheet: Sheet, lines: Sequence[Line], spans: _Spans) -> Iterable[Fault]:
    """Yield rows that overlap another of their group."""
    group, start, end = spans.group, spans.start, spans.end
    groups: defaultdict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        of = tuple(line.fields[name] for name in group)
        if line.sound(*group, start, end) and None not in of:
            groups[of].append(line)
    for members in groups.values():
        longest: Line | None = None
        for line in sorted(members, key=lambda one: one.fields[start]):
            if longest is not None:
                until, begins = longest.fields[end], line.fields[start]
                overlaps = until is None or begins < until or (begins == until and not spans.touching)
                blamed = line if line.row is not None else longest
                if overlaps and blamed.row is not None:
                    other = longest if blamed is line else line
                    span = " .. ".join(told(sheet, name, other.fields[name]) or "…" for name in (start, end))
                    where = f"第 {other.row} 行 row {other.row}" if other.row else "已登记的 what is stored"
                    words = f"不与{where} ({span}) 重叠 not overlapping it"
                    found = told(sheet, start, blamed.fields[start])
                    yield fault(sheet.zh, blamed.row, sheet.column(start).zh, found, words)
            if longest is None or (
                longest.fields[end] is not None
                and (line.fields[end] is None or line.fields[end] > longest.fields[end])
            ):
                longest = line
