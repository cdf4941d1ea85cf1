"""Homes of the year: old and new, filed and unlicensed, closed and open. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from simulators.year.made import Home, Year

_KINDS = ("敬老院", "民办", "敬老院", "民办", "福利院", "颐养之家")
_CLOSED_LAST_YEAR, _CANCELLED, _NEW = 0, 1, 2
"""Which of the filed homes these are; the rest is filed since years."""


def add_homes(year: Year) -> None:
    """Add the homes with what the bureau registers about each."""
    r, size = year.random, year.size
    unlicensed = max(3, size.homes // 6)
    taken: set[str] = set()
    for index in range(size.homes):
        filed = index < size.homes - unlicensed
        kind = _KINDS[index % len(_KINDS)] if filed else "民办"
        opened = date(year.year - r.randrange(4, 20), r.randrange(1, 13), 1)
        registered: date | None = opened + timedelta(days=r.randrange(30, 700)) if filed else None
        closed: date | None = None
        if filed and index == _CLOSED_LAST_YEAR:
            closed = year.on(-r.randrange(20, 300))
        elif filed and index == _CANCELLED:
            closed = year.on(r.randrange(150, min(300, year.days - 10)))
        elif filed and (index == _NEW or r.random() < 0.1):
            registered = year.on(r.randrange(0, year.days))
        undated = filed and index > _NEW and r.random() < 0.05
        station: date | None = None
        if filed and r.random() < 0.8:
            station = year.on(r.randrange(0, 100) if r.random() < 0.4 else -r.randrange(10, 900))
        sprinkler = r.random() < 0.5 if kind == "民办" else True
        name = _name(year, kind, taken)
        code = f"year{year.seed}-{index + 1}"
        township = r.choice(("青河镇", "柳溪镇", "南山乡"))
        number = year.add(
            "homes",
            code=code,
            name=name,
            kind=kind,
            township=township,
            beds=r.randrange(20, 200),
            registration_no=f"备〔{index + 1:03d}〕" if filed else None,
            registered_on=None if undated else registered,
            licensed=filed,
            sprinkler=sprinkler,
            micro_station_on=station,
            opened_on=opened,
            closed_on=closed,
        )
        connected = -r.randrange(1, 40)
        home = Home(number, code, name, kind, filed, closed, connected, sprinkler, township)
        year.homes.append(home)
        if filed and year.watched_until(home):
            year.watched.append(home)
        in_year = closed is not None and closed >= year.first_on
        was_there = closed is None or in_year
        if filed:
            new = registered is not None and not undated and registered >= year.first_on
            year.note(
                home,
                filed=1,
                filed_new=new,
                filed_total=closed is None,
                filed_cancelled=in_year,
                filed_last=not undated and not new and was_there,
                filed_undated=undated,
            )
        built = station is not None and station >= year.first_on
        year.note(
            home,
            homes_open=closed is None,
            micro_station_built=built,
            micro_station_total=station is not None and closed is None,
        )


def _name(year: Year, kind: str, taken: set[str]) -> str:
    ends = {"敬老院": "敬老院", "福利院": "社会福利院", "民办": "老年公寓", "颐养之家": "颐养之家"}
    while True:
        name = "".join(year.random.sample("松柏福寿康宁安和春晖青河柳溪南山云", 2)) + ends[kind]
        if name not in taken:
            taken.add(name)
            return name
