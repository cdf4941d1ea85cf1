"""What the service says of itself: that it watches, and how its channels are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alerts.messages import Message, day_and_time


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
        f"自{day_and_time(since)}起发送失败：{error}\n"
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
        f"{day_and_time(since)} 起的故障已恢复。\nNotification channel {channel} works again.",
    )
