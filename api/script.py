"""What to read out to 119 or 110: short, in the order in which it is asked for. Pure; in Chinese."""

from __future__ import annotations

from datetime import datetime

from api.cards import Card, CardHome
from model.alerts import AlertClass
from model.clock import SHANGHAI
from model.people import Person


def script_119(card: Card, caller: Person) -> str | None:
    """Return the text for a fire, None for what is no fire.

    A drill says so in its first and last words, since a copied text travels.
    """
    if not card.alert_class.startswith("F") or card.home is None:
        return None
    where = " ".join(card.place) or "位置待确认"
    burning = f"燃烧物：{card.burning}" if card.burning else "燃烧物请以现场所见为准"
    lines = [
        f"您好，{_who(card.home, caller)}，{card.home.name}发生火情。",
        f"地址：{card.home.address or '（请口述地址）'}，{card.home.name}。",
        f"着火位置：{where}。",
        _carried(card),
        f"现场情况：{'已确认起火' if card.confirmed else '烟感报警，正在核实'}，{burning}。",
        f"联系电话：{_phones(card, caller)}。",
    ]
    if card.drill:
        lines = ["【演练，不要拨打119】", *lines, "【演练】"]
    return "\n".join(lines)


def script_110(card: Card, caller: Person) -> str | None:
    """Return the text for a resident who is declared missing, None where nobody is.

    What a camera or a person saw of clothes and state of health is not known here: the caller says it.
    """
    if card.alert_class is not AlertClass.W5 or card.home is None:
        return None
    age = f"，{card.resident_age}岁" if card.resident_age is not None else ""
    room = f"，住{card.resident_room}" if card.resident_room else ""
    first = min(card.alerts, key=lambda alert: alert.happened_at)
    seen = f"，在{' '.join(first.place)}" if first.place else ""
    last = card.last_position
    lines = [
        f"您好，{_who(card.home, caller)}，{card.home.name}有一名老人走失。",
        f"姓名：{card.resident or '（请口述姓名）'}{age}{room}。",
        f"发现走失：{_clock(first.happened_at)}{seen}。",
        *(
            [f"手环最后定位：{_clock(last.at)}，北纬{last.lat:.5f}，东经{last.lon:.5f}（WGS-84）。"]
            if last
            else []
        ),
        "特征：（请口述衣着、身高、健康状况和常去的地方）。",
        f"地址：{card.home.address or '（请口述地址）'}，{card.home.name}。",
        f"联系电话：{_phones(card, caller)}。",
    ]
    if card.drill:
        lines = ["【演练，不要拨打110】", *lines, "【演练】"]
    return "\n".join(lines)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m月%d日 %H:%M}"


def _who(home: CardHome, caller: Person) -> str:
    # An office that calls for a home is not of that home.
    if caller.home_id == home.home_id:
        return f"我是{home.name}的{caller.name}"
    return f"我是{caller.name}"


def _carried(card: Card) -> str:
    here, floor = len(card.cannot_walk_here), card.cannot_walk_floor
    if not card.place:
        return "人员：不能自行行走的老人人数请现场核实。"
    if floor == 0:
        return "人员：本层登记的老人均能自行行走。"
    if here == 0:
        return f"人员：本层有{floor}位老人不能自行行走。"
    return f"人员：该处有{here}位、本层共{floor}位老人不能自行行走。"


def _phones(card: Card, caller: Person) -> str:
    phones = [phone for phone in (card.home.phone if card.home else "", caller.phone or "") if phone]
    return "、".join(dict.fromkeys(phones)) or "（请口述电话）"
