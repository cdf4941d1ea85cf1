"""Registers come in by file and go out again: nothing is written unless all is right, and all can be followed."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import openpyxl
import pytest
from psycopg import Connection

from compliance.registers import importing, photos
from compliance.registers.importing import Outcome
from compliance.registers.pictures import Picture
from model.errors import Refused
from model.sheets import BY_NAME, SHEETS
from simulators import county
from store import pool, register_sheets
from yian.seed import seed_county

NOW = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)

HOMES = "机构代码,机构名称,类别,床位数,备案号,开业日期,关停日期\n"


def take(conn: Connection[Any], data: bytes, name: str = "homes.csv", *, dry_run: bool = False) -> Outcome:
    return importing.import_file(conn, data, name, dry_run=dry_run, actor="test", now=NOW)


def book(**pages: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, lines in pages.items():
        page = made.create_sheet(title)
        for line in lines:
            page.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


WHOLE = book(
    机构=[["机构代码", "机构名称", "类别", "床位数"], ["sunny", "阳光敬老院", "敬老院", 60]],
    场所=[
        ["机构代码", "位置", "类别", "须装烟感"],
        ["sunny", "主楼/一层/101", "房间", "是"],
        ["sunny", "主楼", "楼", None],
        ["阳光敬老院", "主楼/一层", "层", None],
    ],
    老人=[
        ["机构代码", "姓名", "出生日期", "位置", "入住日期"],
        ["sunny", "王秀英", "1938年5月1日", "主楼/一层/101", 45000],
    ],
    人员=[
        ["登录名", "姓名", "岗位", "机构代码"],
        ["li", "李护", "护理员", "sunny"],
        ["ju", "局长", "县民政局", None],
    ],
    值班=[["登录名", "岗位", "开始", "结束"], ["li", "护理员", "2026-03-01 08:00", "2026-03-01 20:00"]],
    设备=[
        ["来源", "地址码", "名称", "类别", "机构代码", "位置", "佩戴老人"],
        ["yian", "s1", "烟感", "烟感", "sunny", "主楼/一层/101", None],
        ["yian", "b1", "手环", "手环", "sunny", None, "王秀英"],
    ],
    出入口=[
        ["机构代码", "位置", "名称", "看守设备地址码", "看守起时", "看守止时", "平面横米", "平面纵米"],
        ["sunny", "主楼/一层", "大门", "s1", 21, 6, 0, 12.5],
    ],
    检查=[["机构代码", "日期", "类别", "参加部门"], ["sunny", date(2026, 2, 1), "联合检查", "民政、消防"]],
    隐患=[
        ["机构代码", "发现日期", "等级", "内容", "整改期限"],
        ["sunny", "2026/2/1", "一般", "通道堆物", "2026.3.1"],
    ],
    改造项目=[
        ["机构代码", "类别", "项目名称", "投资元", "开工日期"],
        ["sunny", "喷淋", "简易喷淋", "120,000", 20260101],
    ],
    培训=[["机构代码", "日期", "主题", "人次"], [None, "2026-02-02", "灭火", "１２０"]],
    事故=[["机构代码", "日期", "类别", "死亡", "受伤"], ["sunny", "2026-02-03", "跌倒", 0, 1]],
    保险=[
        ["保单号", "机构代码", "承保公司", "起保日期", "终保日期"],
        ["P1", "sunny", "人保", "2026-01-01", "2026-12-31"],
    ],
    体检=[["机构代码", "日期", "体检人次"], ["sunny", "2026-02-10", 40]],
    探视照护=[["乡镇", "服务公司", "开始日期", "服务人数"], ["青河镇", "安护公司", "2026-01-01", 120]],
    定位同意=[["机构代码", "老人", "同意日期", "同意人"], ["sunny", "王秀英", "2026-01-05", "其子"]],
)


def test_every_register_comes_in_together_and_a_second_time_changes_nothing(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        first = take(conn, WHOLE, "all.xlsx")
        assert first.faults == ()
        assert set(first.added) == {sheet.name for sheet in SHEETS}
        second = take(conn, WHOLE, "all.xlsx")
        assert (second.changes, second.import_id) == (0, None)
        (resident,) = register_sheets.rows(conn, next(s for s in SHEETS if s.name == "residents"))
        assert resident.fields["moved_in_on"] == date(2023, 3, 15)
        band = register_sheets.rows(conn, next(s for s in SHEETS if s.name == "devices"))[0]
        assert band.fields["resident"] == "王秀英 1938-05-01 2023-03-15"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_county_goes_out_and_comes_in_unchanged(database: str, form: Any) -> None:
    with pool.connect(database, name="test") as conn:
        seed_county(conn, county.build(3, county.Size(), date(2026, 3, 20)), password="bado-keti-11", now=NOW)
        take(conn, WHOLE, "all.xlsx")
        for part in [[sheet] for sheet in SHEETS] if form == "csv" else [list(SHEETS)]:
            data = importing.export(conn, part, form)
            name = f"{part[0].name}.csv" if form == "csv" else "all.xlsx"
            outcome = take(conn, data, name)
            assert outcome.faults == ()
            assert outcome.changes == 0
            assert outcome.same > 0


def test_a_dry_run_lists_every_wrong_cell_and_nothing_is_written(database: str) -> None:
    bad = (
        HOMES
        + "a,甲,敬老院,-1,R1,2020-01-01,\n"
        + "b,乙,酒店,ten,R2,2020-01-01,2019-12-31\n"
        + "c,丙,民办,10,R3,2020-01-01,2019-12-31\n"
        + "d,丁,民办,10,R3,,\n"
        + "e,=1+1,民办,10,R4,2026-13-01,\n"
    )
    with pool.connect(database, name="test") as conn:
        for dry_run in (True, False):
            outcome = take(conn, bad.encode("gbk"), dry_run=dry_run)
            wrong = {(fault.row, fault.column) for fault in outcome.faults}
            assert wrong == {
                (2, "床位数"),
                (3, "类别"),
                (3, "床位数"),
                (3, "关停日期"),
                (4, "关停日期"),
                (5, "备案号"),
                (6, "机构名称"),
                (6, "开业日期"),
            }
            assert all(fault.expected for fault in outcome.faults)
            assert importing.export(conn, [SHEETS[0]], "csv").count(b"\n") == 1


def test_overlaps_and_unknown_homes_are_refused_with_their_rows(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, WHOLE, "all.xlsx")
        terms = "保单号,机构代码,承保公司,起保日期,终保日期\nP2,sunny,人保,2026-06-01,2027-05-31\nP3,nobody,人保,2026-01-01,2026-02-01\n"
        outcome = take(conn, terms.encode(), "insurances.csv")
        assert {(fault.row, fault.column) for fault in outcome.faults} == {(2, "起保日期"), (3, "机构代码")}
        turns = "登录名,岗位,开始,结束\nli,护理员,2026-03-01 19:00,2026-03-02 08:00\nju,县民政局,2026-03-01 19:00,2026-03-01 19:00\n"
        outcome = take(conn, turns.encode(), "duties.csv")
        assert {(fault.row, fault.column) for fault in outcome.faults} == {
            (2, "开始"),
            (3, "结束"),
            (3, "登录名"),
        }


def test_old_values_stay_readable_and_the_last_import_can_be_taken_back(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, (HOMES + "a,甲,敬老院,50,R1,,\n").encode())
        take(conn, (HOMES + "a,甲,敬老院,60,R1,,\nb,乙,民办,5,R2,,\n").encode())
        last = register_sheets.history(conn, register="homes")
        assert [(edit.before or {}).get("beds") for edit in last] == [None, 50, None]
        assert {edit.actor for edit in last} == {"test"}
        register_sheets.undo(conn, actor="test", now=NOW)
        homes = register_sheets.rows(conn, SHEETS[0])
        assert [(home.fields["code"], home.fields["beds"]) for home in homes] == [("a", 50)]
        assert [one.undone_at for one in register_sheets.imports(conn)] == [NOW, None]


def test_an_import_is_not_undone_over_a_later_change(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, (HOMES + "a,甲,敬老院,50,R1,,\n").encode())
        conn.commit()
        conn.execute("UPDATE homes SET beds = 51")
        conn.commit()
        with pytest.raises(Refused, match="changed since"):
            register_sheets.undo(conn, actor="test", now=NOW)
        conn.rollback()
        assert register_sheets.rows(conn, SHEETS[0])[0].fields["beds"] == 51


def test_an_import_is_not_undone_over_what_was_proved_since(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, (HOMES + "a,甲,敬老院,50,R1,,\n").encode())
        hazard = "机构代码,发现日期,等级,内容\na,2026-03-01,一般,堵塞\n".encode()
        take(conn, hazard, "hazards.csv")
        (number,) = [one.number for one in register_sheets.rows(conn, BY_NAME["hazards"])]
        photo = Picture(b"x", b"x", 1, 1, None, None, None, sha256(b"x").digest(), sha256(b"x").digest())
        photos.add(conn, number, "before", photo, "test", NOW)
        with pytest.raises(Refused, match="in use"), conn.transaction():
            register_sheets.undo(conn, actor="test", now=NOW)
        assert len(register_sheets.rows(conn, BY_NAME["hazards"])) == 1


def test_a_door_names_a_device_of_its_home_and_both_hours_or_none(database: str) -> None:
    with pool.connect(database, name="test") as conn:
        take(conn, WHOLE, "all.xlsx")
        heads: list[object] = ["机构代码", "位置", "名称", "看守设备地址码", "看守起时", "看守止时"]
        wrong = book(出入口=[heads, ["sunny", "主楼/一层", "后门", "s9", 21, None]])
        found = take(conn, wrong, "all.xlsx").faults
        assert {one.column for one in found} == {"看守设备地址码", "看守止时"}
        (door,) = register_sheets.rows(conn, next(s for s in SHEETS if s.name == "exits"))
        assert (door.fields["watched_by"], door.fields["leads_outside"]) == ("s1", True)
        assert (door.fields["x_m"], door.fields["y_m"]) == (0, 12.5)
