"""Why a figure moved, in English, from the Chinese line that was filed with it; names stay. Pure."""

from __future__ import annotations

import re

from api.english import WORDS
from compliance.row_words import noun
from model.sheets import SHEETS

_NOUNS = {
    "机构": "home",
    "场所": "place",
    "老人": "resident",
    "人员": "person",
    "值班": "turn of duty",
    "设备": "device",
    "出入口": "exit",
    "检查": "inspection",
    "隐患": "hazard",
    "改造项目": "retrofit project",
    "培训": "training",
    "事故": "accident",
    "保险": "policy",
    "体检": "health check",
    "探视照护": "care visit",
    "定位同意": "consent",
    "报警": "alert",
    "事件": "incident",
    "测试合计": "sum of tests",
    "测试": "test",
    "在线合计": "time online",
    "在线记录": "record of time online",
    "每日合计": "daily sum",
    "佩戴合计": "time worn",
    "值班合计": "time on duty",
}
"""What a row is called in English (compliance.row_words.noun)."""
_FIELDS = {
    "机构": "home",
    "机构类别": "kind of home",
    "设备": "device",
    "事件": "incident",
    "类别": "kind",
    "发生时间": "happened",
    "报警时间": "raised",
    "接警时间": "answered",
    "到场时间": "on scene",
    "办结时间": "resolved",
    "结论": "outcome",
    "开始时间": "began",
    "结束时间": "ended",
    "照片": "photos",
    "上报过": "heard",
    "已装烟感": "detector fitted",
    "烟感正常": "detector works",
    "走失风险": "wanders",
    "老人": "resident",
    "应测": "tests due",
    "已测": "tests done",
    "设备数": "devices",
    "在线时长": "time online",
    "接入时长": "time observed",
    "在册时长": "time installed",
    "实报": "reports",
    "应报": "reports due",
    "电量合格天数": "days charged",
    "有电量天数": "days with a battery reading",
    "佩戴时长": "time worn",
    "应佩戴时长": "time to be worn",
    "有人值班时长": "time with somebody on duty",
    "应值班时长": "time to be on duty",
    "班次": "turns",
}
_VALUES = WORDS | {
    "空": "empty",
    "火警": "fire",
    "真实": "real",
    "误报": "false alarm",
    "测试": "test",
    "故障": "fault",
    "烟感": "detector",
    "手环": "band",
    "手动报警按钮": "call point",
    "求助按钮": "SOS button",
    "网关": "gateway",
    "信标": "beacon",
    "门磁": "door sensor",
    "出入口": "exit",
    "夜间巡查": "night patrol",
}
_COLUMNS = {column.zh: column.en.replace("_", " ") for sheet in SHEETS for column in sheet.columns}
_CHOICES = {
    said: stored.replace("_", " ")
    for sheet in SHEETS
    for column in sheet.columns
    for said, stored in column.choices.items()
}
_LINE = re.compile(
    r"(?P<row>[^（：]+?)(（(?P<home>.*?)）)?："
    r"((?P<news>新增|不见了)|(?P<field>.+?) 由 (?P<was>.*) 改为 (?P<now>.*))",
    re.DOTALL,
)
_NUMBERED = re.compile(r"(?P<noun>.+)第(?P<number>[0-9]+)号")
_MORE = re.compile(r"另有([0-9]+)处")
_BROKEN = re.compile(r"归档第([0-9]+)号的内容与其校验值不符")
_HOURS = re.compile(r"([0-9.]+)小时")


def why_in_english(line: str) -> str:
    """Return such a line in English, as it is where it is none that we write."""
    if more := _MORE.fullmatch(line):
        return f"{more[1]} more"
    if broken := _BROKEN.fullmatch(line):
        return f"archived report {broken[1]} does not agree with its checksum"
    found = _LINE.fullmatch(line)
    if found is None:
        return line
    home = f" ({found['home']})" if found["home"] else ""
    if found["news"]:
        what = "added" if found["news"] == "新增" else "gone"
    else:
        what = f"{_field(found['field'])} from {_value(found['was'])} to {_value(found['now'])}"
    return f"{_row(found['row'])}{home}: {what}"


def noun_in_english(table: str) -> str:
    """Return what a row of a query or a table is called: its register, or what it says."""
    return _noun(noun(table))


def _noun(zh: str) -> str:
    return _NOUNS.get(zh, zh)


def _row(text: str) -> str:
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        return f"{_noun(numbered['noun'])} {numbered['number']}"
    for zh, en in _NOUNS.items():
        if text.endswith(zh):
            of = text.removesuffix(zh)
            return f"{en}, {_value(of)}" if of else en
    return text


def _field(text: str) -> str:
    return _FIELDS.get(text) or _COLUMNS.get(text, text)


def _value(text: str) -> str:
    if hours := _HOURS.fullmatch(text):
        return f"{hours[1]} h"
    return "、".join(_VALUES.get(one) or _CHOICES.get(one, one) for one in text.split("、"))
