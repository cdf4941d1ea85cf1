"""Rows behind a figure in the words of the registers: their names, fields and values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from compliance.figures import Figure, number
from compliance.registers.cells import shown
from model.clock import SHANGHAI
from model.sheets import BY_NAME
from model.sheets.shape import Column, Kind

_NOUNS = {
    "alerts": "报警",
    "incidents": "事件",
    "rooms": "场所",
    "proof_sums": "测试合计",
    "proof_tests": "测试",
    "liveness_sums": "在线合计",
    "liveness_intervals": "在线记录",
    "day_sums": "每日合计",
    "home_days": "每日合计",
    "worn_sum": "佩戴合计",
    "duty_sum": "值班合计",
}
_FIELDS = {
    "home_id": "机构", "home_kind": "机构类别", "home_name": "机构",
    "device_id": "设备", "incident_id": "事件",
    "alert_class": "类别", "happened_at": "发生时间", "raised_at": "报警时间", "acknowledged_at": "接警时间",
    "on_scene_at": "到场时间", "resolved_at": "办结时间", "outcome": "结论", "outcomes": "结论",
    "family": "类别",
    "opened_at": "开始时间", "closed_at": "结束时间", "photos": "照片", "heard": "上报过",
    "fitted": "已装烟感",
    "working": "烟感正常", "wanders": "走失风险", "resident_id": "老人", "due": "应测", "proven": "已测",
    "devices": "设备数", "online_s": "在线时长", "observed_s": "接入时长", "installed_s": "在册时长",
    "reports": "实报", "reports_due": "应报", "charged_days": "电量合格天数", "battery_days": "有电量天数",
    "worn_s": "佩戴时长", "eligible_s": "应佩戴时长", "covered_s": "有人值班时长", "due_s": "应值班时长",
    "turns": "班次",
}  # fmt: skip
_VALUES = {
    "fire": "火警",
    "true": "真实", "false": "误报", "test": "测试", "fault": "故障", "detector": "烟感", "wristband": "手环",
    "call_point": "手动报警按钮", "sos_button": "求助按钮", "gateway": "网关",
    "beacon": "信标", "door_sensor": "门磁",
    "exit": "出入口", "night_patrol": "夜间巡查", "all": "",
}  # fmt: skip
_SAID_BESIDE = frozenset({"home_kind", "home_name", "name", "photos"})
_OF_SECONDS = frozenset({"liveness_sums", "worn_sum", "duty_sum"})


def noun(table: str) -> str:
    """Return what a row of a query or a table is called: its register, or what it says."""
    return BY_NAME[table].zh if table in BY_NAME else _NOUNS.get(table, {"places": "场所"}.get(table, table))


def row_named(query: str, number_of_row: str) -> str:
    """Return a row as people call it: 隐患第4号, or 烟感在线合计 for a sum."""
    if number_of_row.isdigit():
        return f"{noun(query)}第{number_of_row}号"
    return f"{_VALUES.get(number_of_row, number_of_row)}{noun(query)}"


def field_named(query: str, field: str) -> str:
    """Return what a field of such a row is called."""
    column = _column(query, field)
    return column.zh if column else _FIELDS.get(field, field)


def value_named(query: str, field: str, value: Any) -> str:
    """Return a value of such a field as people read it; 空 for none."""
    column = _column(query, field)
    if value is None or value == []:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.endswith("_s") and isinstance(value, int | float):
        return f"{value / 3600:.1f}小时"
    if field.endswith("_at"):
        return f"{datetime.fromisoformat(str(value)).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list | tuple):
        return "、".join(value_named(query, "", one) for one in value)  # pyright: ignore[reportUnknownVariableType]
    if column is not None and column.kind is Kind.CHOICE:
        said = str(shown(column, value))
        return _VALUES.get(said, said)
    if column is not None and column.kind is Kind.DAY:
        return str(date.fromisoformat(str(value)))
    return _VALUES.get(str(value), str(value))


def row_told(query: str, row: Mapping[str, Any]) -> str:
    """Return what a row holds, field by field, without the numbers that only the database needs."""
    told = [
        f"{field_named(query, field)} {value_named(query, field, value)}"
        for field, value in row.items()
        if value is not None and value != [] and not field.endswith("_id") and field not in _SAID_BESIDE
    ]
    return "；".join(told)


def parts_of(query: str, numerator: float | None, denominator: float | None) -> str:
    """Return the two parts of a rate, as （37/57）, seconds in hours; empty where there are none."""
    if numerator is None or not denominator:
        return ""
    if query in _OF_SECONDS:
        return f"（{number(numerator / 3600, 0)}/{number(denominator / 3600, 0)}小时）"
    return f"（{number(numerator, 1)}/{number(denominator, 1)}）"


def parts_of_figure(figure: Figure) -> str:
    """Return the two parts of a rate as `parts_of` does."""
    return parts_of(figure.evidence.query, figure.numerator, figure.denominator)


def homes_named(rows: Mapping[str, Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of homes by their number, from the rows of the homes."""
    return {int(key): str(row["name"]) for key, row in rows.items()}


@cache
def _column(query: str, field: str) -> Column | None:
    if query not in BY_NAME:
        return None
    return next((column for column in BY_NAME[query].columns if column.field == field), None)
