"""A canary (试报): raised as its own class, which is no fire, and from its own sender only. Pure."""

from __future__ import annotations

from alerts.classes import Limits
from alerts.decisions import Decision, Raise, Said, is_late, subject_of
from model.alerts import AlertClass
from model.devices import DeviceKind
from model.events import Kind


def on_event(said: Said, limits: Limits) -> list[Decision]:
    """Raise a canary; the word from any other device means nothing.

    Source: our choice; what is tried must go the way of a fire up to the phone.
    """
    if said.device.kind is not DeviceKind.CANARY:
        return []
    return [Raise(AlertClass.C1, subject_of(said.device), Kind.CANARY, "canary", is_late(said, limits))]
