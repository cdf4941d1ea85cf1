"""Every figure equals what one counts by hand, and by SQL that shares nothing with our queries."""

# ruff: noqa: S608  the texts are put together from constants of this file
from __future__ import annotations

import io
from collections.abc import Generator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from docx import Document

from compliance import docx
from compliance.document import Style
from compliance.indicators import figures
from compliance.report import Report, make
from compliance.template_file import read_words
from model.errors import BadInput, Missing
from model.periods import year_of
from store import figures as stored
from store import pool, rollups, sql
from store.scopes import EVERYWHERE
from tests.compliance import rows
from tests.compliance.rows import NOW, YEAR, Hand, at

_IN_YEAR = "raised_at >= '2025-01-01 +08' AND raised_at < '2026-01-01 +08' AND NOT drill"
_FIRE = "family = 'fire' AND opened_at >= '2025-01-01 +08' AND opened_at < '2026-01-01 +08' AND NOT drill"

DIRECT: dict[str, tuple[str, float]] = {
    "smoke_installed": (
        "SELECT count(*) FROM devices d JOIN homes h USING (home_id) WHERE d.kind = 'detector'"
        " AND h.kind = '敬老院' AND d.installed_on BETWEEN '2025-01-01' AND '2025-12-31'",
        2,
    ),
    "smoke_installed_all": (
        "SELECT count(*) FROM devices WHERE kind = 'detector' AND extract(year FROM installed_on) = 2025",
        3,
    ),
    "smoke_stock": ("SELECT count(*) FROM devices WHERE kind = 'detector'", 4),
    "bands_issued": ("SELECT count(*) FROM devices WHERE kind = 'wristband'", 2),
    "band_wearers": (
        "SELECT count(*) FROM residents r JOIN devices d USING (resident_id) WHERE r.wanders",
        1,
    ),
    "micro_station_built": ("SELECT count(*) FROM homes WHERE extract(year FROM micro_station_on) = 2025", 1),
    "joint_inspections": (
        "SELECT count(*) FROM inspections WHERE kind = 'joint' AND extract(year FROM done_on) = 2025",
        3,
    ),
    "joint_homes": (
        "SELECT count(DISTINCT home_id) FROM inspections WHERE kind = 'joint' AND done_on >= '2025-01-01'",
        2,
    ),
    "unlicensed_targeted": ("SELECT count(*) FROM hazards WHERE kind = 'unlicensed'", 1),
    "unlicensed_closed": ("SELECT count(*) FROM hazards WHERE closed_how = 'closed_down'", 1),
    "no_sprinkler": ("SELECT count(*) FROM hazards WHERE kind = 'no_sprinkler'", 1),
    "filed_new": ("SELECT count(*) FROM homes WHERE extract(year FROM registered_on) = 2025", 1),
    "filed_total": ("SELECT count(*) FROM homes WHERE registration_no IS NOT NULL", 2),
    "training_sessions": ("SELECT count(*) FROM trainings", 2),
    "training_attendees": ("SELECT sum(attendees) FROM trainings", 126),
    "projects_investment": ("SELECT sum(investment_yuan) / 10000.0 FROM projects", 85.3),
    "fire_alarms": (f"SELECT count(*) FROM incidents WHERE {_FIRE}", 5),
    "fire_false": (
        f"SELECT count(DISTINCT incident_id) FROM alerts WHERE class = 'F1' AND outcome = 'false' AND {_IN_YEAR}",
        2,
    ),
    "fire_true": (
        f"SELECT count(DISTINCT incident_id) FROM alerts WHERE class = 'F2' AND outcome = 'true' AND {_IN_YEAR}",
        1,
    ),
    "fire_signals": (f"SELECT count(*) FROM alerts WHERE class = 'F1' AND {_IN_YEAR}", 5),
    "faults": (f"SELECT count(*) FROM alerts WHERE class = 'T1' AND {_IN_YEAR}", 2),
    "fence_alerts": (f"SELECT count(*) FROM alerts WHERE class = 'W2' AND {_IN_YEAR}", 1),
    "missing_found": (f"SELECT count(*) FROM alerts WHERE class = 'W5' AND {_IN_YEAR}", 1),
    "ack_rate": (
        "SELECT 100.0 * count(*) FILTER (WHERE acknowledged_at - raised_at <= '60 s') / count(*) FROM alerts"
        f" WHERE class = 'F1' AND {_IN_YEAR}",
        60,
    ),
    "on_scene_rate": (
        "SELECT 100.0 * count(*) FILTER (WHERE on_scene_at - raised_at <= '3 min') / count(*) FROM alerts"
        f" WHERE class = 'F1' AND outcome <> 'test' AND {_IN_YEAR}",
        75,
    ),
    "completeness": ("SELECT 100.0 * sum(reports) / sum(reports_due) FROM device_days", 98.374401),
}


