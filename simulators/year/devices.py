"""Detectors and bands of the year: installed, heard, silent, worn, and their day sums. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from simulators.year.made import DAY_S, Home, Share, Year

_BAND_SLOTS = 96
"""A band reports every 15 minutes."""


def add_devices(year: Year) -> None:
    """Add rooms, detectors, residents, bands, their intervals, and a row per home, day and kind."""
    watched = [home for home in year.homes if home.filed and year.watched_until(home)]
    for home in watched:
        _detectors(year, home, year.size.detectors // len(watched))
        _bands(year, home, year.size.bands // len(watched))
    n, t = year.noted, year.truth
    for key in (
        "smoke_installed", "smoke_installed_all", "smoke_stock", "bands_issued", "bands_stock",
        "band_wearers", "devices_unheard",
    ):  # fmt: skip
        t[key] = float(n[key])
    t["devices_undated"] = 0.0
    t["coverage"] = Share(n["rooms_working"], n["rooms"])
    t["fitted_rate"] = Share(n["rooms_fitted"], n["rooms"])
    online_s = n["detector_online"] * DAY_S, n["wristband_online"] * DAY_S
    there_s = n["detector_there"] * DAY_S, n["wristband_there"] * DAY_S
    t["online_rate"] = Share(sum(online_s), sum(there_s))
    t["online_rate_smoke"] = Share(online_s[0], there_s[0])
    t["online_rate_band"] = Share(online_s[1], there_s[1])
    t["observed_rate"] = Share(sum(there_s), sum(there_s))
    t["completeness"] = Share(n["reports"], n["reports_due"])
    t["worn_rate"] = Share(n["worn_h"] * 3600, n["risk_days"] * DAY_S)
    t["charged_rate"] = Share(n["charged"], n["with_battery"])


def _detectors(year: Year, home: Home, number: int) -> None:
    r = year.random
    sums: dict[int, Counter[str]] = {day: Counter() for day in range(year.days)}
    for index in range(number):
        # The first was there before the year and is never silent: it says since when the home is watched.
        installed = -r.randrange(60, 900) if index == 0 or r.random() < 0.6 else r.randrange(0, 140)
        unheard = index > 0 and r.random() < 0.01
        gap = _gap(year, installed) if index > 0 and r.random() < 0.2 else None
        place = year.add(
            "places", home_id=home.number, kind="room", name=f"{index + 1:03d}室", needs_detector=True
        )
        device = _device(year, home, "detector", index, installed, None, place)
        _online(year, home, device, installed, None if unheard else gap, unheard=unheard)
        open_now = year.is_open(home)
        new = installed >= 0
        year.note(
            smoke_installed=new and home.kind == "敬老院",
            smoke_installed_all=new,
            smoke_stock=open_now,
            devices_unheard=unheard and open_now,
            rooms=open_now,
            rooms_fitted=open_now,
            rooms_working=open_now and not unheard,
        )
        year.detectors[home.number].append(device)
        until = year.watched_until(home)
        for day in range(max(0, installed), until):
            came = not unheard and not (gap and gap[0] <= day < gap[1])
            sums[day].update(devices=1, due=1, reports=int(came))
    for index in range(max(1, number // 30)):
        year.add("places", home_id=home.number, kind="room", name=f"未装{index + 1}", needs_detector=True)
        year.note(rooms=year.is_open(home))
    _day_rows(year, home, "detector", sums)


def _bands(year: Year, home: Home, number: int) -> None:
    r = year.random
    sums: dict[int, Counter[str]] = {day: Counter() for day in range(year.days)}
    until = year.watched_until(home)
    for index in range(number):
        installed = -r.randrange(60, 900) if r.random() < 0.5 else r.randrange(0, 140)
        wanders = r.random() < 0.7
        resident = year.add(
            "residents",
            home_id=home.number,
            name=f"老人{index + 1}",
            wanders=wanders,
            moved_in_on=year.on(-r.randrange(300, 2000)),
            moved_out_on=home.closed_on,
        )
        gap = _gap(year, installed) if r.random() < 0.3 else None
        device = _device(year, home, "wristband", index, installed, resident, None)
        _online(year, home, device, installed, gap, unheard=False)
        new = installed >= 0
        year.note(
            bands_issued=new,
            bands_stock=year.is_open(home),
            band_wearers=new and wanders,
            risk_days=until if wanders else 0,
        )
        year.bands[home.number].append(device)
        for day in range(max(0, installed), until):
            silent = gap is not None and gap[0] <= day < gap[1]
            sums[day].update(
                devices=1,
                due=_BAND_SLOTS,
                reports=0 if silent else _BAND_SLOTS - r.randrange(3),
                battery=int(not silent),
                charged=int(not silent and r.random() < 0.95),
                worn_h=0 if silent or not wanders else r.randrange(12, 24),
            )
    _day_rows(year, home, "wristband", sums)


def _gap(year: Year, installed: int) -> tuple[int, int]:
    began = year.random.randrange(max(0, installed) + 1, year.days - 70)
    return began, began + year.random.randrange(1, 20)


def _device(
    year: Year, home: Home, kind: str, index: int, installed: int, resident: int | None, place: int | None
) -> int:
    return year.add(
        "devices",
        source="yian",
        address=f"year{year.seed}-{home.number}-{kind}-{index + 1}",
        name=f"{'烟感' if kind == 'detector' else '手环'}{index + 1}",
        kind=kind,
        home_id=home.number,
        place_id=place,
        resident_id=resident,
        report_every=timedelta(hours=24) if kind == "detector" else timedelta(minutes=15),
        installed_on=year.on(installed),
        retired_on=home.closed_on,
        created_at=year.at(installed),
    )


def _online(
    year: Year, home: Home, device: int, installed: int, gap: tuple[int, int] | None, *, unheard: bool
) -> None:
    kind = str(year.tables["devices"].rows[device - 1][3])
    began, until = max(installed, home.connected), year.watched_until(home)
    counted_from = max(0, installed)
    there = until - counted_from
    silent = 0 if gap is None else max(0, min(gap[1], until) - max(gap[0], counted_from))
    online = 0 if unheard else there - silent
    year.noted[f"{kind}_there"] += there
    year.noted[f"{kind}_online"] += online
    if unheard:
        return
    end = None if home.closed_on is None else year.at(until)
    pieces: list[tuple[datetime, datetime | None]] = [(year.at(began), end)]
    if gap is not None and gap[0] < until:
        pieces = [(year.at(began), year.at(gap[0]))]
        if gap[1] < until:
            pieces.append((year.at(gap[1]), end))
    if gap is None and there > 40 and year.random.random() < 0.05:
        # Two replicas may both have noted a stretch: it counts once.
        pieces.append((year.at(counted_from + 10), year.at(counted_from + 20)))
    for online_from, online_to in pieces:
        year.add("liveness_intervals", device_id=device, online_from=online_from, online_to=online_to)


def _day_rows(year: Year, home: Home, kind: str, sums: dict[int, Counter[str]]) -> None:
    for day, found in sums.items():
        if not found:
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
            worn_for=timedelta(hours=found["worn_h"]) if kind == "wristband" else None,
            charged=found["charged"],
            with_battery=found["battery"],
            rolled_at=year.at(day + 1),
        )
        year.note(
            reports=found["reports"],
            reports_due=found["due"],
            worn_h=found["worn_h"],
            charged=found["charged"],
            with_battery=found["battery"],
        )
