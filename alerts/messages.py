"""What a message says: Chinese first, a short English line below. Pure.

The title says what and where within 70 characters, the length of one short message, because that is all that
some telephones show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alerts import stages
from alerts.stages import Why
from model.alerts import AlertClass
from model.clock import SHANGHAI

SMS_LENGTH = 70
"""Characters of one short message in UCS-2. Source: 3GPP TS 23.038, 140 octets."""


@dataclass(frozen=True, slots=True)
class Message:
    """A title of at most 70 characters that stands alone on a lock screen, and the rest."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What is known about an alert when its message is written.

    `stage` is as alerts.stages writes it.
    `place_path` goes from the building to the room. `late_by` is None for an alarm that came in time,
    `cannot_walk` counts the residents of that floor who cannot walk, None where nobody knows the place;
    `burning` is what somebody on the spot said burns.
    """

    home_name: str
    address: str
    place_path: tuple[str, ...]
    device_name: str
    alert_class: AlertClass
    stage: str
    happened_at: datetime
    raised_at: datetime
    late_by: timedelta | None = None
    drill: bool = False
    unregistered: bool = False
    cannot_walk: int | None = None
    burning: str | None = None
    contact: str = ""
    link: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    what: str
    do: str
    what_en: str
    do_en: str
    where: str = "位置未知"


# Source of what to do: 公消〔2015〕301号「3分钟到场」 and two-stage alarm for fire; missing-person practice
# and the report of emergencies within 30 min for W5; the other deadlines are those of the classes.
_WORDS: dict[AlertClass, _Words] = {
    AlertClass.F1: _Words(
        "火警",
        "立即点“收到”，3 分钟内到场查看；见烟见火，马上“确认火情”并呼救。",
        "FIRE ALARM",
        "Acknowledge, go and look within 3 minutes.",
    ),
    AlertClass.F2: _Words(
        "确认火警",
        "立即拨打 119，组织疏散，先救不能行走的老人。",
        "CONFIRMED FIRE",
        "Call 119, evacuate, those who cannot walk first.",
    ),
    AlertClass.F3: _Words("测试", "设备测试，无需处置。", "TEST", "No action."),
    AlertClass.T1: _Words("设备故障", "24 小时内检修并记录。", "DEVICE FAULT", "Repair within 24 hours."),
    AlertClass.T2: _Words("电量低", "24 小时内更换电池。", "LOW BATTERY", "Change the battery."),
    AlertClass.T3: _Words(
        "离线",
        "该处暂无监测：检查电源和网络，其间加强巡查。",
        "OFFLINE",
        "Unwatched: check the device, patrol meanwhile.",
    ),
    AlertClass.T4: _Words(
        "防拆/消音", "查明是谁、为何拆动或消音，并恢复。", "TAMPER OR MUTE", "Find out why, restore it."
    ),
    AlertClass.W1: _Words(
        "求助", "立即点“收到”，到老人身边查看。", "CALL FOR HELP", "Acknowledge and go to the resident."
    ),
    AlertClass.W2: _Words(
        "越界",
        "立即到出口寻找；10 分钟找不到，“确认走失”。",
        "LEFT THE SAFE AREA",
        "Look at the exits; declare missing after 10 minutes.",
    ),
    AlertClass.W3: _Words(
        "出口徘徊", "到出口陪老人返回。", "LINGERING AT AN EXIT", "Go and walk the resident back."
    ),
    AlertClass.W4: _Words("徘徊", "交接班时记录并关注。", "WANDERING", "Note it at the next handover."),
    AlertClass.W5: _Words(
        "确认走失",
        "立即分片寻找；10 分钟内通知家属，30 分钟内报警 110 并报民政局。",
        "RESIDENT MISSING",
        "Search; family within 10, police 110 and bureau within 30 minutes.",
    ),
    AlertClass.W6: _Words(
        "手环异常", "手环低电、离身或离线：本班内充电或重新佩戴。", "WRISTBAND", "Charge it or put it on."
    ),
    AlertClass.R1: _Words("应办事项逾期", "补做并登记，说明原因。", "OVERDUE", "Do it, say why."),
    AlertClass.C1: _Words(
        "试报",
        "每日试报，不是火警，不用到场。点“收到”，证明报警能送到这部手机。",
        "CANARY, NOT AN ALARM",
        "Tap Acknowledge: it proves that alarms reach this phone.",
        "不是报警",
    ),
}


def _of_a_canary(what: str, do: str, what_en: str, do_en: str) -> _Words:
    return _Words(f"试报失败·{what}", do, f"CANARY FAILED, {what_en}", do_en, "报警可能送不到人")


def _of_overdue(
    what: str, what_en: str, do: str = "补做并登记，说明原因。", do_en: str = "Do it, say why."
) -> _Words:
    return _Words(what, do, what_en, do_en, "到期未办")


_REMOVE = ("立即整改，复查后在登记册销号。", "Remove it, close it in the register.")

_WORDS_OF_REASON: dict[str, _Words] = {
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

_UNTOLD = {"family": "家属", "police": "110", "bureau": "民政局"}


def compose(facts: MessageFacts) -> Message:
    """Return the message for one person about one alert."""
    words = _WORDS_OF_REASON.get(facts.reason, _WORDS[facts.alert_class])
    subject = f"设备 {facts.device_name or '—'}，"
    if facts.alert_class is AlertClass.R1:
        subject = f"{words.what}，"
    lines = [
        "演练：按真实情况处置，但不要拨打 119 或 110。" if facts.drill else words.do,
        subject + f"{_clock(facts.happened_at)} 发生，{_clock(facts.raised_at)} 收到。",
    ]
    if facts.alert_class is AlertClass.F2:
        lines.append(script_119(facts))
    lines.append(_english(facts, words))
    return Message(_title(facts, words), with_link("\n".join(lines), facts.link))


def with_link(body: str, link: str | None) -> str:
    """Return the body with the link by which its reader answers."""
    return body if link is None else f"{body}\n应答 Answer: {link}"


def script_119(facts: MessageFacts) -> str:
    """Return the words to read out to 119. A person dials, never we.

    Source: what a control room reports: place, part, material, size, caller, telephone.
    """
    if facts.cannot_walk is None:
        walking = "不能行走的老人人数请现场核实"
    elif facts.cannot_walk == 0:
        walking = "本层没有登记不能行走的老人"
    else:
        walking = f"本层有 {facts.cannot_walk} 名老人不能行走"
    burning = f"燃烧物：{facts.burning}" if facts.burning else "燃烧物请按现场情况说明"
    intro = "【演练稿，不要拨打】" if facts.drill else "【拨打 119，照读】"
    where = "，".join(part for part in (facts.home_name, f"地址：{facts.address or '请报单位地址'}") if part)
    return (
        f"{intro}我是{where}。{'、'.join(facts.place_path) or '具体位置请现场核实'} 起火，"
        f"{walking}，{burning}。联系电话：{facts.contact or '请报本人手机号'}。"
    )


def _title(facts: MessageFacts, words: _Words) -> str:
    head = _marks(facts, words) + _rung(facts.stage)
    path = [part for part in facts.place_path if part]
    home = facts.home_name or facts.device_name or "未知机构"
    title = f"{head}{home} {'/'.join(path) or words.where}"
    # The room says more than the building: what stands first is left out first.
    while len(title) > SMS_LENGTH and len(path) > 1:
        path.pop(0)
        title = f"{head}{home} …/{'/'.join(path)}"
    if len(title) > SMS_LENGTH:
        place = path[-1][:20] if path else words.where
        title = f"{head}{home[: SMS_LENGTH - len(head) - len(place) - 2]}… {place}"
    return title


def _marks(facts: MessageFacts, words: _Words) -> str:
    marks = [
        "演练" if facts.drill else "",
        words.what,
        f"迟到{_minutes(facts.late_by)}分钟" if facts.late_by is not None else "",
        "未登记设备" if facts.unregistered else "",
    ]
    return "".join(f"【{mark}】" for mark in marks if mark)


def _rung(stage: str) -> str:
    found = stages.read(stage)
    if found is None:
        return ""
    match found.why:
        case Why.FIRST:
            return ""
        case Why.CLIMB:
            return f"无人处置升级{str(found.count)[:3]} "
        case Why.HELP:
            return "现场求援 "
        case Why.STALE:
            return f"{found.count} 天未办结 "
        case Why.UNTOLD:
            return "、".join(_UNTOLD[told] for told in found.untold) + "未通知 "


def _english(facts: MessageFacts, words: _Words) -> str:
    marks = [
        "DRILL, do not call 119" if facts.drill else "",
        f"{_minutes(facts.late_by)} min late" if facts.late_by is not None else "",
        "unregistered device" if facts.unregistered else "",
    ]
    said = "".join(f" ({mark})" for mark in marks if mark)
    where = " ".join(part for part in (facts.home_name, "/".join(facts.place_path)) if part)
    do = "" if facts.drill else f" {words.do_en}"
    return f"{words.what_en}{said}: {where}, since {_local(facts.happened_at):%H:%M}.{do}"


def _minutes(late_by: timedelta) -> int:
    return max(1, round(late_by / timedelta(minutes=1)))


def _local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)


def _clock(at: datetime) -> str:
    local = _local(at)
    return f"{local.month}月{local.day}日 {local:%H:%M:%S}"


def flood(alarms: int) -> Message:
    """Return the one message that stands for a flood of what is not about life."""
    return Message(
        f"【告警过多】10 分钟内已有 {alarms} 条，其余合并显示",
        "不危及生命的告警合并为本条，逐条见值守页；火警、求助、越界仍逐条通知。\n"
        f"Alarm flood: {alarms} in 10 minutes. What is not about life is on the board only.",
    )


@dataclass(frozen=True, slots=True)
class HeartbeatFacts:
    """How the service is on a day, for the message that makes silence noticeable."""

    on: date
    homes: int
    devices: int
    devices_online: int
    open_alerts: int
    overdue_alerts: int
    failing_channels: int
    log_rows: int = 0
    log_head: str = ""
    """The seal of the evidence, which leaves our database by this message; empty before the first night."""


def heartbeat(facts: HeartbeatFacts) -> Message:
    """Return the daily message: all is well, or what is not; its absence says that nobody watches."""
    well = facts.overdue_alerts == 0 and facts.failing_channels == 0
    state = "值守正常" if well else "值守在岗，有事项待处理"
    body = (
        f"{facts.homes} 家机构，设备在线 {facts.devices_online}/{facts.devices}，"
        f"未办结告警 {facts.open_alerts} 起，其中超时 {facts.overdue_alerts} 起，"
        f"异常通知通道 {facts.failing_channels} 个。\n"
        "每日一条。哪天收不到，说明值守或通知可能中断，请登录查看。\n"
        f"Yi'an is watching. Devices online: {facts.devices_online} of {facts.devices}. "
        f"Open alerts: {facts.open_alerts}, overdue: {facts.overdue_alerts}. "
        f"Channels failing: {facts.failing_channels}. A day without this message: look."
    )
    if facts.log_head:
        body += (
            f"\n处置日志封存至第 {facts.log_rows} 条，封存码 {facts.log_head}，请留存备查。"
            f"Evidence log sealed up to row {facts.log_rows}, head {facts.log_head}; keep it."
        )
    return Message(f"【颐安】{facts.on.month}月{facts.on.day}日{state}", body)


def channel_failing(channel: str, failures: int, since: datetime, error: str) -> Message:
    """Return the report that a notification channel keeps failing; `channel` is its name, not its address."""
    return Message(
        f"【通知通道故障】{channel} 连续失败 {failures} 次",
        f"自{_clock(since)}起发送失败：{error}\n"
        "请检查该通道；其间告警改走其他通道，没有其他通道的人员收不到。\n"
        f"Notification channel {channel} failed {failures} times in a row.",
    )


def channel_ended(person: str, scheme: str, left: int) -> Message:
    """Return the report that a person's channel was ended at its other end, and how many they have left."""
    remains = f"此人还有 {left} 条通知通道。" if left else "此人已没有通知通道：报警送不到他。"
    return Message(
        f"【通知通道失效】{person} 的一条 {scheme.partition('+')[0]} 通道已被对方注销",
        f"{remains}请本人在手机上打开值守页，重新点“在这部手机上接收”。\n"
        f"A channel of {person} was ended by its other end; {left} left. Put the phone on again.",
    )


def phone_on() -> Message:
    """Return the message that proves that a phone has just been put on."""
    return Message(
        "【颐安】这部手机已能接收报警",
        "点开即到值守页。报警的通知点开就能应答。\n"
        "This phone now receives alarms; a tap on one opens its answer.",
    )


def channel_restored(channel: str, since: datetime) -> Message:
    """Return the report that a channel which had been reported is well again."""
    return Message(
        f"【通知通道恢复】{channel}",
        f"{_clock(since)} 起的故障已恢复。\nNotification channel {channel} works again.",
    )
