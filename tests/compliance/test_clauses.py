"""Every clause of the section in every wording: chosen by data, said with it, explained without it.

Source of the wordings: domain rules 1.2 (S1 to S16), 1.4 and 8.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from compliance.document import Section, Style
from compliance.indicators import figures
from compliance.section import section
from compliance.template_file import read_words
from compliance.words import HOME
from model.compliance import HomeRow, InspectionRow, ProjectRow
from model.counted import Counted
from tests.compliance.test_section import BLANK, empty

WORDS = read_words()
CLAUSES = {clause.key: clause for clause in WORDS.clauses()}
OVER = datetime(2027, 1, 9, tzinfo=UTC)
OURS = HomeRow(1, "h", "青河镇敬老院", "敬老院", "", 1, None, None, None, None, None, date(2020, 1, 1), None)
DEPARTMENTS = (InspectionRow(1, 1, date(2026, 5, 6), "joint", ("消防", "应急")),)


def project(accepted: date | None, yuan: int | None) -> tuple[ProjectRow, ...]:
    """One finished retrofit."""
    return (ProjectRow(1, 1, "柳溪颐养院", "fire_system", yuan, date(2026, 6, 30), accepted),)


@dataclass(frozen=True)
class Case:
    """What the figures are (all others are unknown), and what is said of them by which wording."""

    clause: str
    wording: int
    said: str
    values: dict[str, float] = field(default_factory=dict[str, float])
    home: bool = False
    over: bool = False
    joint: bool = False
    projects: tuple[ProjectRow, ...] = ()
    targets: dict[str, int] = field(default_factory=dict[str, int])


S1 = {"smoke_installed": 12.0, "smoke_installed_all": 12.0}
S5 = {"joint_inspections": 9.0, "joint_homes": 7.0}
CASES = (
    Case("S1", 0, "今年以来，为全县敬老院安装智慧烟感器12个", S1),
    Case("S1", 1, "为全县养老机构安装智慧烟感器20个，其中敬老院12个", {**S1, "smoke_installed_all": 20}),
    Case("S1", 2, "今年以来，为全县养老机构安装智慧烟感器20个，逐步", {"smoke_installed": 0, "smoke_installed_all": 20}),
    Case("S1", 3, "2026年以来，安装智慧烟感器20个", {"smoke_installed_all": 20}, home=True, over=True),
    Case("S2", 0, "建立养老机构微型消防站3个", {"micro_station_built": 3}),
    Case("S2", 1, "建立微型消防站1个", {"micro_station_built": 1}, home=True),
    Case("S3", 0, "逐步解决了敬老院消防设施不足问题", S1),
    Case("S3", 1, "建立养老机构微型消防站3个，逐步解决了养老机构消防设施不足问题", {"micro_station_built": 3}),
    Case("S4", 0, "柳溪颐养院6月底已完成消防设施改造并通过消防备案，投资85.3万元", projects=project(date(2026, 7, 1), 853_000)),
    Case("S4", 1, "柳溪颐养院6月底已完成消防设施改造并通过消防备案。", projects=project(date(2026, 7, 1), None)),
    Case("S4", 2, "柳溪颐养院6月底已完成消防设施改造，投资85.3万元", projects=project(None, 853_000)),
    Case("S4", 3, "柳溪颐养院6月底已完成消防设施改造。", projects=project(None, None)),
    Case("S5", 0, "联合应急、消防等部门开展联合执法检查9次，覆盖养老机构7家", S5, joint=True),
    Case("S5", 1, "联合有关部门开展联合执法检查9次，覆盖养老机构7家", S5),
    Case("S5", 2, "接受应急、消防等部门联合执法检查9次", S5, home=True, joint=True),
    Case("S5", 3, "接受有关部门联合执法检查9次", S5, home=True),
    Case("S6", 0, "对全县11家无证养老机构进行集中整治", {"unlicensed_targeted": 11}),
    Case("S7", 0, "目前，完成消防系统改造6家", {"unlicensed_retrofitted": 6}),
    Case("S8", 0, "目前，关停4家", {"unlicensed_closed": 4}),
    Case("S8b", 0, "目前，以其他方式整改到位2家", {"unlicensed_rectified": 2}),
    Case("S8c", 0, "目前，正在整治1家", {"unlicensed_pending": 1}),
    Case("S9", 0, "对5家没有安装消防喷淋系统的民办养老机构督促按照时间节点进行落实", {"no_sprinkler": 5}),
    Case("S9b", 0, "进行落实，均已完成安装", {"no_sprinkler": 5, "no_sprinkler_done": 5}),
    Case("S9b", 1, "进行落实，2家已完成安装", {"no_sprinkler": 5, "no_sprinkler_done": 2}),
    Case("S10", 0, "同时认真做好人防、技防，确保院内老人生命财产安全", {"smoke_stock": 30, "fire_deaths": 0}),
    Case("S10", 1, "同时认真做好人防、技防。", {"smoke_stock": 30, "fire_deaths": 1}),
    Case("S11", 0, "新增备案养老机构2家，全县备案养老机构共40家", {"filed_new": 2, "filed_total": 40}),
    Case("S11", 1, "截至11月24日，全县备案养老机构共40家", {"filed_new": 0, "filed_total": 40}),
    Case("S11b", 0, "注销备案1家", {"filed_cancelled": 1}),
    Case("S11c", 0, "共40家，可满足中、低档消费群体养老需求", {"filed_total": 40}),
    Case("S12", 0, "今年以来，培训4期、310人", {"training_sessions": 4, "training_attendees": 310}),
    Case("S12", 1, "全年培训4期、310人", {"training_sessions": 4, "training_attendees": 310}, over=True),
    Case("S12b", 0, "310人，全面完成了省市培训任务", {"training_sessions": 4, "training_attendees": 310}, targets={"training_attendees": 310}),
    Case("S13", 0, "配备防走失定位手环60个，惠及55人", {"bands_issued": 60, "band_wearers": 55}),
    Case("S13", 1, "购置防走失定位手环60个", {"bands_issued": 60}),
    Case("S13b", 0, "截至11月24日，共有防走失定位手环90个", {"bands_issued": 60, "bands_stock": 90}),
    Case("S14", 0, "组织社会福利院老人身体检查80人次", {"health_checked": 80, "health_checked_welfare": 80}),
    Case("S14", 1, "组织养老机构老人身体检查80人次", {"health_checked": 80, "health_checked_welfare": 20}),
    Case("S14", 2, "组织老人身体检查80人次", {"health_checked": 80, "health_checked_welfare": 80}, home=True),
    Case("S14b", 0, "为每名在院老人建立健康档案，共66份", {"residents": 66, "health_files": 66, "health_file_rate": 100}),
    Case("S14b", 1, "为33名在院老人建立健康档案，建档率达50%", {"residents": 66, "health_files": 33, "health_file_rate": 50}),
    Case("S15", 0, "对全县养老机构逐一开展安全排查，做到了应排尽排", {"inspected_rate": 100}),
    Case("S15", 1, "安全排查覆盖率达99.9%", {"inspected_rate": 99.96}),
    Case("S16", 0, "引入第三方公司，对全县240位自理分散供养特困老人开展“规范化、专业化、智慧化、多样化”探视巡访照护服务", {"elders_visited": 240}),
    Case("H1", 0, "排查发现安全隐患8处", {"hazards_found": 8}),
    Case("H2", 0, "8处，已全部整改", {"hazards_found": 8, "hazards_closed": 8}),
    Case("H2", 1, "8处，已整改5处", {"hazards_found": 8, "hazards_closed": 5}),
    Case("H3", 0, "到期隐患按时整改率达75%", {"hazards_in_time": 75}),
    Case("H4", 0, "尚有重大隐患1处正在整改", {"hazards_major": 2, "hazards_major_open": 1}),
    Case("H4", 1, "重大隐患已清零", {"hazards_major": 2, "hazards_major_open": 0}),
    Case("D1", 0, "截至12月底，全县现有智慧烟感器30个", {"smoke_stock": 30}, over=True),
    Case("D2", 0, "应装房间智慧烟感覆盖率达88.8%", {"coverage": 88.8}),
    Case("D3", 0, "烟感定期测试率达91.5%", {"proof_rate_smoke": 91.5}),
    Case("A1", 0, "截至11月24日，设备在线率达98.5%", {"online_rate": 98.5, "observed_rate": 100}),
    Case("A1", 1, "自1月1日接入以来，设备在线率达98.5%", {"online_rate": 98.5, "observed_rate": 50}),
    Case("A2", 0, "今年以来，共处置火警信息6起", {"fire_alarms": 6}),
    Case("A2", 1, "全年共计处置火警信息6起", {"fire_alarms": 6}, over=True),
    Case("A3", 0, "其中真实火情1起", {"fire_alarms": 6, "fire_true": 1}),
    Case("A3", 1, "其中误报2起", {"fire_alarms": 6, "fire_false": 2}),
    Case("A3", 2, "其中误报2起、测试3起", {"fire_alarms": 6, "fire_false": 2, "fire_test": 3}),
    Case("A3", 3, "其中设备故障4起", {"fire_alarms": 6, "fire_fault": 4}),
    Case("A3", 4, "其中正在处置1起", {"fire_alarms": 6, "fire_open": 1}),
    Case("A4", 0, "处置率达83.3%", {"fire_handled_rate": 83.3}),
    Case("A5", 0, "火警及时响应率达60%", {"ack_rate": 60}),
    Case("A6", 0, "到场及时率达75%", {"on_scene_rate": 75}),
    Case("A7", 0, "误报率为66.7%", {"false_rate": 66.7}),
    Case("T1", 0, "发现设备故障5起，已全部修复", {"faults": 5, "faults_closed": 5}),
    Case("T1", 1, "发现设备故障5起，已修复4起", {"faults": 5, "faults_closed": 4}),
    Case("T1", 2, "发现设备故障5起。", {"faults": 5, "faults_closed": 0}),
    Case("T2", 0, "故障修复及时率达90%", {"repair_rate": 90}),
    Case("N0", 0, "发生火灾亡人事故，死亡2人", {"fire_deaths": 2}),
    Case("N1", 0, "。未发生火灾亡人事故", {"fire_deaths": 0, "fire_open": 0, "completeness": 95, "observed_rate": 95}),
    Case("N1", 1, "自1月1日接入以来未发生火灾亡人事故", {"fire_deaths": 0, "fire_open": 0, "completeness": 95, "observed_rate": 94}),
    Case("W1", 0, "手环佩戴率达92%", {"worn_rate": 92}),
    Case("W2", 0, "手环充电合格率达97%", {"charged_rate": 97}),
    Case("W2b", 0, "手环定期测试率达85%", {"proof_rate_band": 85}),
    Case("W2c", 0, "出入口定期测试率达70%", {"proof_rate_exit": 70}),
    Case("W3", 0, "处置越界报警9起", {"fence_alerts": 9}),
    Case("W4", 0, "从越界到工作人员响应平均用时2.5分钟", {"notice_minutes": 2.5}),
    Case("W5", 0, "发生老人走失1起", {"missing": 1}),
    Case("W6", 0, "成功找回1人，平均用时40分钟", {"missing": 1, "missing_found": 1, "found_minutes": 40}),
    Case("W7", 0, "24小时找回率为100%", {"found_in_day_rate": 100}),
    Case("W8", 0, "处置老人求助报警14起", {"sos_alerts": 14}),
    Case("P1", 0, "24小时值班覆盖率达99%", {"duty_rate": 99}),
    Case("P2", 0, "白天防火巡查完成率达98%", {"patrol_rate": 98}),
    Case("P3", 0, "夜间防火巡查完成率达97%", {"night_patrol_rate": 97}),
    Case("P4", 0, "月度安全自查完成率达96%", {"self_check_rate": 96}),
    Case("P5", 0, "半年应急演练完成率达95%", {"drill_rate": 95}),
    Case("P6", 0, "消防设施年度检测率达94%", {"equipment_test_rate": 94}),
    Case("I1", 0, "截至11月24日，全县养老机构均在保险期内", {"insured_homes": 40, "insured_rate": 100}),
    Case("I1", 1, "截至11月24日，39家养老机构在保险期内，参保率达97.5%", {"insured_homes": 39, "insured_rate": 97.5}),
    Case("I1", 2, "截至11月24日，有在保险期内的保单2份", {"policies_running": 2}, home=True),
)  # fmt: skip


def scope_of(case: Case) -> Counted:
    """Return a county or a home, to date or over, of which only this is known."""
    counted = empty(
        OVER if case.over else datetime(2026, 11, 24, 8, tzinfo=UTC), home=OURS if case.home else None
    )
    return replace(
        counted,
        inspections=DEPARTMENTS if case.joint else (),
        projects=case.projects,
        targets=case.targets,
    )


def told(case: Case, values: dict[str, float]) -> Section:
    """Return the section of these values; no rate stands on thin data."""
    counted = scope_of(case)
    known = {
        key: replace(
            figure,
            value=values.get(key),
            completeness=1.0,
            why_unknown="" if key in values else figure.why_unknown or "没有数据",
        )
        for key, figure in figures(counted).items()
    }
    return section(counted, known, WORDS, Style())


def body(result: Section) -> str:
    """Return what is said, without the notes."""
    return "\n".join(block.text for block in result.blocks if block.level != 3)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.clause}-{case.wording}")
def test_each_wording_is_chosen_by_data(case: Case) -> None:
    result = told(case, case.values)
    assert case.said in body(result)
    assert case.clause not in result.dropped


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.clause}-{case.wording}")
def test_without_data_it_is_dropped_and_the_notes_say_that_there_is_none(case: Case) -> None:
    result = told(replace(case, projects=()), {})
    assert case.said not in body(result)
    assert case.clause in result.dropped
    notes = "".join(block.text for block in result.blocks if block.level == 3)
    for key in printed_by(case):
        assert BLANK[key].label in notes, key
    assert "没有数据" in notes


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.clause}-{case.wording}")
def test_a_count_of_zero_is_not_said_and_the_notes_say_that_it_is_zero(case: Case) -> None:
    keys = printed_by(case)
    result = told(replace(case, projects=()), dict.fromkeys(keys, 0.0))
    notes = "".join(block.text for block in result.blocks if block.level == 3)
    for key in keys:
        assert key not in result.printed
        assert key == "fire_deaths" or ("（计数为0），正文未列：" in notes and BLANK[key].label in notes)


def printed_by(case: Case) -> list[str]:
    """Return the figures that stand in a wording."""
    clause = CLAUSES[case.clause]
    wordings = clause.list or clause.variants
    return [key for key in wordings[case.wording].placeholders() if key in BLANK]


def test_no_wording_is_left_out() -> None:
    every = {
        (clause.key, number)
        for clause in WORDS.clauses()
        for number, _ in enumerate(clause.list or clause.variants)
    }
    assert {(case.clause, case.wording) for case in CASES} == every
    assert {f"S{number}" for number in range(1, 17)} <= set(CLAUSES)


def test_the_wording_that_is_claimed_is_the_one_that_is_said() -> None:
    for case in CASES:
        clause = CLAUSES[case.clause]
        wording = (clause.list or clause.variants)[case.wording]
        assert wording.scope in (None, HOME if case.home else "county")
        pattern = ".*?".join(re.escape(part) for part in re.split(r"\{\w+\}", wording.text))
        whole = body(told(case, case.values))
        assert re.search(pattern, whole), case