@pytest.fixture
def county(database: str) -> str:
    """A database with the hand-made county."""
    rows.fill(database)
    return database


def report_of(url: str, home: str | None = None, *, now: datetime = NOW, year: int = YEAR) -> Report:
    """Return the report of a year."""
    with pool.connect(url, name="test") as conn:
        return make(conn, year_of(year, now), home, read_words(), Style(), now)


def values(report: Report) -> dict[str, float | None]:
    """Return the values of all figures by key."""
    return {key: figure.value for key, figure in report.section.figures.items()}


def test_every_figure_is_what_direct_sql_counts(county: str) -> None:
    found = values(report_of(county))
    with psycopg.connect(county) as conn:
        for key, (query, by_hand) in DIRECT.items():
            row = conn.execute(query.encode()).fetchone()
            assert row is not None
            assert float(row[0]) == pytest.approx(by_hand, abs=1e-6), f"{key}: the hand-made rows"
            assert found[key] == pytest.approx(by_hand, abs=1e-6), key


def test_figures_are_read_back_out_of_the_docx(county: str) -> None:
    report = report_of(county)
    file = Document(io.BytesIO(docx.render(report.section, NOW)))
    text = "".join(paragraph.text for paragraph in file.paragraphs)
    for said in (
        "联合应急、消防等部门开展联合执法检查3次，覆盖养老机构2家",
        "对全县1家无证养老机构进行集中整治。目前，关停1家",
        "柳溪颐养院6月底已完成消防设施改造并通过消防备案，投资85.3万元",
        "安装智慧烟感器3个，其中敬老院2个，建立养老机构微型消防站1个",
        "全年共计处置火警信息5起，其中真实火情1起、误报2起、测试1起、设备故障1起，处置率达100%",
        "火警及时响应率达60%，到场及时率达75%，误报率为66.7%",
        "配备防走失定位手环2个，惠及1人",
        "成功找回1人，平均用时40分钟",
        "全年培训2期、126人，全面完成了省市培训任务",
        "新增备案养老机构1家，全县备案养老机构共2家",
        "未发生火灾亡人事故",
        "数据完整率98.4%",
    ):
        assert said in text, said
    for key in report.section.printed:
        assert report.section.figures[key].printed() in text


def test_online_hours_are_clipped_to_the_year_and_the_installed_span(county: str) -> None:
    # old and new[0]: 365 days each; new[1]: 1 Jan to 28 Oct, 300 days, the overlap counted once;
    # private: installed and online 1 Jul to 31 Dec, 184 days; band: 1 Jan to 2 Jul noon, 182.5 days of 365;
    # the second band, never heard, from 1 Feb: 334 days.
    online, due = 365 * 2 + 300 + 184 + 182.5, 365 * 3 + 184 + 365 + 334
    figure = report_of(county).section.figures["online_rate"]
    assert figure.numerator == pytest.approx(online * 86_400)
    assert figure.denominator == pytest.approx(due * 86_400)


def test_worn_hours_count_only_residents_at_risk(county: str) -> None:
    figure = report_of(county).section.figures["worn_rate"]
    assert figure.value == pytest.approx(100 * 182 * 18 / (365 * 24))


def test_a_home_sees_its_own_rows_only(county: str) -> None:
    report = report_of(county, "liuxi")
    found = values(report)
    assert found["fire_alarms"] == 2
    assert found["joint_inspections"] == 1
    assert "柳溪颐养院" in report.section.title
    assert "全县" not in "".join(block.text for block in report.section.blocks)


def test_the_scope_of_a_connection_limits_the_report(county: str) -> None:
    with psycopg.connect(county) as conn:
        pool.configure(conn)
        liuxi: Any = conn.execute("SELECT set_config('yian.homes', 'all', false)").fetchone()
        liuxi = conn.execute("SELECT home_id FROM homes WHERE code = 'liuxi'").fetchone()
        conn.execute("SELECT set_config('yian.homes', %s, false)", [f"{{{liuxi[0]}}}"])
        conn.commit()
        assert values(make(conn, year_of(YEAR, NOW), None, read_words(), Style(), NOW))["fire_alarms"] == 2
        with pytest.raises(Missing):
            make(conn, year_of(YEAR, NOW), "qinghe", read_words(), Style(), NOW)


