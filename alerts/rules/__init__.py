"""Rules: pure functions from what a device said, and what was so before, to decisions."""

from __future__ import annotations

from alerts.classes import Limits
from alerts.decisions import Decision, Said, Situation
from alerts.rules import canary, fault, fire, wristband
from model.events import FIRE_KINDS, Kind

_FAULT_KINDS = frozenset({Kind.FAULT, Kind.TAMPER, Kind.MUTE, Kind.BATTERY_LOW, Kind.OFFLINE, Kind.OFF_BODY})


def decide(said: Said, situation: Situation, limits: Limits) -> list[Decision]:
    """Return what follows from one event: the rule of its family decides."""
    kind = said.event.kind
    if kind in FIRE_KINDS or kind is Kind.TEST:
        return fire.on_event(said, situation, limits)
    if kind in _FAULT_KINDS:
        return fault.on_event(said, limits)
    if kind in (Kind.SOS, Kind.FALL, Kind.FENCE):
        return wristband.on_event(said, limits)
    if kind is Kind.CANARY:
        return canary.on_event(said, limits)
    return []
