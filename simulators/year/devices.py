"""Detectors, bands and door sensors of the year: installed, heard, silent, worn, and their day sums. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from simulators.year.made import DAY_S, HOUR_S, Home, Year
from simulators.year.telemetry import SLOT_S, say_daily, say_often, slots_of

_Sums = dict[int, Counter[str]]
_EVERY = {
    "detector": timedelta(hours=24),
    "door_sensor": timedelta(hours=24),
    "wristband": timedelta(seconds=SLOT_S),
}
_NAMES = {"detector": "烟感", "door_sensor": "门磁", "wristband": "手环"}


def add_devices(year: Year) -> None:
    """Add rooms, detectors, exits, residents, bands, their intervals, and a row per home, day and kind."""
    watched = year.watched
    for home in watched:
        _detectors(year, home, year.size.detectors // len(watched))
        _exit(year, home)
        _bands(year, home, year.size.bands // len(watched))


def _detectors(year: Year, home: Home, number: int) -> None:
    r = year.random
    sums = _empty(year)
    for index in range(number):
        # The first was there before the year and is never silent: it says since when the home is watched.
        installed = -r.randrange(60, 900) if index == 0 or r.random() < 0.6 else r.randrange(0, 140)
        unheard = index > 0 and r.random() < 0.01
        gap = _gap(year, installed) if index > 0 and r.random() < 0.2 else None
        place = year.add(
            "places", home_id=home.number, kind="room", name=f"{index + 1:03d}室", needs_detector=True
        )
        device = _device(year, home, "detector", index, installed, None, place)
        _online(year, home, "detector", device, installed, None if unheard else gap, unheard=unheard)
        open_now = year.is_open(home)
        new = installed >= 0
        year.note(
            home,
            smoke_installed=new and home.kind == "敬老院",
            smoke_installed_all=new,
            smoke_stock=open_now,
            devices_unheard=unheard and open_now,
            rooms=open_now,
            rooms_fitted=open_now,
            rooms_working=open_now and not unheard,
        )
        year.detectors[home.number].append(device)
        _daily(year, home, device, installed, gap, sums, unheard=unheard)
    for index in range(max(1, number // 30)):
        year.add("places", home_id=home.number, kind="room", name=f"未装{index + 1}", needs_detector=True)
        year.note(home, rooms=year.is_open(home))
    _day_rows(year, home, "detector", sums)


def _exit(year: Year, home: Home) -> None:
    """Add the front door and the sensor that watches it, there since long."""
    installed = -year.random.randrange(60, 900)
    place = year.add("places", home_id=home.number, kind="floor", name="一层", needs_detector=False)
    device = _device(year, home, "door_sensor", 0, installed, None, place)
    year.add("exits", home_id=home.number, place_id=place, name="大门", watched_by=device)
    _online(year, home, "door_sensor", device, installed, None, unheard=False)
    sums = _empty(year)
    _daily(year, home, device, installed, None, sums, unheard=False)
    _day_rows(year, home, "door_sensor", sums)


def _bands(year: Year, home: Home, number: int) -> None:
    r = year.random
    sums = _empty(year)
    until = year.watched_until(home)
    for index in range(number):
        installed = -r.randrange(60, 900) if r.random() < 0.5 else r.randrange(0, 140)
        wanders = r.random() < 0.7
        moved_in = -r.randrange(300, 2000)
        filed = year.seed % 2 == 0 or r.random() < 0.8
        resident = year.add(
            "residents",
            home_id=home.number,
            name=f"老人{index + 1}",
            wanders=wanders,
            moved_in_on=year.on(moved_in),
            moved_out_on=home.closed_on,
            health_file_on=year.on(moved_in + r.randrange(30)) if filed else None,
        )
        gap = _gap(year, installed) if r.random() < 0.3 else None
        device = _device(year, home, "wristband", index, installed, resident, None)
        _online(year, home, "wristband", device, installed, gap, unheard=False)
        new, open_now = installed >= 0, year.is_open(home)
        year.note(
            home,
            bands_issued=new,
            bands_stock=open_now,
            band_wearers=new and wanders,
            risk_s=year.watched_s(home) if wanders else 0,
            residents=open_now,
            health_files=open_now and filed,
        )
        year.bands[home.number].append(device)
        for day in range(max(0, installed), until):
            _band_day(year, home, device, day, sums, wanders=wanders, silent=_silent(gap, day))
    _day_rows(year, home, "wristband", sums)


def _band_day(
    year: Year, home: Home, device: int, day: int, sums: _Sums, *, wanders: bool, silent: bool
) -> None:
    r, due = year.random, slots_of(year, day)
    missed, charged, worn_h = r.randrange(3), r.random() < 0.95, r.randrange(6, due // 4) if wanders else 0
    found = sums[day]
    found["devices"] += 1
    found["due"] += due
    if silent:
        return
    found["reports"] += due - missed
    found["battery"] += 1
    found["charged"] += charged
    found["worn_s"] += worn_h * HOUR_S
    if year.is_raw(home, day):
        say_often(year, device, day, missed=missed, worn_h=worn_h, charged=charged)


def _daily(
    year: Year,
    home: Home,
    device: int,
    installed: int,
    gap: tuple[int, int] | None,
    sums: _Sums,
    *,
    unheard: bool,
) -> None:
    """Add the reports of a device that reports once a day; one that is still due is not lacking."""
    for day in range(max(0, installed), year.watched_until(home)):
        came = not unheard and not _silent(gap, day)
        running = year.until is not None and day == year.days - 1
        found = sums[day]
        found["devices"] += 1
        found["due"] += came or not running
        found["reports"] += came
        if came and year.is_raw(home, day):
            say_daily(year, home, device, day)


def _empty(year: Year) -> _Sums:
    return {day: Counter() for day in range(year.days)}


def _silent(gap: tuple[int, int] | None, day: int) -> bool:
    return gap is not None and gap[0] <= day < gap[1]


def _gap(year: Year, installed: int) -> tuple[int, int]:
    began = year.random.randrange(max(0, installed) + 1, year.days - 30)
    return began, began + year.random.randrange(1, 20)


def _device(
    year: Year, home: Home, kind: str, index: int, installed: int, resident: int | None, place: int | None
) -> int:
    device = year.add(
        "devices",
        source="yian",
        address=f"year{year.seed}-{home.number}-{kind}-{index + 1}",
        name=f"{_NAMES[kind]}{index + 1}",
        kind=kind,
        home_id=home.number,
        place_id=place,
        resident_id=resident,
        report_every=_EVERY[kind],
        installed_on=year.on(installed),
        retired_on=home.closed_on,
        created_at=year.at(installed),
    )
    year.installed[home.number].append((device, kind, installed))
    return device


def _online(
    year: Year,
    home: Home,
    kind: str,
    device: int,
    installed: int,
    gap: tuple[int, int] | None,
    *,
    unheard: bool,
) -> None:
    began, until = max(installed, home.connected), year.watched_until(home)
    counted_from = max(0, installed)
    there_s = year.watched_s(home, counted_from)
    silent = 0 if gap is None else max(0, min(gap[1], until) - max(gap[0], counted_from))
    online_s = 0 if unheard else there_s - silent * DAY_S
    year.note(home, **{f"{kind}_there_s": there_s, f"{kind}_online_s": online_s})
    if unheard:
        return
    end = None if home.closed_on is None else year.at(until)
    pieces: list[tuple[datetime, datetime | None]] = [(year.at(began), end)]
    if gap is not None and gap[0] < until:
        pieces = [(year.at(began), year.at(gap[0]))]
        if gap[1] < until:
            pieces.append((year.at(gap[1]), end))
    if gap is None and there_s > 40 * DAY_S and year.random.random() < 0.05:
        # Two replicas may both have noted a stretch: it counts once.
        pieces.append((year.at(counted_from + 10), year.at(counted_from + 20)))
    for online_from, online_to in pieces:
        year.add("liveness_intervals", device_id=device, online_from=online_from, online_to=online_to)


def _day_rows(year: Year, home: Home, kind: str, sums: _Sums) -> None:
    """Add the sums of the days that are rolled up; those of the others are counted from what was said."""
    for day, found in sums.items():
        if not found:
            continue
        year.note(
            home,
            reports=found["reports"],
            reports_due=found["due"],
            worn_s=found["worn_s"],
            charged=found["charged"],
            with_battery=found["battery"],
        )
        if year.is_raw(home, day):
            continue
        year.add(
            "home_days",
            home_id=home.number,
            day=year.on(day),
            kind=kind,
            devices=found["devices"],
            reports=found["reports"],
            reports_due=found["due"],
            online_for=timedelta(days=found["devices"]),
            worn_for=timedelta(seconds=found["worn_s"]) if kind == "wristband" else None,
            charged=found["charged"],
            with_battery=found["battery"],
            rolled_at=year.at(day + 1),
        )
