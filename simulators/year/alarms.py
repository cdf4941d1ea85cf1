"""Alerts of the year and what people did about them; the outcome is decided before the row. Pure."""

from __future__ import annotations

from simulators.year.made import DAY_S, Home, Year

_SLOTS_PER_DAY = 72
"""One cause per home and 20 minutes, so that no two fall into one window by chance."""
_FLOOD = 40


class _Alarms:
    def __init__(self, year: Year) -> None:
        self.year = year

    def incident(
        self,
        home: Home,
        family: str,
        alert_class: str,
        day: int,
        s: float,
        took_s: float | None,
        *,
        drill: bool = False,
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
            drill=drill,
            ladder="{}",
            opened_at=year.at(day, s),
            closed_at=None if took_s is None else year.at(day, s + took_s),
        )

    def alert(
        self, home: Home, incident: int, device: int, alert_class: str, day: int, s: float,
        outcome: str | None,
        acked_s: float | None, there_s: float | None, took_s: float | None,
        *, drill: bool = False, left_by: int | None = None,
    ) -> int:  # fmt: skip
        """Add an alert of an incident; times count in seconds from its raising."""
        year = self.year
        times = [None if one is None else year.at(day, s + one) for one in (acked_s, there_s, took_s)]
        number = len(year.tables["alerts"].rows) + 1 if "alerts" in year.tables else 1
        if not drill:
            year.note(home, alerts=1, stale=took_s is None or took_s > DAY_S)
            for notes in year.notes(home):
                notes.by_device[device] += 1
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
            drill=drill,
            exit_id=left_by,
            reason="",
        )


def add_alarms(year: Year) -> None:
    """Add fires, drills, faults, wandering and calls for help; one big fire and one device that chatters."""
    a, r = _Alarms(year), year.random
    homes = year.watched
    for home in homes:
        last = (year.watched_until(home) - 5) * _SLOTS_PER_DAY
        slots = iter(r.sample(range(last), 40))
        for _ in range(r.randrange(2, 9)):
            _fire(a, home, *_time(next(slots)))
        _drill(a, home, *_time(next(slots)))
        for _ in range(r.randrange(1, 6)):
            _fault(a, home, *_time(next(slots)))
        for _ in range(r.randrange(1, 4)):
            _fence(a, home, *_time(next(slots)))
        for _ in range(r.randrange(1, 5)):
            _sos(a, home, *_time(next(slots)))
        if home is year.chosen or r.random() < 0.2:
            _missing(a, home, *_time(next(slots)))
        if home is year.chosen or r.random() < 0.1:
            _flood(a, home, *_time(next(slots)))
            _chatter(a, home, *_time(next(slots)))
    _open_fire(a, year.chosen)


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
        _accident(year, home, incident, day)
    year.note(
        home,
        fire_alarms=1,
        fire_signals=1,
        acked=acked <= 60,
        there=outcome != "test" and there <= 180,
        test_signals=outcome == "test",
        false_signals=outcome == "false",
        **{f"fire_{outcome}": 1},
    )


def _accident(year: Year, home: Home, incident: int, day: int) -> None:
    deaths = int(year.seed % 5 == 0 and not year.county.counts["fire_deaths"])
    year.add(
        "accidents", home_id=home.number, incident_id=incident, happened_on=year.on(day), kind="fire",
        deaths=deaths, injured=0,
    )  # fmt: skip
    year.note(home, fire_deaths=deaths)


def _flood(a: _Alarms, home: Home, day: int, s: float) -> None:
    """Add a fire that up to forty detectors tell of: forty signals, one fire."""
    year = a.year
    telling = year.detectors[home.number][:_FLOOD]
    incident = a.incident(home, "fire", "F1", day, s, 3600)
    for number, device in enumerate(telling):
        acked, there = 20 + number * 2, 100 + number * 3
        a.alert(home, incident, device, "F1", day, s + number * 5, "true", acked, there, 3600 - number * 5)
        year.note(home, fire_signals=1, acked=acked <= 60, there=there <= 180)
    a.alert(home, incident, telling[0], "F2", day, s + 10, "true", 20, 100, 3590)
    _accident(year, home, incident, day)
    year.note(home, fire_alarms=1, fire_true=1, flood_windows=len(telling) + 1 > 10)


def _chatter(a: _Alarms, home: Home, day: int, s: float) -> None:
    """Add a link that comes and goes three times within a minute."""
    device = a.year.detectors[home.number][0]
    incident = a.incident(home, "fault", "T3", day, s, 60)
    for number in range(3):
        a.alert(home, incident, device, "T3", day, s + number * 25, "fault", None, None, 10)
    a.year.note(home, chattering=1)


def _drill(a: _Alarms, home: Home, day: int, s: float) -> None:
    """Add a drill, which no figure counts."""
    incident = a.incident(home, "fire", "F1", day, s, 900, drill=True)
    device = a.year.detectors[home.number][0]
    a.alert(home, incident, device, "F1", day, s, "test", 30, 90, 900, drill=True)


def _open_fire(a: _Alarms, home: Home) -> None:
    """Leave one alarm unanswered at the end of every third year."""
    year = a.year
    if year.seed % 3 != 1:
        return
    day, s = year.days - 1, 50_000
    incident = a.incident(home, "fire", "F1", day, s, None)
    a.alert(home, incident, year.detectors[home.number][0], "F1", day, s, None, None, None, None)
    # It has not stood for a day when the year ends.
    year.note(home, fire_alarms=1, fire_signals=1, fire_open=1, stale=-1)


def _fault(a: _Alarms, home: Home, day: int, s: float) -> None:
    hours = a.year.random.choice((2, 5, 9, 20, 30, 50))
    device = a.year.random.choice(a.year.detectors[home.number])
    incident = a.incident(home, "fault", "T1", day, s, hours * 3600)
    a.alert(home, incident, device, "T1", day, s, "fault", 600, None, hours * 3600)
    a.year.took(home, repair_hours=hours)
    a.year.note(home, faults=1, faults_closed=1, repaired=hours <= 24)


def _fence(a: _Alarms, home: Home, day: int, s: float) -> None:
    acked = a.year.random.randrange(10, 400)
    device = a.year.random.choice(a.year.bands[home.number])
    incident = a.incident(home, "wristband", "W2", day, s, 900)
    a.alert(home, incident, device, "W2", day, s, "true", acked, None, 900)
    a.year.took(home, notice_minutes=acked / 60)
    a.year.note(home, fence_alerts=1)


def _sos(a: _Alarms, home: Home, day: int, s: float) -> None:
    device = a.year.random.choice(a.year.bands[home.number])
    incident = a.incident(home, "wristband", "W1", day, s, 600)
    a.alert(home, incident, device, "W1", day, s, "true", 30, 90, 600)
    a.year.note(home, sos_alerts=1)


def _missing(a: _Alarms, home: Home, day: int, s: float) -> None:
    minutes = a.year.random.choice((35, 80, 200, 1500))
    device = a.year.random.choice(a.year.bands[home.number])
    incident = a.incident(home, "wristband", "W5", day, s, minutes * 60)
    a.alert(home, incident, device, "W5", day, s, "true", 60, None, minutes * 60)
    a.year.took(home, found_minutes=minutes)
    a.year.note(home, missing=1, missing_found=1, found_in_day=minutes <= 1440)
