"""What is signed of a report, and what has moved since: text, figures and the rows behind them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast

from compliance.json_report import to_json
from compliance.report import Report
from compliance.row_words import field_named, homes_named, parts_of, row_named, value_named
from model.counted import Counted

_TABLES = {
    "homes": "homes",
    "devices": "devices",
    "rooms": "rooms",
    "alerts": "alerts",
    "incidents": "incidents",
    "inspections": "inspections",
    "hazards": "hazards",
    "trainings": "trainings",
    "projects": "projects",
    "accidents": "accidents",
    "insurances": "insurances",
    "health_checks": "health_checks",
    "residents": "residents",
    "care_visits": "care_visits",
    "proof_sums": "proofs",
    "liveness_sums": "liveness",
    "day_sums": "days",
}
"""Query -> the field of `Counted` that holds its rows; the first column of a row is its number."""
_ALSO_ASK = {"worn_sum": ("worn_sum", "devices"), "rooms": ("rooms", "devices")}
_SHOWN = 3

Rows = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that the database gives otherwise today, and the rows that are why."""

    key: str
    label: str
    was: str
    now: str
    why: tuple[str, ...]


def content_of(report: Report, printed: str = "") -> str:
    """Return the canonical text that is signed: the report as JSON, the words of its .docx, every row."""
    whole = {"report": to_json(report), "printed": printed, "rows": rows_of(report.counted)}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def digest_of(previous_hash: bytes, content: str) -> bytes:
    """Return the hash of a link of the chain."""
    return sha256(previous_hash + content.encode("utf-8")).digest()


def rows_of(counted: Counted) -> Rows:
    """Return every row by query and number."""
    found: Rows = {
        query: {str(getattr(row, fields(row)[0].name)): asdict(row) for row in getattr(counted, field)}
        for query, field in _TABLES.items()
    }
    found["duty_sum"] = {"all": asdict(counted.duty)}
    found["worn_sum"] = {"all": asdict(counted.worn)}
    return found


def moved(signed: str, today: Report) -> list[Moved]:
    """Return the figures that differ between what was signed and today's rows, in the order of the report."""
    then = json.loads(signed)
    now = json.loads(content_of(today))
    changes = _all_changes(then["rows"], now["rows"])
    current = {figure["key"]: figure for figure in now["report"]["figures"]}
    found: list[Moved] = []
    for figure in then["report"]["figures"]:
        other = current.get(figure["key"])
        if other is None or not _same(figure, other):
            query = figure["evidence"]["query"]
            asked = _ALSO_ASK.get(query, (query,))
            why = [line for name in asked for line in changes.get(name, [])]
            found.append(Moved(figure["key"], figure["label"], _said(figure), _said(other), _shortened(why)))
    return found


def changed_rows(signed: str, today: Report) -> list[str]:
    """Return every row that was added, removed or changed since, whether or not a figure moved by it."""
    then, now = json.loads(signed)["rows"], json.loads(content_of(today))["rows"]
    return [line for lines in _all_changes(then, now).values() for line in lines]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = ("value", "numerator", "denominator", "completeness")
    return all(one[name] == other[name] for name in names) and one["printed"] == other["printed"]


def _said(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return "不再有此数字"
    if figure["value"] is None:
        return f"没有数据（{figure['why_unknown']}）"
    said = f"{figure['printed']}{figure['unit']}"
    return said + parts_of(figure["evidence"]["query"], figure["numerator"], figure["denominator"])


def _all_changes(then: Rows, now: Rows) -> dict[str, list[str]]:
    homes = homes_named({**now.get("homes", {}), **then.get("homes", {})})
    return {query: list(_changes(query, then.get(query, {}), now[query], homes)) for query in now}


def _changes(
    query: str, then: Mapping[str, Any], now: Mapping[str, Any], homes: Mapping[int, str]
) -> Iterator[str]:
    """Yield what differs between two sets of rows, in the words of the registers, with the home's name."""

    def called(number: str, row: Mapping[str, Any]) -> str:
        home = homes.get(row.get("home_id") or 0)
        return row_named(query, number) + (f"（{home}）" if home else "")

    yield from (f"{called(number, row)}：新增" for number, row in now.items() if number not in then)
    yield from (f"{called(number, row)}：不见了" for number, row in then.items() if number not in now)
    for number, row in then.items():
        if number in now and now[number] != row:
            for name, value in row.items():
                other = now[number].get(name)
                if other != value:
                    was, became = (value_named(query, name, one) for one in (value, other))
                    yield f"{called(number, row)}：{field_named(query, name)} 由 {was} 改为 {became}"


def _shortened(lines: Iterable[str]) -> tuple[str, ...]:
    every = list(lines)
    more = len(every) - _SHOWN
    return (*every[:_SHOWN], *([f"另有{more}处"] if more > 0 else []))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(cast(tuple[object, ...], value))
    raise TypeError(f"{type(value).__name__} is not written into a signed report")
