"""Why a figure is unknown, in English: the Chinese sentence is the figure's own. Pure."""

from __future__ import annotations

REASONS = {
    "当期没有登记": "not in the register then",
    "当期没有设备接入": "no device was heard then",
    "没有收到设备数据": "no data of devices came",
    "没有登记应装烟感的房间": "no room is registered that needs a detector",
    "没有设备在线记录": "no record of devices online",
    "没有已判明真伪的火警": "no fire alarm that was found real or false",
    "没有烟感器在线记录": "no record of detectors online",
    "本期没有烟感火警信号": "no fire signal of a detector",
    "没有已到时限的烟感火警信号": "no fire signal is due to be answered yet",
    "没有到期的故障": "no fault is due",
    "没有已修复的故障": "no fault was repaired",
    "没有记录": "no record",
    "没有满月的在册设备": "no device that stood there for a whole month",
    "没有满月的在册烟感": "no detector that stood there for a whole month",
    "没有满月的在册手环": "no band that was there for a whole month",
    "没有设备看守满月的出入口": "no exit that was watched for a whole month",
    "没有手环佩戴数据": "no data of bands worn",
    "没有手环电量数据": "no data of bands' batteries",
    "没有登记定位手环": "no band is registered",
    "没有已响应的越界报警": "no alarm of leaving the fence was answered",
    "没有找回的走失老人": "nobody was found again",
    "本期没有走失": "nobody was missing",
    "没有到期的隐患整改任务": "no hazard is due",
    "没有喷淋整治清单": "no list of homes that lack sprinklers",
    "没有排班数据": "no rosters",
    "本期没有报警": "no alarm",
    "没有应报数据的设备": "no device had to report",
    "没有登记设备": "no device is registered",
}


def reason(zh: str, language: str) -> str:
    """Return a reason in a language; one that nobody translated stays Chinese."""
    return zh if language == "zh" else REASONS.get(zh, zh)
