"""What must come of a scenario, and how well a service did. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from model.alerts import AlertClass

CLOCK_SLACK = timedelta(seconds=1)
"""How much earlier than its cause an alert may seem to be: devices tell time to the millisecond."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An alert that must be raised between `after` and `after + within`.

    It is known by the device's address, or by its zone (home code and path) where a zone is what burns.
    """

    alert_class: AlertClass
    after: datetime
    within: timedelta
    device: str | None = None
    home: str | None = None
    zone: tuple[str, ...] | None = None
    unregistered: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An alert as it was found; `place` is the path of the place that it stands for."""

    alert_id: int
    alert_class: AlertClass
    raised_at: datetime
    device: str | None
    home: str | None
    place: tuple[str, ...] = ()
    unregistered: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Expectations and findings, each used once."""

    matched: tuple[tuple[Expected, Found], ...]
    missed: tuple[Expected, ...]
    unexpected: tuple[Found, ...]


def fits(expected: Expected, found: Found) -> bool:
    """Say whether an alert is one that was expected."""
    if found.alert_class is not expected.alert_class or found.unregistered is not expected.unregistered:
        return False
    if expected.device is not None and found.device != expected.device:
        return False
    if expected.home is not None and found.home != expected.home:
        return False
    if expected.zone is not None and found.place[: len(expected.zone)] != expected.zone:
        return False
    return expected.after - CLOCK_SLACK <= found.raised_at <= expected.after + expected.within


def score(expected: Sequence[Expected], found: Sequence[Found]) -> Score:
    """Return the best one-to-one matching: no other would leave fewer expectations missed."""
    holder: dict[int, int] = {}

    def place(wanted: int, tried: set[int]) -> bool:
        for index, one in enumerate(found):
            if index in tried or not fits(expected[wanted], one):
                continue
            tried.add(index)
            if index not in holder or place(holder[index], tried):
                holder[index] = wanted
                return True
        return False

    for wanted in range(len(expected)):
        place(wanted, set())
    met = set(holder.values())
    return Score(
        tuple((expected[wanted], found[index]) for index, wanted in sorted(holder.items())),
        tuple(one for index, one in enumerate(expected) if index not in met),
        tuple(one for index, one in enumerate(found) if index not in holder),
    )
