"""What a message says: what, where, since when, what to do. Chinese first, one English line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from model.alerts import AlertClass

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What is known about an alert when its message is written; `place_path` from building to room."""

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
    contact: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A title that stands alone on a lock screen, and a body with the rest."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class _Words:
    zh: str
    en: str
    todo: str


_WORDS: dict[AlertClass, _Words] = {
    AlertClass.F1: _Words("火警", "Fire alarm", "立即到场查看；见烟见火，马上确认火情并呼救。"),
    AlertClass.F2: _Words("确认火警", "Confirmed fire", "立即拨打 119，组织疏散，先救不能行走的老人。"),
    AlertClass.F3: _Words("设备测试", "Test", "无需处置。"),
    AlertClass.T1: _Words("设备故障", "Device fault", "24 小时内检修。"),
    AlertClass.T2: _Words("电量低", "Battery low", "24 小时内更换电池。"),
    AlertClass.T3: _Words("设备离线", "Device offline", "检查电源和网络，24 小时内恢复。"),
    AlertClass.T4: _Words("防拆/消音", "Tamper or mute", "查明原因，恢复设备。"),
    AlertClass.W1: _Words("求助", "Call for help", "立即去看老人。"),
    AlertClass.W2: _Words("越界", "Outside the fence", "到门口找人；10 分钟找不到，按走失处置。"),
    AlertClass.W3: _Words("出口徘徊", "Lingering at an exit", "去看一看老人。"),
    AlertClass.W4: _Words("徘徊", "Wandering", "记入照护计划。"),
    AlertClass.W5: _Words("走失", "Missing person", "通知家属，报警 110，分片寻找。"),
    AlertClass.W6: _Words("手环异常", "Wristband", "本班内充电或重新佩戴。"),
    AlertClass.R1: _Words("巡查缺漏", "Patrol overdue", "补查并说明原因。"),
}


def compose(facts: MessageFacts) -> Message:
    """Return the message of an alert; its first line says what and where, fit for a text message."""
    words = _WORDS[facts.alert_class]
    where = " ".join(part for part in (facts.home_name, *facts.place_path) if part) or "位置未知"
    title = f"{_marks(facts)}{words.zh} {where}"
    lines = [
        words.todo,
        f"设备 {facts.device_name or '—'}，"
        f"{_clock(facts.happened_at)} 发生，{_clock(facts.raised_at)} 收到。",
    ]
    if facts.alert_class is AlertClass.F2:
        lines.append(script_119(facts))
    if facts.link:
        lines.append(f"答复：{facts.link}")
    lines.append(f"{'DRILL: ' if facts.drill else ''}{words.en} at {where}.")
    return Message(title, "\n".join(lines))


def script_119(facts: MessageFacts) -> str:
    """Return the words to read out to 119: place, part, people who cannot walk, who calls.

    Source: control-room duty: place, part, material, size, caller, phone. A person dials, never we.
    """
    people = (
        "不能行走的老人人数请现场核实"
        if facts.cannot_walk is None
        else f"附近有 {facts.cannot_walk} 位老人不能行走"
    )
    return (
        f"119 报警用语：{facts.address or facts.home_name}，{facts.home_name}，"
        f"{'、'.join(facts.place_path)} 起火，"
        f"{people}，联系电话 {facts.contact or '请报本人手机号'}。燃烧物请按现场情况说明。"
    )


def _marks(facts: MessageFacts) -> str:
    marks: list[str] = []
    if facts.drill:
        marks.append("演练")
    if facts.late_by is not None:
        marks.append(f"迟到 {max(1, round(facts.late_by / timedelta(minutes=1)))} 分钟")
    if facts.unregistered:
        marks.append("未登记设备")
    if "+" in facts.stage:
        marks.append("升级")
    return "".join(f"【{mark}】" for mark in marks)


def _clock(at: datetime) -> str:
    return at.astimezone(_CHINA).strftime("%m-%d %H:%M:%S")
