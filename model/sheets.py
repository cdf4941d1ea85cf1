"""The registers as sheets: which columns each has, by the names that people read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from model.devices import DeviceKind
from model.people import Role
from model.places import PlaceKind


class Kind(StrEnum):
    """What a cell holds; a `code` is text whose full-width letters and digits are made narrow."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    DAY = "day"
    INSTANT = "instant"
    CHOICE = "choice"
    PATH = "path"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `choices` gives stored words by those of the sheet, `empty` what an empty cell means."""

    field: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    least: float | None = None
    most: float | None = None
    empty: object = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One register: its sheet, its table, the columns that tell rows apart, dates that come in order.

    Of two columns that go `together` both are filled, or neither.
    A sheet without `key` has a number per row; a row without one is the stored row of that content, or new.
    """

    name: str
    zh: str
    table: str
    number: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()
    unique: tuple[str, ...] = ()
    together: tuple[tuple[str, str], ...] = ()

    def column(self, field: str) -> Column:
        """Return one of the columns."""
        return next(column for column in self.columns if column.field == field)


HOME = Column("home", "机构代码", "home", Kind.CODE, required=True)
NUMBER = Column("number", "编号", "number", Kind.WHOLE, least=1, most=2**31 - 1)
_MOST = 2**31 - 1
_HOME_KINDS = {kind: kind for kind in ("敬老院", "福利院", "民办", "颐养之家")}
_PLACE_KINDS = {
    "楼": PlaceKind.BUILDING.value,
    "层": PlaceKind.FLOOR.value,
    "分区": PlaceKind.ZONE.value,
    "房间": PlaceKind.ROOM.value,
}
_ROLES = {
    "护理员": Role.CARER.value,
    "维修员": Role.MAINTENANCE.value,
    "值班长": Role.SHIFT_LEADER.value,
    "院长": Role.HEAD.value,
    "乡镇": Role.TOWNSHIP.value,
    "县民政局": Role.BUREAU.value,
    "管理员": Role.ADMIN.value,
}
_DEVICE_KINDS = {
    "烟感": DeviceKind.DETECTOR.value,
    "手环": DeviceKind.WRISTBAND.value,
    "手动报警按钮": DeviceKind.CALL_POINT.value,
    "求助按钮": DeviceKind.SOS_BUTTON.value,
    "网关": DeviceKind.GATEWAY.value,
    "信标": DeviceKind.BEACON.value,
    "门磁": DeviceKind.DOOR_SENSOR.value,
    "未知": DeviceKind.UNKNOWN.value,
}
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


def _day(field: str, zh: str, *, required: bool = False) -> Column:
    return Column(field, zh, field.removesuffix("_on"), Kind.DAY, required=required)


def _count(field: str, zh: str, *, required: bool = False, most: int = _MOST) -> Column:
    return Column(field, zh, field, Kind.WHOLE, required=required, least=0, most=most)


def _choice(field: str, zh: str, choices: Mapping[str, str], *, required: bool = True) -> Column:
    return Column(field, zh, field, Kind.CHOICE, required=required, choices=MappingProxyType(choices))


def _metres(field: str, zh: str, en: str, least: float = 0) -> Column:
    return Column(field, zh, en, Kind.DECIMAL, least=least, most=1000)


