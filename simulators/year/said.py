"""What the log must say of the year's alerts: how each came, and who answered it when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

from simulators.year.made import Year

_ANSWERS = (("acknowledged_at", "acknowledge", "acknowledged"), ("on_scene_at", "on_scene", "on_scene"))


def steps_of(year: Year) -> list[dict[str, Any]]:
    """Return the rows of the log in the order of writing, not yet numbered and chained.

    A test that nobody must answer is said as such; who answers is the home's first carer.
    """
    table = year.tables["alerts"]
    carers = _first_carers(year)
    steps = [
        {"incident_id": alert["incident_id"], "alert_id": number, **step}
        for number, row in enumerate(table.rows, 1)
        for alert in (dict(zip(table.columns, row, strict=True)),)
        for step in _steps(alert, carers.get(alert["home_id"]))
    ]
    return sorted(steps, key=itemgetter("at"))


def _first_carers(year: Year) -> dict[object, tuple[int, str]]:
    """Return number and name of the first person of each home that has any."""
    found: dict[object, tuple[int, str]] = {}
    people = year.tables["people"]
    home, name = people.columns.index("home_id"), people.columns.index("name")
    for number, row in enumerate(people.rows, 1):
        found.setdefault(row[home], (number, str(row[name])))
    return found


def _steps(alert: dict[str, Any], carer: tuple[int, str] | None) -> Iterator[dict[str, Any]]:
    test = alert["class"] == "F3"
    device = {"person_id": None, "actor": f"设备 {alert['device_id']}", "via": "device"}
    said = {"class": alert["class"], "reason": alert["reason"], "subject": alert["subject"]}
    yield _step(alert["raised_at"], "test" if test else "raise", said, device)
    if test:
        return
    person_id, name = carer or (None, "护理员")
    person = {"person_id": person_id, "actor": name, "via": "board"}
    state = "raised"
    for column, answer, after in _ANSWERS:
        if alert[column] is not None:
            yield _step(alert[column], answer, {"from": state, "to": after}, person)
            state = after
    if alert["resolved_at"] is not None:
        end = {"from": state, "to": "resolved", "outcome": alert["outcome"]}
        yield _step(alert["resolved_at"], "resolve", end, person)


def _step(at: datetime, action: str, details: dict[str, str], actor: dict[str, Any]) -> dict[str, Any]:
    return {"at": at, "action": action, "details": details, **actor}
