"""The score card: goals reached of those that can be judged, on one page."""

from __future__ import annotations

import io
import shutil
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, date, datetime

import psycopg
import pytest
from docx import Document

from compliance import score_card, score_card_docx
from compliance.priorities import Mark
from model.errors import Missing
from tests.compliance.rows import Hand, at

JUNE_5 = datetime(2025, 6, 5, 1, 0, tzinfo=UTC)
MAY = date(2025, 5, 1)


@pytest.fixture
def hand(database: str) -> Generator[Hand]:
    hand = Hand(database)
    hand.home("qinghe", "青河敬老院", "敬老院", opened_on=date(2020, 1, 1))
    hand.room("qinghe", "101室")
    device = hand.device("qinghe", place=hand.room("qinghe", "102室"))
    hand.online(device, at(1, 1), None)
    hand.incident("qinghe", [("F1", "false", 30, 90, 600)], at(5, 6, 10), device=device)
    yield hand
    hand.conn.close()


def test_the_card_counts_goals_reached_and_does_not_judge_what_nobody_knows(hand: Hand) -> None:
    card = score_card.read(hand.conn, hand.homes["qinghe"], MAY, JUNE_5)
    rows = {row.standing.goal.key: row for row in card.rows}
    assert rows["coverage"].standing.mark is Mark.SHORT
    assert rows["coverage"].value.startswith("50%")
    assert rows["coverage"].before == "—"
    assert rows["hazards_major_open"].word == "达标"
    assert rows["night_patrol_rate"].word == "没有数据"
    assert card.judged == sum(row.word in {"达标", "未达标"} for row in card.rows)
    assert card.first[0].goal.key == "coverage"
    with pytest.raises(Missing):
        score_card.read(hand.conn, 999, MAY, JUNE_5)


def test_what_cannot_be_judged_is_named_in_the_language_of_the_sentence(hand: Hand) -> None:
    card = score_card.read(hand.conn, hand.homes["qinghe"], MAY, JUNE_5)
    thin = replace(card.rows[0].standing, mark=Mark.THIN)
    assert thin.said("en", "Rooms with a working detector").startswith(
        "Rooms with a working detector: too little"
    )
    assert thin.said().startswith(f"{thin.figure.label}的数据不全")


def test_the_docx_holds_every_row_and_what_to_fix_first(hand: Hand) -> None:
    card = score_card.read(hand.conn, hand.homes["qinghe"], MAY, JUNE_5)
    document = Document(io.BytesIO(score_card_docx.render(card)))
    table = document.tables[0]
    assert [row.cells[0].text for row in table.rows][1:] == [row.standing.figure.label for row in card.rows]
    text = "\n".join(one.text for one in document.paragraphs)
    assert "青河敬老院" in text
    assert "1. 有1间房没有正常工作的烟感" in text


def test_the_pdf_is_one_page(hand: Hand) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    card = score_card.read(hand.conn, hand.homes["qinghe"], MAY, JUNE_5)
    made = score_card_docx.render_pdf(card)
    assert made.startswith(b"%PDF")
    assert made.count(b"/Type/Page\n") + made.count(b"/Type/Page/") == 1


def test_a_card_is_read_under_row_level_security(hand: Hand) -> None:
    with psycopg.connect(hand.conn.info.dsn) as conn:
        conn.execute("SET LOCAL ROLE yian_app")
        conn.execute("SELECT set_config('yian.homes', %s, true)", [f"{{{hand.homes['qinghe']}}}"])
        card = score_card.read(conn, hand.homes["qinghe"], MAY, JUNE_5)
    assert card.home == "青河敬老院"


def test_a_month_before_the_first_device_was_heard_is_no_failure_of_the_home(hand: Hand) -> None:
    card = score_card.read(hand.conn, hand.homes["qinghe"], date(2024, 11, 1), JUNE_5)
    assert card.unheard
    assert card.judged == 0
    assert {row.word for row in card.rows} == {"没有数据"}
    assert card.first == ()
    assert card.since == ""
    document = Document(io.BytesIO(score_card_docx.render(card)))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "设备尚未接入，尚无数据" in text
    assert "各项均已达标" not in text


def test_a_month_in_which_the_home_joined_tells_since_when_as_the_report_does(hand: Hand) -> None:
    hand.home("willow", "柳溪福利院", "敬老院", opened_on=date(2020, 1, 1))
    device = hand.device("willow", place=hand.room("willow", "101室"))
    hand.online(device, at(5, 30, 1), None)
    card = score_card.read(hand.conn, hand.homes["willow"], MAY, JUNE_5)
    assert not card.unheard
    assert card.since == "设备自2025年5月30日起接入，此前情况不详"
    assert {row.before for row in card.rows} == {"—"}
    assert card.since in "\n".join(
        one.text for one in Document(io.BytesIO(score_card_docx.render(card))).paragraphs
    )
