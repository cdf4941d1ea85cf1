"""The words of each class of alerts, and of each reason that says it better. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from model.alerts import AlertClass


@dataclass(frozen=True, slots=True)
class Words:
    """What has happened and what to do, short in both languages; `where` stands for an unknown place."""

    what: str
    do: str
    what_en: str
    do_en: str
    where: str = "位置未知"


# Source of what to do: 公消〔2015〕301号「3分钟到场」 and two-stage alarm for fire; missing-person practice
# and the report of emergencies within 30 min for W5; the other deadlines are those of the classes.
_WORDS: dict[AlertClass, Words] = {
    AlertClass.F1: Words(
        "火警",
        "立即点“收到”，3 分钟内到场查看；见烟见火，马上“确认火情”并呼救。",
        "FIRE ALARM",
        "Acknowledge, go and look within 3 minutes.",
    ),
    AlertClass.F2: Words(
        "确认火警",
        "立即拨打 119，组织疏散，先救不能行走的老人。",
        "CONFIRMED FIRE",
        "Call 119, evacuate, those who cannot walk first.",
    ),
    AlertClass.F3: Words("测试", "设备测试，无需处置。", "TEST", "No action."),
    AlertClass.T1: Words("设备故障", "24 小时内检修并记录。", "DEVICE FAULT", "Repair within 24 hours."),
    AlertClass.T2: Words("电量低", "24 小时内更换电池。", "LOW BATTERY", "Change the battery."),
    AlertClass.T3: Words(
        "离线",
        "该处暂无监测：检查电源和网络，其间加强巡查。",
        "OFFLINE",
        "Unwatched: check the device, patrol meanwhile.",
    ),
    AlertClass.T4: Words(
        "防拆/消音", "查明是谁、为何拆动或消音，并恢复。", "TAMPER OR MUTE", "Find out why, restore it."
    ),
    AlertClass.W1: Words(
        "求助", "立即点“收到”，到老人身边查看。", "CALL FOR HELP", "Acknowledge and go to the resident."
    ),
    AlertClass.W2: Words(
        "越界",
        "立即到出口寻找；10 分钟找不到，“确认走失”。",
        "LEFT THE SAFE AREA",
        "Look at the exits; declare missing after 10 minutes.",
    ),
    AlertClass.W3: Words(
        "出口徘徊", "到出口陪老人返回。", "LINGERING AT AN EXIT", "Go and walk the resident back."
    ),
    AlertClass.W4: Words("徘徊", "交接班时记录并关注。", "WANDERING", "Note it at the next handover."),
    AlertClass.W5: Words(
        "确认走失",
        "立即分片寻找；10 分钟内通知家属，30 分钟内报警 110 并报民政局。",
        "RESIDENT MISSING",
        "Search; family within 10, police 110 and bureau within 30 minutes.",
    ),
    AlertClass.W6: Words(
        "手环异常", "手环低电、离身或离线：本班内充电或重新佩戴。", "WRISTBAND", "Charge it or put it on."
    ),
    AlertClass.R1: Words("应办事项逾期", "补做并登记，说明原因。", "OVERDUE", "Do it, say why."),
    AlertClass.C1: Words(
        "试报",
        "每日试报，不是火警，不用到场。点“收到”，证明报警能送到这部手机。",
        "CANARY, NOT AN ALARM",
        "Tap Acknowledge: it proves that alarms reach this phone.",
        "不是报警",
    ),
}


def _of_a_canary(what: str, do: str, what_en: str, do_en: str) -> Words:
    return Words(f"试报失败·{what}", do, f"CANARY FAILED, {what_en}", do_en, "报警可能送不到人")


def _of_overdue(
    what: str, what_en: str, do: str = "补做并登记，说明原因。", do_en: str = "Do it, say why."
) -> Words:
    return Words(what, do, what_en, do_en, "到期未办")


_REMOVE = ("立即整改，复查后在登记册销号。", "Remove it, close it in the register.")

_WORDS_OF_REASON: dict[str, Words] = {
    "canary_missed": _of_a_canary(
        "未发出",
        "服务在试报时间停了：查明原因，确认此刻在值守。",
        "NOT BEGUN",
        "The service was down: find out why.",
    ),
    "canary_not_published": _of_a_canary(
        "未达消息代理", "查看消息代理（MQTT）是否在运行。", "NOT AT THE BROKER", "Look at the MQTT broker."
    ),
    "canary_not_stored": _of_a_canary(
        "未入库", "查看接收服务与数据库。", "NOT STORED", "Look at ingest and the database."
    ),
    "canary_not_sent": _of_a_canary(
        "未送出", "查看此人的通知通道。", "NOT SENT", "Look at this person's channels."
    ),
    "canary_not_answered": _of_a_canary(
        "无人应答",
        "消息已送出而 10 分钟无应答：联系本人，查看手机。",
        "NOT ANSWERED",
        "Sent, no tap in 10 minutes.",
    ),
    "overdue_patrol": _of_overdue("白天巡查逾期", "DAY PATROL OVERDUE"),
    "overdue_night_patrol": _of_overdue("昨夜巡查少于规定次数", "TOO FEW NIGHT PATROLS"),
    "overdue_self": _of_overdue("月度自查逾期", "SELF-CHECK OVERDUE"),
    "overdue_drill": _of_overdue("消防演练逾期", "DRILL OVERDUE"),
    "overdue_equipment_test": _of_overdue("消防设施年度检测逾期", "EQUIPMENT TEST OVERDUE"),
    "overdue_bureau": _of_overdue("民政部门年度检查逾期", "INSPECTION OVERDUE"),
    "overdue_insurance": _of_overdue(
        "保险到期未续", "INSURANCE RUN OUT", "续保并登记保单。", "Renew and record it."
    ),
    "overdue_hazard": _of_overdue("隐患整改逾期", "HAZARD OVERDUE", *_REMOVE),
    "overdue_major_hazard": _of_overdue("重大隐患整改逾期", "MAJOR HAZARD OVERDUE", *_REMOVE),
}
"""Words for what its reason says better than its class (alerts.canary, alerts.rules.patrol)."""


def words_for(alert_class: AlertClass, reason: str) -> Words:
    """Return the words for an alert."""
    return _WORDS_OF_REASON.get(reason, _WORDS[alert_class])
