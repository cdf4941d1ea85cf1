"""The sheets of what was done and what happened: checks, hazards, works, trainings, accidents, care."""

from __future__ import annotations

from types import MappingProxyType

from model.sheets.columns import HOME, NUMBER, choice, count, day
from model.sheets.shape import Column, Kind, Sheet

_INSPECTIONS = {
    "联合检查": "joint",
    "民政检查": "bureau",
    "自查": "self",
    "巡查": "patrol",
    "演练": "drill",
    "走失演练": "missing_drill",
    "设施年检": "equipment_test",
}
_GRADES = {"一般": "general", "重大": "major"}
_HAZARDS = {
    "其他": "other",
    "未登记经营": "unlicensed",
    "消防设施": "fire_system",
    "未装喷淋": "no_sprinkler",
}
_CLOSED = {"整改": "rectified", "改造": "retrofitted", "关停": "closed_down"}
_PROJECTS = {"消防改造": "fire_system", "喷淋": "sprinkler", "其他": "other"}
_ACCIDENTS = {"火灾": "fire", "走失": "missing", "跌倒": "fall", "其他": "other"}

INSPECTIONS = Sheet(
    "inspections",
    "检查",
    "inspections",
    "inspection_id",
    (
        NUMBER,
        HOME,
        day("done_on", "日期", required=True),
        choice("kind", "类别", _INSPECTIONS),
        Column("departments", "参加部门", "departments", Kind.LIST, empty=()),
        Column("findings", "情况", "findings", empty=""),
        Column("at_night", "夜间", "at night", Kind.YES_NO, empty=False),
    ),
)

HAZARDS = Sheet(
    "hazards",
    "隐患",
    "hazards",
    "hazard_id",
    (
        NUMBER,
        HOME,
        day("found_on", "发现日期", required=True),
        choice("grade", "等级", _GRADES),
        Column("kind", "类别", "kind", Kind.CHOICE, choices=MappingProxyType(_HAZARDS), empty="other"),
        Column("description", "内容", "description", required=True),
        Column("notice_no", "整改通知书文号", "notice no"),
        day("notice_on", "通知日期"),
        day("deadline_on", "整改期限"),
        day("reinspected_on", "复查日期"),
        day("closed_on", "销号日期"),
        choice("closed_how", "销号方式", _CLOSED, required=False),
        Column("measures", "整改情况", "measures", empty=""),
        Column("reopened_why", "重新打开原因", "reopened why"),
        Column("evidence", "佐证", "evidence", Kind.LIST, empty=()),
    ),
    in_order=(
        ("found_on", "deadline_on"),
        ("found_on", "notice_on"),
        ("found_on", "reinspected_on"),
        ("found_on", "closed_on"),
    ),
    together=(("closed_on", "closed_how"),),
)

PROJECTS = Sheet(
    "projects",
    "改造项目",
    "projects",
    "project_id",
    (
        NUMBER,
        HOME,
        choice("kind", "类别", _PROJECTS),
        Column("name", "项目名称", "name", required=True),
        count("investment_yuan", "投资元", most=10**12),
        day("started_on", "开工日期", required=True),
        day("completed_on", "完工日期"),
        day("accepted_on", "验收日期"),
        Column("acceptance_no", "验收文号", "acceptance no"),
    ),
    in_order=(("started_on", "completed_on"), ("completed_on", "accepted_on")),
)

TRAININGS = Sheet(
    "trainings",
    "培训",
    "trainings",
    "training_id",
    (
        NUMBER,
        Column("home", "机构代码", "home", Kind.CODE),
        day("held_on", "日期", required=True),
        Column("topic", "主题", "topic", required=True),
        count("attendees", "人次", required=True, most=1_000_000),
    ),
)

ACCIDENTS = Sheet(
    "accidents",
    "事故",
    "accidents",
    "accident_id",
    (
        NUMBER,
        HOME,
        day("happened_on", "日期", required=True),
        choice("kind", "类别", _ACCIDENTS),
        count("deaths", "死亡", required=True, most=10_000),
        count("injured", "受伤", required=True, most=10_000),
        Column("description", "情况", "description", empty=""),
    ),
)

INSURANCES = Sheet(
    "insurances",
    "保险",
    "insurances",
    "insurance_id",
    (
        Column("policy_no", "保单号", "policy no", Kind.CODE, required=True),
        HOME,
        Column("insurer", "承保公司", "insurer", required=True),
        day("starts_on", "起保日期", required=True),
        day("ends_on", "终保日期", required=True),
        count("insured_beds", "承保床位", most=100_000),
    ),
    key=("policy_no",),
    in_order=(("starts_on", "ends_on"),),
)

HEALTH_CHECKS = Sheet(
    "health_checks",
    "体检",
    "health_checks",
    "check_id",
    (
        NUMBER,
        HOME,
        day("done_on", "日期", required=True),
        Column("done_by", "体检单位", "done by", empty=""),
        Column("examined", "体检人次", "examined", Kind.WHOLE, required=True, least=1, most=1_000_000),
    ),
)

CARE_VISITS = Sheet(
    "care_visits",
    "探视照护",
    "care_visits",
    "contract_id",
    (
        Column("township", "乡镇", "township", required=True),
        Column("provider", "服务公司", "provider", required=True),
        day("starts_on", "开始日期", required=True),
        day("ends_on", "结束日期"),
        Column("elders", "服务人数", "elders", Kind.WHOLE, required=True, least=1, most=1_000_000),
    ),
    key=("township", "starts_on"),
    in_order=(("starts_on", "ends_on"),),
)
