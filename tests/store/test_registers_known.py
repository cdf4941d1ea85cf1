"""Each register can be seen as it was known on a day, by the names that homes and places had then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from compliance.registers import importing, looking, telling
from model.sheets import BY_NAME, SHEETS
from model.sheets.shape import Kind
from store import pool, register_sheets, registers_known
from tests.store.test_register_import import HOMES, WHOLE, take

MAY_1, MAY_5, MAY_9 = date(2026, 5, 1), date(2026, 5, 5), date(2026, 5, 9)


def logged_on(url: str, day: date) -> None:
    """Put what was logged just now on a day: only the owner of the log can."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "UPDATE register_log SET changed_at = %s WHERE changed_at > '2026-06-01'",
            [datetime(day.year, day.month, day.day, 4, tzinfo=UTC)],
        )


def words(conn: Connection[Any], name: str, day: date) -> list[dict[str, object]]:
    return [dict(one.fields) for one in looking.look(conn, BY_NAME[name], as_known=day)]


def place_of(devices: Sequence[Mapping[str, object]]) -> object:
    """Where the detector s1 hangs."""
    (detector,) = [one for one in devices if one["address"] == "s1"]
    return detector["place"]


def test_a_register_is_seen_as_it_was_known_on_any_day(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, WHOLE, "all.xlsx")
        conn.commit()
        logged_on(database, MAY_1)
        take(conn, (HOMES + "sunny,阳光敬老院,敬老院,60,,,\n".replace("60", "75")).encode())
        conn.execute("UPDATE places SET name = '北楼' WHERE name = '主楼'")
        conn.commit()
        logged_on(database, MAY_5)
        conn.execute("DELETE FROM hazards")
        conn.execute("UPDATE residents SET name = '王秀兰'")
        conn.commit()
        logged_on(database, MAY_9)

        assert [words(conn, "homes", day)[0]["beds"] for day in (MAY_1, MAY_5, MAY_9)] == [60, 75, 75]
        devices = BY_NAME["devices"]
        before = MAY_1 - timedelta(days=1)
        assert all(words(conn, sheet.name, before) == [] for sheet in SHEETS)
        for day in (MAY_5, MAY_1, MAY_9, MAY_1):
            then, now = (
                words(conn, "devices", day),
                [one.fields for one in register_sheets.rows(conn, devices)],
            )
            building = "主楼" if day == MAY_1 else "北楼"
            assert place_of(then) == (building, "一层", "101"), day
            assert place_of(now) == ("北楼", "一层", "101"), day
        assert len(words(conn, "hazards", MAY_5)) == 1
        assert words(conn, "hazards", MAY_9) == []
        assert str(words(conn, "consents", MAY_5)[0]["resident"]).startswith("王秀英")
        assert str(words(conn, "consents", MAY_9)[0]["resident"]).startswith("王秀兰")
        for sheet in SHEETS:
            now = [one.fields for one in register_sheets.rows(conn, sheet)]
            assert words(conn, sheet.name, MAY_9) == now, sheet.name
        exported = importing.export(conn, [BY_NAME["homes"]], "csv", as_known=MAY_1).decode("utf-8-sig")
        assert ",60," in exported


@pytest.mark.ground("plain")
def test_a_row_from_before_changes_were_written_down_counts_as_known(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, (HOMES + "a,甲,敬老院,50,,,\n").encode())
        conn.commit()
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute("DELETE FROM register_log")
        assert [one["code"] for one in words(conn, "homes", MAY_1)] == ["a"]
        conn.execute("UPDATE homes SET beds = 70")
        conn.commit()
        assert [one["beds"] for one in words(conn, "homes", MAY_1)] == [50]


@pytest.mark.ground("plain")
def test_a_home_sees_no_row_of_another_in_the_past_either(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, (HOMES + "a,甲,敬老院,50,,,\nb,乙,民办,5,,,\n").encode())
        conn.commit()
        logged_on(database, MAY_1)
        conn.execute(
            "SELECT set_config('yian.homes', (SELECT '{' || home_id || '}' FROM homes WHERE code = 'a'), false)"
        )
        assert [one["code"] for one in words(conn, "homes", MAY_5)] == ["a"]


@pytest.mark.ground("plain")
def test_what_held_on_a_day_is_told_from_what_was_known(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(
            conn,
            (
                HOMES + "a,甲,敬老院,50,,2020-01-01,2026-05-04\nb,乙,民办,5,,2026-05-05,\nc,丙,民办,5,,,\n"
            ).encode(),
        )
        found = [
            [one.fields["code"] for one in looking.look(conn, BY_NAME["homes"], as_of=day)]
            for day in (MAY_1, date(2026, 5, 4), MAY_5)
        ]
        assert found == [["a", "c"], ["a", "c"], ["b", "c"]]


def test_every_register_with_days_says_from_when_to_when_its_rows_hold() -> None:
    for sheet in SHEETS:
        span = looking.SPANS.get(sheet.name)
        assert span or sheet.name in ("places", "people", "exits"), sheet.name
        for field in filter(None, span or ()):
            assert sheet.column(field).kind in (Kind.DAY, Kind.INSTANT)


@pytest.mark.ground("plain")
def test_a_change_is_told_in_the_words_of_the_sheet(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, WHOLE, "all.xlsx")
        heads = "机构代码,发现日期,等级,内容,整改期限,销号日期,销号方式,编号\n"
        take(
            conn,
            (heads + "sunny,2026-02-01,重大,通道堆物,2026-03-01,2026-02-20,整改,1\n").encode(),
            "hazards.csv",
        )
        edits = register_sheets.history(conn, register="hazards")
        names = registers_known.names(conn, telling.points_at(edits))
        told = [telling.sentence(telling.version_of(BY_NAME["hazards"], one, names)) for one in edits]
        assert set(told[0].split("；")) == {
            "等级：一般 → 重大",
            "销号日期：空 → 2026-02-20",
            "销号方式：空 → 整改",
        }
        assert told[1].startswith("新增 new：")
        assert "机构代码 阳光敬老院" in told[1]
        moved = register_sheets.history(conn, register="devices")
        names = registers_known.names(conn, telling.points_at(moved))
        assert any(
            "位置 主楼/一层/101" in telling.sentence(telling.version_of(BY_NAME["devices"], one, names))
            for one in moved
        )