def test_an_unknown_home_and_a_year_to_come_are_refused(county: str) -> None:
    with pytest.raises(Missing):
        report_of(county, "nowhere")
    with pytest.raises(BadInput):
        report_of(county, year=2027)


def test_an_open_fire_forbids_the_negative(county: str) -> None:
    hand = Hand(county)
    hand.homes["qinghe"] = hand.one("SELECT home_id FROM homes WHERE code = 'qinghe'")
    hand.incident("qinghe", [("F1", None, None, None, None)], at(12, 31, 23))
    hand.close()
    report = report_of(county)
    assert "未发生火灾亡人事故" not in report.section.text
    assert "正在处置1起" in report.section.text


def test_a_true_fire_without_an_accident_record_forbids_the_negative(county: str) -> None:
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute("DELETE FROM accidents")
    text = report_of(county).section.text
    assert "，未发生火灾亡人事故" not in text
    assert "有1起真实火情没有登记伤亡情况" in text


def test_a_death_is_said_first_and_never_dropped(county: str) -> None:
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute("UPDATE accidents SET deaths = 2")
    text = report_of(county).section.text
    assert "发生火灾亡人事故，死亡2人" in text
    assert "未发生火灾亡人" not in text
    assert "确保院内老人生命财产安全。" not in text


def test_days_without_sums_lower_the_completeness(county: str) -> None:
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute("DELETE FROM home_days WHERE day >= '2025-07-01'")
    report = report_of(county)
    share = report.section.figures["completeness"].value
    assert share is not None
    assert share < 50
    assert "未发生火灾亡人事故" not in report.section.text
    assert "另有184天没有汇总数据" in report.section.text
    assert "设备在线率达70.6%（数据完整率4" in report.section.text


def test_an_undated_registration_shows_as_a_gap(county: str) -> None:
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute("UPDATE homes SET registered_on = NULL WHERE code = 'qinghe'")
    text = report_of(county).section.text
    assert "备案养老机构数字不相符" in text
    assert "相差1家" in text


@pytest.fixture
def fresh(database: str) -> Generator[Hand]:
    """One home that was connected today, at noon of 10 March 2025."""
    hand = Hand(database)
    hand.home("new", "新院", "敬老院", opened_on=date(2020, 1, 1))
    yield hand
    hand.close()


def test_a_fresh_demo_counts_from_the_moment_of_its_connection(fresh: Hand, database: str) -> None:
    noon = at(3, 10, 12)
    devices = [fresh.device("new", installed_on=date(2025, 1, 5)) for _ in range(4)]
    for device in devices:
        fresh.online(device, noon, None)
        fresh.reading(device, noon + timedelta(seconds=5), battery=90)
    now = noon + timedelta(minutes=1)
    report = report_of(database, now=now)
    assert values(report)["smoke_installed"] == 4
    assert values(report)["online_rate"] == 100
    assert values(report)["completeness"] == 100
    text = report.section.text
    assert "自3月10日接入以来，设备在线率达100%" in text
    assert "今年以来，为全县敬老院安装智慧烟感器4个" in text
    assert "设备自2025年3月10日起接入，此前情况不详" in text
    assert "没有备案登记数据" in text
    # A safety negative of a whole year is not carried by one day of data.
    assert "，未发生火灾亡人事故" not in text


def test_an_open_interval_ends_where_the_device_fell_silent(fresh: Hand, database: str) -> None:
    began = at(3, 10)
    device = fresh.device("new", installed_on=date(2025, 1, 5))
    fresh.online(device, began, None)
    fresh.insert(
        "liveness",
        device_id=device,
        last_seen_at=began + timedelta(days=1),
        since=began,
        silent_at=began + timedelta(days=3),
    )
    figure = report_of(database, now=began + timedelta(days=4)).section.figures["online_rate"]
    assert figure.value == pytest.approx(25)
    still = report_of(database, now=began + timedelta(days=2)).section.figures["online_rate"]
    assert still.value == pytest.approx(100)


