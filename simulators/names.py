"""Invented but believable names of people and places. Pure: the generator is an argument."""

from __future__ import annotations

from random import Random

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_ELDER_WOMEN = [
    "秀英",
    "桂兰",
    "玉兰",
    "桂英",
    "秀珍",
    "凤英",
    "素珍",
    "玉珍",
    "淑华",
    "月娥",
    "金凤",
    "春梅",
    "惠兰",
    "腊梅",
]
_ELDER_MEN = [
    "德福",
    "国栋",
    "永康",
    "长根",
    "福生",
    "建国",
    "金水",
    "文彬",
    "志明",
    "根宝",
    "树林",
    "海泉",
    "有财",
    "水生",
]
_YOUNG = [
    "静",
    "丽娟",
    "小燕",
    "婷",
    "海霞",
    "建华",
    "志强",
    "伟",
    "春兰",
    "晓红",
    "国平",
    "永刚",
    "雪梅",
    "文斌",
    "敏",
    "俊杰",
]
_COUNTIES = ["安澜县", "云栖县", "锦溪县", "禾宁县", "清晏县"]
_PLACE_HEADS = [
    "青石",
    "柳溪",
    "白鹭",
    "云岭",
    "双桥",
    "梅湾",
    "石塘",
    "新泉",
    "长冲",
    "枫林",
    "竹坪",
    "古渡",
    "南坪",
    "麻溪",
]
_LUCKY = ["福满堂", "康宁", "夕阳红", "松鹤", "怡心", "金秋", "安泰", "百福", "和颐", "春晖"]


def county(rng: Random) -> str:
    """Return the name of a county that does not exist."""
    return rng.choice(_COUNTIES)


def townships(rng: Random, count: int) -> list[str]:
    """Return that many different townships."""
    heads = rng.sample(_PLACE_HEADS, len(_PLACE_HEADS))
    kinds = ["镇", "乡"]
    ends = ["", "东", "西", "南", "北", "上", "下"]
    every = [head + end + kind for end in ends for kind in kinds for head in heads]
    return every[:count]


def home(rng: Random, number: int, county_name: str, township: str) -> tuple[str, str]:
    """Return name and kind of the county's `number`-th home, counted from 0."""
    if number == 1:
        return f"{county_name}社会福利院", "福利院"
    if number % 3 == 2:
        return f"{township[:-1]}{rng.choice(_LUCKY)}{rng.choice(['颐养院', '老年公寓', '护理院'])}", "民办"
    return f"{township}敬老院", "敬老院"


def street(rng: Random, where: str) -> str:
    """Return an address in a place."""
    return f"{where}{rng.choice(['新街', '和平路', '府前路', '桥头'])}{rng.randrange(1, 200)}号"


def resident(rng: Random) -> str:
    """Return the name of somebody born between the wars and the fifties."""
    return rng.choice(_SURNAMES) + rng.choice(rng.choice([_ELDER_WOMEN, _ELDER_MEN]))


def employee(rng: Random) -> str:
    """Return the name of somebody of working age."""
    return rng.choice(_SURNAMES) + rng.choice(_YOUNG)


def mobile(rng: Random) -> str:
    """Return a mobile number that nobody has: the segment 154 was never given to an operator."""
    return f"1540000{rng.randrange(10_000):04d}"


def landline(rng: Random) -> str:
    """Return a telephone number that rings nowhere: no area has the code 0190."""
    return f"0190-555{rng.randrange(10_000):04d}"
