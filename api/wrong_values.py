"""What belongs in a field that the framework has checked, in Chinese before its own English. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CHINESE = {
    "missing": "必填",
    "enum": "其中之一：{expected}",
    "literal_error": "其中之一：{expected}",
    "string_too_short": "至少 {min_length} 字",
    "string_too_long": "至多 {max_length} 字",
    "string_pattern_mismatch": "不含不许的字符",
    "string_type": "文字",
    "greater_than": "大于 {gt}",
    "greater_than_equal": "不小于 {ge}",
    "less_than": "小于 {lt}",
    "less_than_equal": "不大于 {le}",
    "json_invalid": "可以读的 JSON",
}
"""By the type of the error (pydantic's list of usage errors); others are told by their kind."""
_KINDS = {
    "int": "整数",
    "float": "数字",
    "finite": "数字",
    "bool": "是或否",
    "datetime": "日期和时间",
    "timezone": "带时区的时间",
    "date": "日期",
    "time": "时间",
    "list": "列表",
    "string": "文字",
}


def expected(error: Mapping[str, Any]) -> str:
    """Return what an error of validation asks for, e.g. "至多 200 字 String should have at most ..."."""
    known = _CHINESE.get(error["type"]) or _KINDS.get(error["type"].partition("_")[0], "另一种值")
    return f"{known.format(**error.get('ctx', {}))} {error['msg']}"
