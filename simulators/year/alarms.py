"""Alerts of the year and what people did about them; the outcome is decided before the row. Pure."""

from __future__ import annotations

from collections import Counter

from simulators.year.made import Home, Share, Year

_SLOTS_PER_DAY = 72
"""One cause per home and 20 minutes, so that no two fall into one window by chance."""


class _Alarms:
    def __init__(self, year: Year) -> None:
        self.year = year
        self.by_device: Counter[int] = Counter()
        self.repaired_h: list[float] = []
        self.notice_min: list[float] = []
        self.found_min: list[float] = []

    def incident(
        self, home: Home, family: str, alert_class: str, day: int, s: float, took_s: float | None
    ) -> int:
        """Add an incident and return its number; `took_s` is None for one that is still open."""
        year = self.year
        number = len(year.tables["incidents"].rows) + 1 if "incidents" in year.tables else 1
        return year.add(
            "incidents",
            home_id=home.number,
            family=family,
            scope=f"year:{number}",
            **{"class": alert_class},
            drill=False,
            ladder="{}",
            opened_at=year.at(day, s),
            closed_at=None if took_s is None else year.at(day, s + took_s),
        )

    def alert(
        self, home: Home, incident: int, device: int, alert_class: str, day: int, s: float,
        outcome: str | None,
        acked_s: float | None, there_s: float | None, took_s: float | None,
    ) -> int:  # fmt: skip
        """Add an alert of an incident; times count in seconds from its raising."""
        year = self.year
        times = [None if one is None else year.at(day, s + one) for one in (acked_s, there_s, took_s)]
        number = len(year.tables["alerts"].rows) + 1 if "alerts" in year.tables else 1
        year.note(alerts=1, stale=took_s is None or took_s > 86_400)
        self.by_device[device] += 1
        return year.add(
            "alerts",
            incident_id=incident,
            home_id=home.number,
            device_id=device,
            subject=f"year:{number}",
            **{"class": alert_class},
            kind="smoke",
            state="raised" if took_s is None else "resolved",
            happened_at=year.at(day, s),
            raised_at=year.at(day, s),
            acknowledged_at=times[0],
            on_scene_at=times[1],
            resolved_at=times[2],
            outcome=outcome,
            drill=False,
            reason="",
        )


def add_alarms(year: Year) -> None:
    """Add fires, faults, wandering and calls for help."""
    a, r = _Alarms(year), year.random
    homes = [home for home in year.homes if home.number in year.detectors]
    for home in homes:
        last = (year.watched_until(home) - 5) * _SLOTS_PER_DAY
        slots = iter(r.sample(range(last), 40))
        for _ in range(r.randrange(2, 9)):
            _fire(a, home, *_time(next(slots)))
        for _ in range(r.randrange(1, 6)):
            _fault(a, home, *_time(next(slots)))
        for _ in range(r.randrange(1, 4)):
            _fence(a, home, *_time(next(slots)))
        for _ in range(r.randrange(1, 5)):
            _sos(a, home, *_time(next(slots)))
        if home is homes[-1] or r.random() < 0.2:
            _missing(a, home, *_time(next(slots)))
    _open_fire(a, homes[-1])
    n, t = year.noted, year.truth
    for key in (
        "fire_alarms", "fire_true", "fire_false", "fire_test", "fire_fault", "fire_open", "fire_signals",
        "fire_deaths", "faults", "faults_closed", "fence_alerts", "sos_alerts", "missing", "missing_found",
        "stale",
    ):  # fmt: skip
        t[key] = float(n[key])
    t["fire_true_untold"] = t["flood_windows"] = t["chattering"] = 0.0
    t["fire_handled_rate"] = Share(n["fire_alarms"] - n["fire_open"], n["fire_alarms"])
    t["false_rate"] = Share(n["fire_false"], n["fire_false"] + n["fire_true"])
    t["false_per_detector"] = n["false_signals"] * 30 / n["detector_there"]
    t["ack_rate"] = Share(n["acked"], n["fire_signals"])
    t["on_scene_rate"] = Share(n["there"], n["fire_signals"] - n["test_signals"])
    t["repair_rate"] = Share(n["repaired"], n["faults"])
    t["repair_hours"] = sum(a.repaired_h) / len(a.repaired_h)
    t["notice_minutes"] = sum(a.notice_min) / len(a.notice_min)
    t["found_minutes"] = sum(a.found_min) / len(a.found_min) if a.found_min else None
    t["found_in_day_rate"] = Share(n["found_in_day"], n["missing"])
    top = sum(sorted(a.by_device.values(), reverse=True)[:10])
    t["top_share"] = Share(top, n["alerts"])


