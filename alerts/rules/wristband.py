"""People: a call for help (W1), leaving the fence (W2). Pure.

Source: class table W1, W2; a platform calls back within 1 minute of a help call (Panyu, 2017). An SOS has no
clear on the wire, and an SOS that arrives late is paged all the same.
"""

from __future__ import annotations

from alerts.classes import Limits
from alerts.decisions import Cleared, Decision, Raise, Said, is_late, started, subject_of
from model.alerts import AlertClass
from model.events import Kind


def on_event(said: Said, limits: Limits) -> list[Decision]:
    """Decide on an SOS, a fall, or a fence that was crossed as the device reports it."""
    subject, kind, late = subject_of(said.device), said.event.kind, is_late(said, limits)
    if kind is not Kind.FENCE:
        return [Raise(AlertClass.W1, subject, kind, str(kind), late)]
    if not started(said):
        return [Cleared((AlertClass.W2,), subject, kind)]
    return [Raise(AlertClass.W2, subject, kind, "fence", late)]
