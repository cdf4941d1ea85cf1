"""What the registers and figures hold in Chinese, for who reads the pages in English.

Kinds, grades, states, offices and units are said in English beside the Chinese; names stay as they are.
"""

from __future__ import annotations

import re

from compliance.reasons import reason
from model.counting_words import filled
from model.sheets.shape import Column, Kind, Sheet

WORDS = {
    "是": "yes", "否": "no",
    "敬老院": "public home", "福利院": "welfare home",
    "民办": "private home", "颐养之家": "village care home", "机构": "home", "场所": "place",
    "应急": "emergency office", "公安": "police", "消防": "fire brigade", "住建": "housing office",
    "市监": "market supervision", "供电": "power supply", "机构所在地政府": "local government",
    "民政": "civil affairs",
}  # fmt: skip
_UNITS = {
    "个百分点": " {n:point|points}", "家": " {n:home|homes}", "人次": " {n:person|persons}",
    "人": " {n:person|persons}", "名": " {n:person|persons}", "份": " {n:policy|policies}",
    "期": " {n:session|sessions}", "分钟": " min", "小时": " h", "万元": " × 10,000 CNY", "起": "", "处": "",
    "个": "", "条": "",
    "次": "", "项": "", "持平": "no change", "没有数据": "no data", "不再有此数字": "no such figure any more",
    "次/个·30天": " per detector and 30 days", "条/人·10分钟": " per person and 10 min", "%": "%",
}  # fmt: skip
_MEASURED = re.compile(
    f"(≥?[+-]?[0-9.]*)({'|'.join(sorted(_UNITS, key=len, reverse=True))})([*]?)"
    "(（[0-9.]+/[0-9.]+(?:小时)?）)?"
)
_UNKNOWN = re.compile("没有数据（(.*)）")


def heading(column: Column) -> str:
    """Return what a column is called in English."""
    words = column.en.replace("_", " ")
    return words[0].upper() + words[1:]


def english(sheet: Sheet, column_zh: str, word: str) -> str:
    """Return what a cell says in English where it is one of a few words, else nothing."""
    column = next((one for one in sheet.columns if one.zh == column_zh), None)
    if column is None or not word:
        return ""
    if column.kind is Kind.CHOICE:
        return WORDS.get(word) or column.choices.get(word, "").replace("_", " ")
    if column.kind is Kind.YES_NO:
        return WORDS.get(word, "")
    if column.kind is Kind.LIST:
        return ", ".join(WORDS[one] for one in word.split("、") if one in WORDS)
    return ""


def measured(text: str) -> str:
    """Return a figure with its unit, as "3处" or "+2个百分点", in English."""
    if unknown := _UNKNOWN.fullmatch(text):
        return f"no data ({reason(unknown[1], 'en')})"
    found = _MEASURED.fullmatch(text)
    if found is None:
        return text
    parts = f" ({found[4][1:-1].replace('小时', ' h')})" if found[4] else ""
    unit = filled(_UNITS[found[2]], n=found[1].lstrip("≥+-"))
    return f"{found[1]}{unit}{found[3]}{parts}"