def _time(slot: int) -> tuple[int, float]:
    return slot // _SLOTS_PER_DAY, float(slot % _SLOTS_PER_DAY * 1200)


def _fire(a: _Alarms, home: Home, day: int, s: float) -> None:
    year, r = a.year, a.year.random
    outcome = r.choices(("true", "false", "test", "fault"), (1, 6, 2, 1))[0]
    acked, there, took = r.randrange(5, 120), r.randrange(120, 300), r.randrange(400, 5000)
    one, other = r.sample(year.detectors[home.number], 2)
    incident = a.incident(home, "fire", "F1", day, s, took)
    a.alert(home, incident, one, "F1", day, s, outcome, acked, there, took)
    if outcome == "true":
        a.alert(home, incident, other, "F2", day, s + 5, "true", acked, there, took - 5)
        deaths = int(year.seed % 5 == 0 and not year.noted["fire_deaths"])
        year.add(
            "accidents", home_id=home.number, incident_id=incident, happened_on=year.on(day), kind="fire",
            deaths=deaths, injured=0,
        )  # fmt: skip
        year.note(fire_deaths=deaths)
    year.note(
        fire_alarms=1,
        fire_signals=1,
        acked=acked <= 60,
        there=outcome != "test" and there <= 180,
        test_signals=outcome == "test",
        false_signals=outcome == "false",
        **{f"fire_{outcome}": 1},
    )


def _open_fire(a: _Alarms, home: Home) -> None:
    """Leave one alarm unanswered at the end of every third year."""
    year = a.year
    if year.seed % 3 != 1:
        return
    incident = a.incident(home, "fire", "F1", year.days - 1, 80_000, None)
    device = year.detectors[home.number][0]
    a.alert(home, incident, device, "F1", year.days - 1, 80_000, None, None, None, None)
    year.noted["stale"] -= 1  # It has not stood for a day when the year ends.
    year.note(fire_alarms=1, fire_signals=1, fire_open=1)


def _fault(a: _Alarms, home: Home, day: int, s: float) -> None:
    hours = a.year.random.choice((2, 5, 9, 20, 30, 50))
    device = a.year.random.choice(a.year.detectors[home.number])
    incident = a.incident(home, "fault", "T1", day, s, hours * 3600)
    a.alert(home, incident, device, "T1", day, s, "fault", 600, None, hours * 3600)
    a.repaired_h.append(hours)
    a.year.note(faults=1, faults_closed=1, repaired=hours <= 24)


def _fence(a: _Alarms, home: Home, day: int, s: float) -> None:
    acked = a.year.random.randrange(10, 400)
    device = a.year.random.choice(a.year.bands[home.number])
    incident = a.incident(home, "wristband", "W2", day, s, 900)
    a.alert(home, incident, device, "W2", day, s, "true", acked, None, 900)
    a.notice_min.append(acked / 60)
    a.year.note(fence_alerts=1)


def _sos(a: _Alarms, home: Home, day: int, s: float) -> None:
    device = a.year.random.choice(a.year.bands[home.number])
    incident = a.incident(home, "wristband", "W1", day, s, 600)
    a.alert(home, incident, device, "W1", day, s, "true", 30, 90, 600)
    a.year.note(sos_alerts=1)


def _missing(a: _Alarms, home: Home, day: int, s: float) -> None:
    minutes = a.year.random.choice((35, 80, 200, 1500))
    device = a.year.random.choice(a.year.bands[home.number])
    incident = a.incident(home, "wristband", "W5", day, s, minutes * 60)
    a.alert(home, incident, device, "W5", day, s, "true", 60, None, minutes * 60)
    a.found_min.append(minutes)
    a.year.note(missing=1, missing_found=1, found_in_day=minutes <= 1440)
