"""Reads every figure back out of a report's text and its JSON, and names the wrong ones. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulators.year.made import Home, Known, Share, Year
from simulators.year.truth import truth_of

_HALF_A_DECIMAL = 0.0501
_ONE_ROW = 0.5
_NOTES = "数据说明"


@dataclass(frozen=True, slots=True)
class Reading:
    """How often something was compared, and what was wrong, each in one line."""

    checked: int
    wrong: tuple[str, ...]


def value_of(known: Known) -> float | None:
    """Return the number that a figure must have."""
    return known.percent if isinstance(known, Share) else known


def read_json(report: Mapping[str, Any], year: Year, home: Home | None = None) -> Reading:
    """Compare every figure of the JSON report, none left out on either side."""
    truth = truth_of(year, home)
    found = {figure["key"]: figure for figure in report["figures"]}
    wrong = [f"json {key}: no truth is known for it" for key in found if key not in truth]
    for key, known in truth.items():
        if key not in found:
            wrong.append(f"json {key}: missing, {value_of(known)} is true")
            continue
        said, true = found[key]["value"], value_of(known)
        if not _same(said, true):
            wrong.append(f"json {key}: {said}, {true} is true")
        elif isinstance(known, Share) and true is not None and not _same_parts(found[key], known):
            parts = f"{found[key]['numerator']}/{found[key]['denominator']}"
            wrong.append(f"json {key}: {parts}, {known.part}/{known.whole} is true")
    return Reading(len(found), tuple(wrong))


def read_indicators(lines: Sequence[Mapping[str, Any]], truth: Mapping[str, Known]) -> Reading:
    """Compare the indicators of a scope, as the API and the command tell them, with what is true of it."""
    wrong: list[str] = []
    for line in lines:
        known, said = truth[line["key"]], line["value"]
        if not _same(said, value_of(known)):
            wrong.append(f"indicator {line['key']}: {said}, {value_of(known)} is true")
        elif isinstance(known, Share) and said is not None and not _same_parts(line, known):
            parts = f"{line['numerator']}/{line['denominator']}"
            wrong.append(f"indicator {line['key']}: {parts}, {known.part}/{known.whole} is true")
    return Reading(len(lines), tuple(wrong))


# What stands around a figure in the text; a share is printed with its sign.
_SAID: dict[str, str] = {
    "joint_inspections": r"开展联合执法检查(\d+)次",
    "joint_homes": r"次，覆盖养老机构(\d+)家",
    "inspected_rate": r"安全排查覆盖率达([\d.]+)%",
    "unlicensed_targeted": r"对全县(\d+)家无证养老机构",
    "unlicensed_retrofitted": r"完成消防系统改造(\d+)家",
    "unlicensed_closed": r"关停(\d+)家",
    "unlicensed_rectified": r"以其他方式整改到位(\d+)家",
    "unlicensed_pending": r"正在整治(\d+)家",
    "no_sprinkler": r"对(\d+)家没有安装消防喷淋",
    "no_sprinkler_done": r"(\d+)家已完成安装",
    "hazards_found": r"排查发现安全隐患(\d+)处",
    "hazards_closed": r"，已整改(\d+)处",
    "hazards_in_time": r"按时整改率达([\d.]+)%",
    "hazards_major_open": r"尚有重大隐患(\d+)处",
    "smoke_installed_all": r"养老机构安装智慧烟感器(\d+)个",
    "smoke_installed": r"敬老院(?:安装智慧烟感器)?(\d+)个",
    "micro_station_built": r"建立养老机构微型消防站(\d+)个",
    "smoke_stock": r"全县现有智慧烟感器(\d+)个",
    "coverage": r"智慧烟感覆盖率达([\d.]+)%",
    "online_rate": r"设备在线率达([\d.]+)%",
    "fire_alarms": r"处置火警信息(\d+)起",
    "fire_true": r"真实火情(\d+)起",
    "fire_false": r"误报(\d+)起",
    "fire_test": r"测试(\d+)起",
    "fire_fault": r"、设备故障(\d+)起",
    "fire_open": r"正在处置(\d+)起",
    "fire_handled_rate": r"，处置率达([\d.]+)%",
    "ack_rate": r"火警及时响应率达([\d.]+)%",
    "on_scene_rate": r"到场及时率达([\d.]+)%",
    "false_rate": r"误报率为([\d.]+)%",
    "faults": r"发现设备故障(\d+)起",
    "faults_closed": r"，已修复(\d+)起",
    "repair_rate": r"故障修复及时率达([\d.]+)%",
    "fire_deaths": r"死亡(\d+)人",
    "bands_issued": r"防走失定位手环(\d+)个，惠及",
    "band_wearers": r"惠及(\d+)人",
    "bands_stock": r"共有防走失定位手环(\d+)个",
    "worn_rate": r"手环佩戴率达([\d.]+)%",
    "charged_rate": r"手环充电合格率达([\d.]+)%",
    "fence_alerts": r"处置越界报警(\d+)起",
    "notice_minutes": r"响应平均用时([\d.]+)分钟",
    "missing": r"发生老人走失(\d+)起",
    "missing_found": r"成功找回(\d+)人",
    "found_minutes": r"人，平均用时([\d.]+)分钟",
    "found_in_day_rate": r"24小时找回率为([\d.]+)%",
    "sos_alerts": r"处置老人求助报警(\d+)起",
    "training_sessions": r"培训(\d+)期",
    "training_attendees": r"期、(\d+)人",
    "duty_rate": r"值班覆盖率达([\d.]+)%",
    "patrol_rate": r"白天防火巡查完成率达([\d.]+)%",
    "night_patrol_rate": r"夜间防火巡查完成率达([\d.]+)%",
    "self_check_rate": r"月度安全自查完成率达([\d.]+)%",
    "drill_rate": r"半年应急演练完成率达([\d.]+)%",
    "equipment_test_rate": r"消防设施年度检测率达([\d.]+)%",
    "proof_rate_smoke": r"烟感定期测试率达([\d.]+)%",
    "proof_rate_band": r"手环定期测试率达([\d.]+)%",
    "proof_rate_exit": r"出入口定期测试率达([\d.]+)%",
    "health_checked": r"老人身体检查(\d+)人次",
    "health_files": r"(?:，为|，共|。为)(\d+)(?:份|名在院老人)",
    "health_file_rate": r"建档率达([\d.]+)%",
    "elders_visited": r"对全县(\d+)位自理分散供养特困老人",
    "insured_homes": r"，(\d+)家养老机构在保险期内",
    "insured_rate": r"参保率达([\d.]+)%",
    "filed_new": r"新增备案养老机构(\d+)家",
    "filed_total": r"备案养老机构共(\d+)家",
    "filed_cancelled": r"注销备案(\d+)家",
}

_OF_A_HOME: dict[str, str | None] = {
    "joint_inspections": r"接受.{2,40}部门联合执法检查(\d+)次",
    "smoke_installed_all": r"，安装智慧烟感器(\d+)个",
    "micro_station_built": r"建立微型消防站(\d+)个",
    "smoke_stock": r"本院现有智慧烟感器(\d+)个",
    "policies_running": r"在保险期内的保单(\d+)份",
    **dict.fromkeys(
        (
            "joint_homes", "inspected_rate", "unlicensed_targeted", "unlicensed_retrofitted",
            "unlicensed_closed", "unlicensed_rectified", "unlicensed_pending", "no_sprinkler",
            "no_sprinkler_done", "smoke_installed", "elders_visited", "insured_homes", "insured_rate",
            "filed_new", "filed_total", "filed_cancelled",
        )
    ),
}  # fmt: skip
"""What a home says in words of its own; of what is None it does not speak."""

_Values = Mapping[str, float | None]
_IN_WORDS: dict[str, tuple[Callable[[_Values], bool], str]] = {
    "inspected_rate": (lambda v: v["inspected_rate"] == 100, "做到了应排尽排"),
    "no_sprinkler_done": (
        lambda v: bool(v["no_sprinkler"]) and v["no_sprinkler_done"] == v["no_sprinkler"],
        "均已完成安装",
    ),
    "hazards_closed": (
        lambda v: bool(v["hazards_found"]) and v["hazards_closed"] == v["hazards_found"],
        "，已全部整改",
    ),
    "faults_closed": (lambda v: bool(v["faults"]) and v["faults_closed"] == v["faults"], "，已全部修复"),
    "insured_homes": (lambda v: v["insured_rate"] == 100, "全县养老机构均在保险期内"),
    "insured_rate": (lambda v: v["insured_rate"] == 100, "全县养老机构均在保险期内"),
    "health_file_rate": (lambda v: v["health_file_rate"] == 100, "为每名在院老人建立健康档案"),
}
"""Figures that the text says in words where they are full."""
_IN_COUNTY_WORDS: dict[str, tuple[Callable[[_Values], bool], str]] = {
    "smoke_installed_all": (
        lambda v: bool(v["smoke_installed"]) and v["smoke_installed"] == v["smoke_installed_all"],
        "为全县敬老院安装",
    ),
}


def read_text(text: str, year: Year, home: Home | None = None) -> Reading:
    """Compare every figure of the .docx text; one that is zero or unknown must not be printed."""
    body = text[: text.index(_NOTES)]
    truth = truth_of(year, home)
    values = {key: value_of(known) for key, known in truth.items()}
    patterns: dict[str, str | None] = {**_SAID, **(_OF_A_HOME if home else {})}
    words = _IN_WORDS if home else {**_IN_WORDS, **_IN_COUNTY_WORDS}
    wrong: list[str] = []
    for key, pattern in patterns.items():
        if pattern is None:
            wrong += [f"docx {key}: a home says it"] if re.search(_SAID[key], body) else []
            continue
        true, said = values[key], re.findall(pattern, body)
        if key in words and words[key][0](values):
            if said or words[key][1] not in body:
                wrong.append(f"docx {key}: {said or 'nothing'}, {words[key][1]} is true")
        elif not true:
            wrong += [f"docx {key}: {said}, nothing is to be said of it"] if said else []
        elif len(said) != 1 or not _prints(float(said[0]), true, share=isinstance(truth[key], Share)):
            wrong.append(f"docx {key}: {said}, {true} is true")
    projects = year.county.projects if home is None else year.of_home[home.number].projects
    wrong += [f"docx project: {line} is missing" for line in projects if body.count(line) != 1]
    if body.count("已完成消防设施改造") != len(projects):
        wrong.append("docx project: more than were finished")
    wrong += _negative(body, values) + _span(body, year)
    return Reading(len(patterns) + len(projects) + 2, tuple(wrong))


def _span(body: str, year: Year) -> list[str]:
    """A year to date never speaks of the whole one, nor a whole one of its last day."""
    last = year.last_on
    by = f"截至{last.month}月{last.day}日" if year.until else "截至12月底"
    good = (by in body) and ("全年" in body) == (year.until is None)
    return [] if good else [f"docx span: {by} is true"]


def _negative(body: str, values: _Values) -> list[str]:
    """A safety negative stands exactly where nobody died, nothing is open, and the data is complete."""
    true = values["fire_deaths"] == 0 and values["fire_open"] == 0 and (values["completeness"] or 0) >= 95
    said = "未发生火灾亡人事故" in body
    return [] if said == true else [f"docx 未发生火灾亡人事故: {said}, {true} is true"]


def _prints(said: float, true: float, *, share: bool) -> bool:
    if share:
        return (
            abs(said - true) <= 0.1
            and (said < 100) == (true < 100)
            and abs(said - true) <= max(_HALF_A_DECIMAL, 0.1 if true > 99.9 else 0)
        )
    return abs(said - true) <= (_HALF_A_DECIMAL if true != int(true) else 0)


def _same(said: float | None, true: float | None) -> bool:
    if said is None or true is None:
        return said is true
    return abs(said - true) <= 1e-6 * max(1.0, abs(true))


def _same_parts(figure: Mapping[str, Any], known: Share) -> bool:
    """A report among millions does not move a rate that one sees; it moves what it is a rate of."""
    return (
        abs(figure["numerator"] - known.part) < _ONE_ROW
        and abs(figure["denominator"] - known.whole) < _ONE_ROW
    )
