"""The sheets of what there is: homes, their places, residents, people, devices and doors."""

from __future__ import annotations

from model.devices import DeviceKind
from model.people import Role
from model.places import PlaceKind
from model.sheets.columns import HOME, choice, count, day, hour, metres
from model.sheets.shape import Column, Kind, Sheet

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

HOMES = Sheet(
    "homes",
    "机构",
    "homes",
    "home_id",
    (
        Column("code", "机构代码", "code", Kind.CODE, required=True),
        Column("name", "机构名称", "name", required=True),
        choice("kind", "类别", _HOME_KINDS),
        Column("township", "乡镇", "township", empty=""),
        Column("address", "地址", "address", empty=""),
        Column("phone", "电话", "phone", Kind.CODE, empty=""),
        count("beds", "床位数", most=100_000),
        Column("registration_no", "备案号", "registration no", Kind.CODE),
        day("registered_on", "备案日期"),
        Column("licensed", "证照齐全", "licensed", Kind.YES_NO),
        Column("fire_acceptance_no", "消防验收文号", "fire acceptance no", Kind.CODE),
        day("fire_accepted_on", "消防验收日期"),
        Column("sprinkler", "喷淋", "sprinkler", Kind.YES_NO),
        Column("key_unit", "消防重点单位", "key unit", Kind.YES_NO),
        day("micro_station_on", "微型消防站建成日期"),
        Column("station_level", "微站等级", "station level", Kind.WHOLE, least=1, most=3),
        count("station_members", "微站人数", most=10_000),
        Column("station_equipment", "微站器材", "station equipment", empty=""),
        Column("lat", "纬度", "lat", Kind.DECIMAL, least=-90, most=90),
        Column("lon", "经度", "lon", Kind.DECIMAL, least=-180, most=180),
        day("opened_on", "开业日期"),
        day("closed_on", "关停日期"),
    ),
    key=("code",),
    in_order=(("opened_on", "closed_on"),),
    unique=("registration_no",),
)

PLACES = Sheet(
    "places",
    "场所",
    "places",
    "place_id",
    (
        HOME,
        Column("path", "位置", "path", Kind.PATH, required=True),
        choice("kind", "类别", _PLACE_KINDS),
        Column("needs_detector", "须装烟感", "needs detector", Kind.YES_NO, empty=False),
        metres("width_m", "平面宽米", "plan width m", least=1),
        metres("depth_m", "平面深米", "plan depth m", least=1),
    ),
    key=("home", "path"),
    together=(("width_m", "depth_m"),),
)

RESIDENTS = Sheet(
    "residents",
    "老人",
    "residents",
    "resident_id",
    (
        HOME,
        Column("name", "姓名", "name", required=True),
        day("born_on", "出生日期"),
        Column("place", "位置", "place", Kind.PATH),
        Column("can_walk", "能行走", "can walk", Kind.YES_NO, empty=True),
        Column("wanders", "走失风险", "wanders", Kind.YES_NO, empty=False),
        day("moved_in_on", "入住日期", required=True),
        day("moved_out_on", "离院日期"),
        day("health_file_on", "健康档案日期"),
    ),
    key=("home", "name", "born_on", "moved_in_on"),
    in_order=(("born_on", "moved_in_on"), ("moved_in_on", "moved_out_on")),
)

PEOPLE = Sheet(
    "people",
    "人员",
    "people",
    "person_id",
    (
        Column("login", "登录名", "login", Kind.CODE, required=True),
        Column("name", "姓名", "name", required=True),
        choice("role", "岗位", _ROLES),
        Column("home", "机构代码", "home", Kind.CODE),
        Column("township", "乡镇", "township"),
        Column("phone", "电话", "phone", Kind.CODE),
    ),
    key=("login",),
)

DUTIES = Sheet(
    "duties",
    "值班",
    "duties",
    "duty_id",
    (
        Column("login", "登录名", "login", Kind.CODE, required=True),
        choice("role", "岗位", _ROLES),
        Column("starts_at", "开始", "starts", Kind.INSTANT, required=True),
        Column("ends_at", "结束", "ends", Kind.INSTANT, required=True),
    ),
    key=("login", "role", "starts_at"),
    in_order=(("starts_at", "ends_at"),),
)

DEVICES = Sheet(
    "devices",
    "设备",
    "devices",
    "device_id",
    (
        Column("source", "来源", "source", Kind.CODE, required=True),
        Column("address", "地址码", "address", Kind.CODE, required=True),
        Column("name", "名称", "name", required=True),
        choice("kind", "类别", _DEVICE_KINDS),
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
        day("installed_on", "安装日期"),
        day("retired_on", "停用日期"),
        metres("x_m", "平面横米", "plan x m"),
        metres("y_m", "平面纵米", "plan y m"),
    ),
    key=("source", "address"),
    in_order=(("installed_on", "retired_on"),),
    together=(("x_m", "y_m"),),
)

EXITS = Sheet(
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
        hour("watched_from_h", "看守起时", "watched from h"),
        hour("watched_until_h", "看守止时", "watched until h"),
        metres("x_m", "平面横米", "plan x m"),
        metres("y_m", "平面纵米", "plan y m"),
    ),
    key=("home", "place", "name"),
    together=(("watched_from_h", "watched_until_h"), ("x_m", "y_m")),
)

CONSENTS = Sheet(
    "consents",
    "定位同意",
    "consents",
    "consent_id",
    (
        HOME,
        Column("resident", "老人", "resident", required=True),
        day("given_on", "同意日期", required=True),
        Column("given_by", "同意人", "given by", required=True),
        day("withdrawn_on", "撤回日期"),
    ),
    key=("home", "resident", "given_on"),
    in_order=(("given_on", "withdrawn_on"),),
)


def resident_label(name: str, born_on: object, moved_in_on: object) -> str:
    """Return a resident as other sheets call them: name, birth date (? where unknown), day of moving in."""
    return f"{name} {born_on or '?'} {moved_in_on}"
