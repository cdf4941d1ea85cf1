"""What a message about an alert says: Chinese first, a short English line below. Pure.

The title says what and where within 70 characters, the length of one short message, because that is all that
some telephones show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import stages
from alerts.message_words import Words, words_for
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


_UNTOLD = {"family": "家属", "police": "110", "bureau": "民政局"}


def compose(facts: MessageFacts) -> Message:
    """Return the message for one person about one alert."""
    words = words_for(facts.alert_class, facts.reason)
    subject = f"设备 {facts.device_name or '—'}，"
    if facts.alert_class is AlertClass.R1:
        subject = f"{words.what}，"
    lines = [
        "演练：按真实情况处置，但不要拨打 119 或 110。" if facts.drill else words.do,
        subject + f"{day_and_time(facts.happened_at)} 发生，{day_and_time(facts.raised_at)} 收到。",
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


def flood(alarms: int) -> Message:
    """Return the one message that stands for a flood of what is not about life."""
    return Message(
        f"【告警过多】10 分钟内已有 {alarms} 条，其余合并显示",
        "不危及生命的告警合并为本条，逐条见值守页；火警、求助、越界仍逐条通知。\n"
        f"Alarm flood: {alarms} in 10 minutes. What is not about life is on the board only.",
    )


def _title(facts: MessageFacts, words: Words) -> str:
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


def _marks(facts: MessageFacts, words: Words) -> str:
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


def _english(facts: MessageFacts, words: Words) -> str:
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


def day_and_time(at: datetime) -> str:
    """Return the day and the time in Shanghai as a message says them, e.g. 3月9日 02:13:05."""
    local = _local(at)
    return f"{local.month}月{local.day}日 {local:%H:%M:%S}"