def test_a_rolled_up_day_counts_as_its_readings_do(fresh: Hand, database: str) -> None:
    began = at(3, 10)
    healthy = fresh.device("new", installed_on=date(2025, 1, 5), every=timedelta(hours=1))
    lame = fresh.device("new", installed_on=date(2025, 1, 5), every=timedelta(hours=1))
    rare = fresh.device("new", installed_on=date(2025, 1, 5), every=timedelta(hours=36))
    for device in (healthy, lame, rare):
        fresh.online(device, began, None)
    for hour in range(72):
        fresh.reading(healthy, began + timedelta(hours=hour, minutes=30))
        if hour % 2:
            # Two in one slot do not make up for none in the next.
            fresh.reading(lame, began + timedelta(hours=hour, minutes=10))
            fresh.reading(lame, began + timedelta(hours=hour, minutes=50))
    for hour in (5, 40):
        fresh.reading(rare, began + timedelta(hours=hour))
    now = began + timedelta(days=3)
    expected = (72 + 36 + 2) / (72 + 72 + 2)
    before = report_of(database, now=now).section.figures["completeness"]
    with pool.connect(database, name="test") as conn:
        assert rollups.rollup_due(conn, now) == 3
        assert rollups.rollup_due(conn, now) == 0
        rollups.rollup_day(conn, date(2025, 3, 11))
    after = report_of(database, now=now).section.figures["completeness"]
    assert before.value == pytest.approx(100 * expected)
    assert after.value == pytest.approx(100 * expected)
    with psycopg.connect(database) as conn:
        days: Any = conn.execute(
            "SELECT count(*), sum(reports), sum(reports_due) FROM device_days"
        ).fetchone()
    assert days == (9, 110, 146)


def test_worn_time_is_rolled_up_until_the_next_report(fresh: Hand, database: str) -> None:
    began = at(3, 10)
    resident = fresh.resident("new", "王桂兰")
    band = fresh.device("new", "wristband", date(2025, 3, 1), every=timedelta(hours=1), resident=resident)
    fresh.online(band, began, None)
    # Worn from 01:00 to 02:30; then worn at 10:00 and no word after it, which holds for two periods.
    for minutes, worn in ((60, True), (120, True), (150, False), (600, True)):
        fresh.reading(band, began + timedelta(minutes=minutes), battery=50, worn=worn)
    with pool.connect(database, name="test") as conn:
        rollups.rollup_day(conn, date(2025, 3, 10))
    with psycopg.connect(database) as conn:
        row: Any = conn.execute("SELECT worn_for, battery_min_pct FROM device_days").fetchone()
    assert row == (timedelta(hours=3, minutes=30), 50)


def test_the_columns_of_a_query_are_the_fields_of_its_row_in_their_order(county: str) -> None:
    params = stored.asked(year_of(2025, NOW), EVERYWHERE)
    with pool.connect(county, name="test") as conn:
        counted = report_of(county).counted
        for query, read in {
            **{name: getattr(counted, name) for name in ("homes", "devices", "rooms", "alerts", "hazards")},
            **{name: getattr(counted, name) for name in ("trainings", "projects", "accidents", "residents")},
            **{name: getattr(counted, name) for name in ("insurances", "health_checks", "care_visits")},
        }.items():
            columns = conn.execute(sql.load(stored.__file__)[query], params).description or ()
            for row in read[:1]:
                assert [column.name for column in columns] == [field.name for field in fields(row)]


def test_a_report_is_of_one_moment(county: str) -> None:
    report = report_of(county, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert replace(report.counted, known_at=NOW) == report_of(county).counted


def test_a_home_is_on_the_register_from_the_day_on_which_it_was_put_there(fresh: Hand, database: str) -> None:
    """Put on it in 2026, and open long before: no registered home of 2025, whenever 2025 is counted."""
    fresh.home("early", "早备案院", "民办", opened_on=date(2015, 1, 1), registered_on=date(2020, 1, 5))
    fresh.home("late", "晚备案院", "民办", opened_on=date(2015, 1, 1), registered_on=date(2026, 1, 5))
    figures = report_of(database).section.figures
    assert (figures["filed_total"].value, figures["filed_last"].value) == (1, 1)


def test_an_alarm_whose_time_to_be_answered_still_runs_is_not_late(county: str) -> None:
    counted = report_of(county).counted
    alarm = next(one for one in counted.alerts if one.alert_class == "F1")
    running = replace(alarm, raised_at=NOW, acknowledged_at=None, on_scene_at=None, outcome=None)

    def shares(after: timedelta) -> dict[str, float | None]:
        found = figures(replace(counted, alerts=(running,), known_at=NOW + after))
        return {key: found[key].value for key in ("ack_rate", "on_scene_rate")}

    assert shares(timedelta(seconds=59)) == {"ack_rate": None, "on_scene_rate": None}
    assert shares(timedelta(minutes=2)) == {"ack_rate": 0, "on_scene_rate": None}
    assert shares(timedelta(minutes=3)) == {"ack_rate": 0, "on_scene_rate": 0}
