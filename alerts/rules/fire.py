"""Fire (F1, F2) and its test (F3). Pure.

F1 is one smoke alarm: people are sent to look, nobody is dialled. F2 is a fire that something independent
confirms: a second device of the zone, a call point, heat, or a person.
Source: GB 50116-2013 4.1.6 (two independent triggers); coincidence of 8 min: our choice after Polon 4000.
"""

from __future__ import annotations

from alerts.classes import Limits
from alerts.decisions import (
    Cleared,
    Decision,
    Raise,
    Record,
    Said,
    Situation,
    is_late,
    started,
    subject_of,
)
from model.alerts import AlertClass
from model.devices import Device
from model.events import FIRE_KINDS, Kind

_ALONE_IS_ENOUGH = frozenset({Kind.HEAT, Kind.CALL_POINT})
"""Any signal other than a single smoke detector counts as a sign of fire (Scottish fire service)."""


def confirmed_subject(device: Device) -> str:
    """Return what an F2 is kept under: the zone, else the device itself."""
    return f"zone:{device.zone_id}" if device.zone_id is not None else subject_of(device)


def on_event(said: Said, situation: Situation, limits: Limits) -> list[Decision]:
    """Decide on a fire signal or on a test of the device."""
    if said.event.kind is Kind.TEST:
        return _on_test(said, situation, limits)
    subject = subject_of(said.device)
    if not started(said):
        return [Cleared((AlertClass.F1, AlertClass.F2), subject, said.event.kind)]
    test_since = situation.since.get(Kind.TEST)
    if test_since is not None and said.happened_at - test_since <= limits.test_for:
        return [Record(subject, said.event.kind, "alarm_during_test")]
    return _burning(said, situation, limits)


def _on_test(said: Said, situation: Situation, limits: Limits) -> list[Decision]:
    if started(said):
        return [Record(subject_of(said.device), Kind.TEST, "test")]
    # The test is over and the device still says fire: now it counts.
    still = [kind for kind in situation.since if kind in FIRE_KINDS]
    return _burning(said, situation, limits, kind=still[0]) if still else []


def _burning(said: Said, situation: Situation, limits: Limits, kind: Kind | None = None) -> list[Decision]:
    kind = kind or said.event.kind
    late = is_late(said, limits)
    decisions: list[Decision] = []
    if kind in _ALONE_IS_ENOUGH:
        decisions.append(
            Raise(AlertClass.F2, confirmed_subject(said.device), kind, str(kind), late, for_zone=True)
        )
        return decisions
    decisions.append(Raise(AlertClass.F1, subject_of(said.device), kind, str(kind), late))
    others = {
        fire.device_id
        for fire in situation.zone_fires
        if fire.device_id != said.device.device_id
        and abs(said.happened_at - fire.since) <= limits.coincidence_within
    }
    if others and said.device.zone_id is not None:
        decisions.append(
            Raise(AlertClass.F2, confirmed_subject(said.device), kind, "two_devices", late, for_zone=True)
        )
    return decisions
