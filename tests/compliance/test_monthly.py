"""A closed month: filed once, corrected in sight; beside other months; what to fix first."""

from __future__ import annotations

import io
from collections.abc import Generator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from compliance import monthly, monthly_docx, monthly_sheet
from compliance.monthly_filing import file, file_due, month, restated, versions
from compliance.priorities import Mark, standings, what_first
from model.errors import BadInput
from store import months
from tests.compliance.rows import Hand, at

MAY = date(2025, 5, 1)
JUNE_5 = datetime(2025, 6, 5, 1, 0, tzinfo=UTC)
JUNE_9 = datetime(2025, 6, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def hand(database: str) -> Generator[Hand]:
    hand = Hand(database)
    hand.home("qinghe", "青河敬老院", "敬老院", opened_on=date(2020, 1, 1))
    hand.home("liuxi", "柳溪福利院", "福利院", opened_on=date(2020, 1, 1))
    device = hand.device("qinghe")
    hand.online(device, at(1, 1), None)
    hand.incident("qinghe", [("F1", "false", 30, 90, 600)], at(5, 6, 10), device=device)
    yield hand
    hand.conn.close()


def test_late_data_changes_a_closed_month_only_by_a_correction_that_says_why(hand: Hand) -> None:
    done = file_due(hand.conn, JUNE_5)
    assert [(first, home, one.version) for first, home, one in done] == [
        (MAY, "liuxi", 1),
        (MAY, "qinghe", 1),
        (MAY, None, 1),
    ]
    assert file_due(hand.conn, JUNE_5) == []

    hand.conn.execute(
        "INSERT INTO hazards (home_id, found_on, grade, description, recorded_at)"
        " VALUES (%s, '2025-05-20', 'major', '安全出口堵塞', %s)",
        [hand.homes["qinghe"], JUNE_9],
    )
    known = month(hand.conn, MAY, "qinghe", JUNE_9)
    before = {one.key: one for one in restated(hand.conn, known)}["hazards_major_open"]
    assert (before.as_filed, before.as_corrected, before.as_known) == ("0处", "0处", "1处")

    again = file_due(hand.conn, JUNE_9)
    assert [(home, one.version) for _, home, one in again] == [("qinghe", 2), (None, 2)]
    moved = {one.key: one for one in again[0][2].corrects}["hazards_major_open"]
    assert (moved.was, moved.now) == ("0处", "1处")
    assert any("新增" in line for line in moved.why)
    after = {one.key: one for one in restated(hand.conn, known)}["hazards_major_open"]
    assert (after.as_filed, after.as_corrected, after.as_known) == ("0处", "1处", "1处")
    assert [(one.version, one.filed_at) for one in versions(hand.conn, MAY, hand.homes["qinghe"])] == [
        (1, JUNE_5),
        (2, JUNE_9),
    ]


def told(hand: Hand) -> list[tuple[str, str, str]]:
    return hand.conn.execute(
        "SELECT login, stage, title FROM notifications JOIN people USING (person_id) ORDER BY notification_id"
    ).fetchall()


def test_the_head_and_the_bureau_are_told_once_of_each_month_and_version(hand: Hand) -> None:
    for login, role, home in (("ju", "bureau", None), ("yuan", "head", "qinghe"), ("hu", "carer", "qinghe")):
        hand.conn.execute(
            "INSERT INTO people (login, name, role, home_id, password_hash) VALUES (%s, %s, %s, %s, '!')",
            [login, login, role, hand.homes.get(home or "")],
        )
    file_due(hand.conn, JUNE_5)
    file_due(hand.conn, JUNE_5)
    first = told(hand)
    assert [(login, title) for login, _, title in first] == [
        ("yuan", "【月报报送】青河敬老院 2025年5月"),
        ("ju", "【月报报送】全县 2025年5月"),
    ]
    hand.conn.execute(
        "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, '2025-05-20', 'major', '堵塞')",
        [hand.homes["liuxi"]],
    )
    file_due(hand.conn, JUNE_9)
    file_due(hand.conn, JUNE_9)
    ((login, stage, title),) = told(hand)[2:]
    assert (login, stage) == ("ju", "month:2025-05:county:2")
    assert "更正" in title


def test_a_month_stands_with_what_was_filed_what_corrected_it_and_why(hand: Hand) -> None:
    file_due(hand.conn, JUNE_5)
    hand.conn.execute(
        "INSERT INTO hazards (home_id, found_on, grade, description, recorded_at)"
        " VALUES (%s, '2025-05-20', 'major', '安全出口堵塞', %s)",
        [hand.homes["qinghe"], JUNE_9],
    )
    before = {one.key: one for one in monthly_sheet.read(hand.conn, MAY, None, JUNE_9).rows}
    line = before["hazards_major_open"]
    assert (line.filed, line.corrected, line.known) == ("0处", "", "1处")
    file_due(hand.conn, JUNE_9)
    sheet = monthly_sheet.read(hand.conn, MAY, None, JUNE_9)
    line = {one.key: one for one in sheet.rows}["hazards_major_open"]
    assert (line.filed, line.corrected, line.known) == ("0处", "1处", "")
    assert any("新增" in why for why in line.why)
    assert [one.version for one in sheet.versions] == [1, 2]
    document: Any = Document(io.BytesIO(monthly_docx.render(sheet)))
    words = "".join(text.text for text in document.element.iter(qn("w:t")))
    assert "未清零重大隐患：0处 → 1处" in words
    assert [(one.start_on, one.versions) for one in months.overview(hand.conn, None)] == [(MAY, 2)]


def test_a_month_is_compared_with_the_year_before_as_it_was_filed(hand: Hand) -> None:
    file(hand.conn, MAY, None, "陈局长", JUNE_5)
    hand.conn.execute("UPDATE homes SET opened_on = '2024-01-01'")
    line = {
        one.key: one
        for one in monthly_sheet.read(hand.conn, date(2026, 5, 1), None, JUNE_5.replace(year=2026)).rows
    }["fire_alarms"]
    assert (line.filed, line.known, line.year_before, line.over_year) == ("", "0起", "1起", "-1起")


def test_a_month_that_is_not_over_is_not_filed(hand: Hand) -> None:
    with pytest.raises(BadInput):
        file(hand.conn, date(2025, 6, 1), None, "陈局长", JUNE_5)


def test_year_over_year_tells_points_of_rates_and_nothing_of_what_is_unknown(hand: Hand) -> None:
    may = month(hand.conn, MAY, "qinghe", JUNE_5).section.figures
    april = month(hand.conn, monthly.before(MAY), "qinghe", JUNE_5).section.figures
    year = month(hand.conn, monthly.year_earlier(MAY), "qinghe", JUNE_5).section.figures
    found = {one.now.key: one for one in monthly.lines(may, april, year)}
    assert found["fire_alarms"].over_month == 1
    assert monthly.shown_change(found["fire_alarms"].over_month, may["fire_alarms"]) == "+1起"
    assert found["ack_rate"].over_year is None
    assert monthly.shown(found["ack_rate"].year_before) == "没有数据"


def test_what_to_fix_first_puts_lives_first_and_never_blames_alarms(hand: Hand) -> None:
    hand.room("qinghe", "101室")
    hand.conn.execute(
        "INSERT INTO hazards (home_id, found_on, grade, description) VALUES (%s, '2025-05-20', 'major', '堵塞')",
        [hand.homes["qinghe"]],
    )
    figures = month(hand.conn, MAY, "qinghe", JUNE_9).section.figures
    first = what_first(figures, most=20)
    assert [one.goal.key for one in first][:2] == ["hazards_major_open", "coverage"]
    assert "1间房" in first[1].said()
    assert "1 room " in first[1].said("en")
    assert not any(one.goal.key.startswith(("fire_", "false")) for one in first)
    marks = {one.goal.key: one.mark for one in standings(figures)}
    assert marks["ack_rate"] is not Mark.SHORT
    assert marks["night_patrol_rate"] is Mark.UNKNOWN
