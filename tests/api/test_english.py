"""In English, what is one of a few words is said in English too; names stay as they are."""

from __future__ import annotations

import pytest

from api.english import english, heading, measured
from api.texts import LANGUAGES, Texts
from compliance.figures import Unit
from compliance.monthly import KEYS
from compliance.priorities import GOALS
from model.sheets import SHEETS
from model.sheets.shape import Kind


def test_every_choice_of_every_register_has_an_english_word() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            for word in column.choices if column.kind is Kind.CHOICE else ("是", "否"):
                if column.kind in (Kind.CHOICE, Kind.YES_NO):
                    assert english(sheet, column.zh, word).isascii(), (sheet.name, word)
                    assert english(sheet, column.zh, word), (sheet.name, word)


def test_names_and_numbers_are_not_translated() -> None:
    homes = SHEETS[0]
    assert english(homes, "机构名称", "民办") == ""
    assert english(homes, "床位数", "30") == ""
    assert english(homes, "类别", "") == ""


def test_departments_are_named_where_they_are_known() -> None:
    inspections = next(sheet for sheet in SHEETS if sheet.name == "inspections")
    assert english(inspections, "参加部门", "消防、公安、某局") == "fire brigade, police"


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("0处", "0"), ("23家", "23 homes"), ("-22个百分点", "-22 points"), ("持平", "no change"), ("98.9%", "98.9%"),
        ("1家", "1 home"), ("11家", "11 homes"), ("+1人", "+1 person"), ("1期*", "1 session*"), ("1份", "1 policy"),
        ("没有数据", "no data"), ("58.0%*", "58.0%*"), ("≥95%", "≥95%"), ("3.3分钟", "3.3 min"), ("—", "—"),
        ("64.9%（37/57）", "64.9% (37/57)"), ("99%（8712/8760小时）", "99% (8712/8760 h)"),
        ("没有数据（没有记录）", "no data (no record)"), ("不再有此数字", "no such figure any more"),
    ],
)  # fmt: skip
def test_a_figure_is_measured_in_english(zh: str, en: str) -> None:
    assert measured(zh) == en


def test_no_unit_of_a_figure_is_left_in_chinese() -> None:
    assert [unit for unit in Unit if not measured(f"3{unit}").replace("×", "").isascii()] == []


def test_registers_columns_and_figures_have_names_in_each_language() -> None:
    texts = Texts()
    needed = {f"register.{sheet.name}" for sheet in SHEETS} | {f"figure.{key}" for key in KEYS}
    needed |= {f"figure.{goal.key}" for goal in GOALS}
    for language in LANGUAGES:
        assert needed - texts.keys(language) == set()
    assert all("_" not in heading(column) for sheet in SHEETS for column in sheet.columns)
