"""A closed month: filed once, corrected in sight; beside other months; what to fix first."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, date, datetime

import pytest

from compliance import monthly
from compliance.monthly_filing import file, file_due, month, restated, versions
from compliance.priorities import Mark, standings, what_first
from model.errors import BadInput
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
    assert "1 rooms" in first[1].said("en")
    assert not any(one.goal.key.startswith(("fire_", "false")) for one in first)
    marks = {one.goal.key: one.mark for one in standings(figures)}
    assert marks["ack_rate"] is not Mark.SHORT
    assert marks["night_patrol_rate"] is Mark.UNKNOWN
