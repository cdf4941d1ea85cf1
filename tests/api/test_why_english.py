"""Each line that says why a figure moved is said in English too, whatever row, field or value it is about."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args, get_type_hints

import pytest

from api.why_english import noun_in_english, why_in_english
from compliance import frozen, row_words
from model.counted import Counted, DutySum, WornSum
from model.sheets import SHEETS
from model.sheets.shape import Kind

_TABLES = frozen._TABLES  # pyright: ignore[reportPrivateUsage]
_HINTS = get_type_hints(Counted)
_ROWS = {query: get_args(_HINTS[field])[0] for query, field in _TABLES.items()} | {
    "duty_sum": DutySum,
    "worn_sum": WornSum,
}


def _chinese(text: str) -> str:
    return "".join(letter for letter in text if "一" <= letter <= "鿿")


@pytest.mark.parametrize("query", _ROWS)
def test_every_field_of_every_row_has_an_english_name(query: str) -> None:
    for field in fields(_ROWS[query]):
        said = row_words.field_named(query, field.name)
        line = f"{row_words.row_named(query, '7')}：{said} 由 空 改为 是"
        assert _chinese(why_in_english(line)) == "", line


@pytest.mark.parametrize("query", _ROWS)
def test_a_row_that_came_or_went_is_told_with_its_home(query: str) -> None:
    for number in ("12", "detector", "all"):
        for news, word in (("新增", "added"), ("不见了", "gone")):
            said = why_in_english(f"{row_words.row_named(query, number)}（青河敬老院）：{news}")
            assert said.endswith(f"(青河敬老院): {word}")
            assert _chinese(said.replace("青河敬老院", "")) == ""


def test_every_value_that_is_one_of_a_few_words_is_in_english() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.kind is Kind.CHOICE:
                for stored in column.choices.values():
                    value = row_words.value_named(sheet.name, column.field, stored)
                    line = f"{sheet.zh}第1号：{column.zh} 由 空 改为 {value}"
                    assert _chinese(why_in_english(line)) == "", line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "隐患第4号（青河敬老院）：销号日期 由 空 改为 2025-08-01",
            "hazard 4 (青河敬老院): closed from empty to 2025-08-01",
        ),
        (
            "手环在线合计：在线时长 由 1.5小时 改为 2.0小时",
            "time online, band: time online from 1.5 h to 2.0 h",
        ),
        ("隐患第4号：内容 由 插座：老化 改为 插座换新", "hazard 4: description from 插座：老化 to 插座换新"),
        ("另有3处", "3 more"),
        (
            "归档第2号的内容与其校验值不符",
            "archived report 2 does not agree with its checksum",
        ),
        ("别的话", "别的话"),
    ],
)
def test_lines_as_they_are_filed(line: str, said: str) -> None:
    assert why_in_english(line) == said


def test_the_tables_behind_a_figure_have_a_name() -> None:
    for query in _ROWS:
        assert _chinese(noun_in_english(query)) == "", query
