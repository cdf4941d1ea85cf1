"""What to read out to 119: short, in the order in which it is asked for. Pure; in Chinese, as 119 speaks."""

from __future__ import annotations

from api.cards import Card, CardHome
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
