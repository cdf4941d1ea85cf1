"""Walking rounds of the year: tests that arrived, and exits that somebody went out by to try. Pure."""

from __future__ import annotations

from datetime import timedelta

from simulators.year.made import HOUR_S, Home, Year

_ROUNDS = 0.3
"""In so many months of a home somebody goes round."""


def add_proofs(year: Year) -> None:
    """Add tests to the ledger, each with the record that it came by; some devices not, some twice."""
    for home in year.watched:
        for month in range(1, year.last_on.month + 1):
            _month(year, home, month)


def _month(year: Year, home: Home, month: int) -> None:
    r = year.random
    first = year.day_of(year.first_on.replace(month=month))
    following = year.day_of((year.on(first) + timedelta(days=32)).replace(day=1))
    over = following <= year.days - (year.until is not None) and following <= year.watched_until(home)
    walked = r.random() < _ROUNDS
    day = r.randrange(first, following)
    possible = day < year.watched_until(home) - 1
    for device, kind, installed in year.installed[home.number]:
        # Standing for all of the month makes it due; what was fitted in the month may be tested all the same.
        due = over and installed <= first
        proven = walked and possible and installed <= day and r.random() < 0.95
        if proven:
            _test(year, home, device, day, again=r.random() < 0.1)
        out = kind == "door_sensor" and possible and r.random() < 0.3
        if out:
            _walk_out(year, home, device, day)
        year.note(home, **{f"{kind}_due": due, f"{kind}_proven": due and proven})
        if kind == "door_sensor":
            year.note(home, exit_due=due, exit_proven=due and (proven or out))


def _test(year: Year, home: Home, device: int, day: int, *, again: bool) -> None:
    for number in range(1 + again):
        s = year.random.randrange(HOUR_S, 15 * HOUR_S)
        at = year.at(day, s + number)
        incident = year.add(
            "incidents", home_id=home.number, family="test", scope=f"year:{device}:{day}:{number}",
            **{"class": "F3"}, drill=False, ladder="{}", opened_at=at, closed_at=at,
        )  # fmt: skip
        alert = year.add(
            "alerts", incident_id=incident, home_id=home.number, device_id=device,
            subject=f"year:{device}:{day}:{number}", **{"class": "F3"}, kind="test", state="resolved",
            happened_at=at, raised_at=at, acknowledged_at=None, on_scene_at=None, resolved_at=at,
            outcome="test", drill=False, exit_id=None, reason="",
        )  # fmt: skip
        year.add(
            "proof_tests", home_id=home.number, device_id=device, alert_id=alert, tested_at=at, arrived_at=at,
            learned_at=at + timedelta(minutes=1),
        )  # fmt: skip


def _walk_out(year: Year, home: Home, sensor: int, day: int) -> None:
    """Add the alarm of somebody who went out by the door to try it: of a band, and no resident left."""
    at = year.at(day, year.random.randrange(15 * HOUR_S))
    number = len(year.tables["incidents"].rows)
    band = year.bands[home.number][0]
    exit_id = next(number for number, row in enumerate(year.tables["exits"].rows, 1) if row[3] == sensor)
    incident = year.add(
        "incidents", home_id=home.number, family="wristband", scope=f"year:out:{number}", **{"class": "W2"},
        drill=False, ladder="{}", opened_at=at, closed_at=at + timedelta(minutes=5),
    )  # fmt: skip
    year.add(
        "alerts", incident_id=incident, home_id=home.number, device_id=band, subject=f"year:out:{number}",
        **{"class": "W2"}, kind="fence", state="resolved", happened_at=at, raised_at=at,
        acknowledged_at=at + timedelta(seconds=20), on_scene_at=None, resolved_at=at + timedelta(minutes=5),
        outcome="test", drill=False, exit_id=exit_id, reason="",
    )  # fmt: skip
    year.note(home, alerts=1)
    for notes in year.notes(home):
        notes.by_device[band] += 1