def _hour(field: str, zh: str, en: str) -> Column:
    return Column(field, zh, en, Kind.DECIMAL, least=0, most=24)


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "homes",
        "机构",
        "homes",
        "home_id",
        (
            Column("code", "机构代码", "code", Kind.CODE, required=True),
            Column("name", "机构名称", "name", required=True),
            _choice("kind", "类别", _HOME_KINDS),
            Column("township", "乡镇", "township", empty=""),
            Column("address", "地址", "address", empty=""),
            Column("phone", "电话", "phone", Kind.CODE, empty=""),
            _count("beds", "床位数", most=100_000),
            Column("registration_no", "备案号", "registration no", Kind.CODE),
            _day("registered_on", "备案日期"),
            Column("licensed", "证照齐全", "licensed", Kind.YES_NO),
            Column("fire_acceptance_no", "消防验收文号", "fire acceptance no", Kind.CODE),
            _day("fire_accepted_on", "消防验收日期"),
            Column("sprinkler", "喷淋", "sprinkler", Kind.YES_NO),
            Column("key_unit", "消防重点单位", "key unit", Kind.YES_NO),
            _day("micro_station_on", "微型消防站建成日期"),
            Column("station_level", "微站等级", "station level", Kind.WHOLE, least=1, most=3),
            _count("station_members", "微站人数", most=10_000),
            Column("station_equipment", "微站器材", "station equipment", empty=""),
            Column("lat", "纬度", "lat", Kind.DECIMAL, least=-90, most=90),
            Column("lon", "经度", "lon", Kind.DECIMAL, least=-180, most=180),
            _day("opened_on", "开业日期"),
            _day("closed_on", "关停日期"),
        ),
        key=("code",),
        in_order=(("opened_on", "closed_on"),),
        unique=("registration_no",),
    ),
    Sheet(
        "places",
        "场所",
        "places",
        "place_id",
        (
            HOME,
            Column("path", "位置", "path", Kind.PATH, required=True),
            _choice("kind", "类别", _PLACE_KINDS),
            Column("needs_detector", "须装烟感", "needs detector", Kind.YES_NO, empty=False),
            _metres("width_m", "平面宽米", "plan width m", least=1),
            _metres("depth_m", "平面深米", "plan depth m", least=1),
        ),
        key=("home", "path"),
        together=(("width_m", "depth_m"),),
    ),
    Sheet(
        "residents",
        "老人",
        "residents",
        "resident_id",
        (
            HOME,
            Column("name", "姓名", "name", required=True),
            _day("born_on", "出生日期"),
            Column("place", "位置", "place", Kind.PATH),
            Column("can_walk", "能行走", "can walk", Kind.YES_NO, empty=True),
            Column("wanders", "走失风险", "wanders", Kind.YES_NO, empty=False),
            _day("moved_in_on", "入住日期", required=True),
            _day("moved_out_on", "离院日期"),
            _day("health_file_on", "健康档案日期"),
        ),
        key=("home", "name", "born_on", "moved_in_on"),
        in_order=(("born_on", "moved_in_on"), ("moved_in_on", "moved_out_on")),
    ),
    Sheet(
        "people",
        "人员",
        "people",
        "person_id",
        (
            Column("login", "登录名", "login", Kind.CODE, required=True),
            Column("name", "姓名", "name", required=True),
            _choice("role", "岗位", _ROLES),
            Column("home", "机构代码", "home", Kind.CODE),
            Column("township", "乡镇", "township"),
            Column("phone", "电话", "phone", Kind.CODE),
        ),
        key=("login",),
    ),
    Sheet(
        "duties",
        "值班",
        "duties",
        "duty_id",
        (
            Column("login", "登录名", "login", Kind.CODE, required=True),
            _choice("role", "岗位", _ROLES),
            Column("starts_at", "开始", "starts", Kind.INSTANT, required=True),
            Column("ends_at", "结束", "ends", Kind.INSTANT, required=True),
        ),
        key=("login", "role", "starts_at"),
        in_order=(("starts_at", "ends_at"),),
    ),
    Sheet(
        "devices",
        "设备",
        "devices",
        "device_id",
        (
            Column("source", "来源", "source", Kind.CODE, required=True),
            Column("address", "地址码", "address", Kind.CODE, required=True),
            Column("name", "名称", "name", required=True),
            _choice("kind", "类别", _DEVICE_KINDS),
            Column("model", "型号", "model"),
            HOME,
            Column("place", "位置", "place", Kind.PATH),
            Column("resident", "佩戴老人", "resident"),
            Column(
                "report_every_h",
                "上报间隔小时",
                "report every h",
                Kind.DECIMAL,
                least=0.01,
                most=8784,
                empty=24.0,
            ),
            Column("sleeps", "休眠型", "sleeps", Kind.YES_NO, empty=False),
            _day("installed_on", "安装日期"),
            _day("retired_on", "停用日期"),
            _metres("x_m", "平面横米", "plan x m"),
            _metres("y_m", "平面纵米", "plan y m"),
        ),
        key=("source", "address"),
        in_order=(("installed_on", "retired_on"),),
        together=(("x_m", "y_m"),),
    ),
    Sheet(
        "exits",
        "出入口",
        "exits",
        "exit_id",
        (
            HOME,
            Column("place", "位置", "place", Kind.PATH, required=True),
            Column("name", "名称", "name", required=True),
            Column("leads_outside", "通向院外", "leads outside", Kind.YES_NO, empty=True),
            Column("watched_by", "看守设备地址码", "watched by", Kind.CODE),
            _hour("watched_from_h", "看守起时", "watched from h"),
            _hour("watched_until_h", "看守止时", "watched until h"),
            _metres("x_m", "平面横米", "plan x m"),
            _metres("y_m", "平面纵米", "plan y m"),
        ),
        key=("home", "place", "name"),
        together=(("watched_from_h", "watched_until_h"), ("x_m", "y_m")),
    ),
    Sheet(
        "inspections",
        "检查",
        "inspections",
        "inspection_id",
        (
            NUMBER,
            HOME,
            _day("done_on", "日期", required=True),
            _choice("kind", "类别", _INSPECTIONS),
            Column("departments", "参加部门", "departments", Kind.LIST, empty=()),
            Column("findings", "情况", "findings", empty=""),
            Column("at_night", "夜间", "at night", Kind.YES_NO, empty=False),
        ),
    ),
    Sheet(
        "hazards",
        "隐患",
        "hazards",
        "hazard_id",
        (
            NUMBER,
            HOME,
            _day("found_on", "发现日期", required=True),
            _choice("grade", "等级", _GRADES),
            Column("kind", "类别", "kind", Kind.CHOICE, choices=MappingProxyType(_HAZARDS), empty="other"),
            Column("description", "内容", "description", required=True),
            Column("notice_no", "整改通知书文号", "notice no"),
            _day("notice_on", "通知日期"),
            _day("deadline_on", "整改期限"),
            _day("reinspected_on", "复查日期"),
            _day("closed_on", "销号日期"),
            _choice("closed_how", "销号方式", _CLOSED, required=False),
            Column("evidence", "佐证", "evidence", Kind.LIST, empty=()),
        ),
        in_order=(
            ("found_on", "deadline_on"),
            ("found_on", "notice_on"),
            ("found_on", "reinspected_on"),
            ("found_on", "closed_on"),
        ),
        together=(("closed_on", "closed_how"),),
    ),
    Sheet(
        "projects",
        "改造项目",
        "projects",
        "project_id",
        (
            NUMBER,
            HOME,
            _choice("kind", "类别", _PROJECTS),
            Column("name", "项目名称", "name", required=True),
            _count("investment_yuan", "投资元", most=10**12),
            _day("started_on", "开工日期", required=True),
            _day("completed_on", "完工日期"),
            _day("accepted_on", "验收日期"),
            Column("acceptance_no", "验收文号", "acceptance no"),
        ),
        in_order=(("started_on", "completed_on"), ("completed_on", "accepted_on")),
    ),
    Sheet(
        "trainings",
        "培训",
        "trainings",
        "training_id",
        (
            NUMBER,
            Column("home", "机构代码", "home", Kind.CODE),
            _day("held_on", "日期", required=True),
            Column("topic", "主题", "topic", required=True),
            _count("attendees", "人次", required=True, most=1_000_000),
        ),
    ),
    Sheet(
        "accidents",
        "事故",
        "accidents",
        "accident_id",
        (
            NUMBER,
            HOME,
            _day("happened_on", "日期", required=True),
            _choice("kind", "类别", _ACCIDENTS),
            _count("deaths", "死亡", required=True, most=10_000),
            _count("injured", "受伤", required=True, most=10_000),
            Column("description", "情况", "description", empty=""),
        ),
    ),
    Sheet(
        "insurances",
        "保险",
        "insurances",
        "insurance_id",
        (
            Column("policy_no", "保单号", "policy no", Kind.CODE, required=True),
            HOME,
            Column("insurer", "承保公司", "insurer", required=True),
            _day("starts_on", "起保日期", required=True),
            _day("ends_on", "终保日期", required=True),
            _count("insured_beds", "承保床位", most=100_000),
        ),
        key=("policy_no",),
        in_order=(("starts_on", "ends_on"),),
    ),
    Sheet(
        "health_checks",
        "体检",
        "health_checks",
        "check_id",
        (
            NUMBER,
            HOME,
            _day("done_on", "日期", required=True),
            Column("done_by", "体检单位", "done by", empty=""),
            Column("examined", "体检人次", "examined", Kind.WHOLE, required=True, least=1, most=1_000_000),
        ),
    ),
    Sheet(
        "care_visits",
        "探视照护",
        "care_visits",
        "contract_id",
        (
            Column("township", "乡镇", "township", required=True),
            Column("provider", "服务公司", "provider", required=True),
            _day("starts_on", "开始日期", required=True),
            _day("ends_on", "结束日期"),
            Column("elders", "服务人数", "elders", Kind.WHOLE, required=True, least=1, most=1_000_000),
        ),
        key=("township", "starts_on"),
        in_order=(("starts_on", "ends_on"),),
    ),
    Sheet(
        "consents",
        "定位同意",
        "consents",
        "consent_id",
        (
            HOME,
            Column("resident", "老人", "resident", required=True),
            _day("given_on", "同意日期", required=True),
            Column("given_by", "同意人", "given by", required=True),
            _day("withdrawn_on", "撤回日期"),
        ),
        key=("home", "resident", "given_on"),
        in_order=(("given_on", "withdrawn_on"),),
    ),
)
"""All registers, those that are pointed at before those that point at them."""

BY_NAME: Mapping[str, Sheet] = MappingProxyType({sheet.name: sheet for sheet in SHEETS})
Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of a register as it is stored: its number, and its fields by name."""

    number: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of a sheet asks for: a new row (no number), or other values in some fields of one."""

    sheet: Sheet
    row: int
    number: int | None
    fields: Mapping[str, object]


def resident_label(name: str, born_on: object, moved_in_on: object) -> str:
    """Return a resident as other sheets call them: name, birth date (? where unknown), day of moving in."""
    return f"{name} {born_on or '?'} {moved_in_on}"
