"""Residents: a call for help at night, and somebody who walks out of the fence. Pure."""

from __future__ import annotations

from model.alerts import Outcome
from simulators.county import Size
from simulators.fleet import Report
from simulators.script import Cast, Scenario, Script, at, expect, say


def write_sos(cast: Cast) -> Scenario:
    """Somebody presses the button three times, as frightened people do: one W1."""
    band = cast.wristband()
    return Scenario(
        "sos-night",
        "夜间求助",
        (at(1, say(band, sos=True)), at(2, say(band, sos=True)), at(4, say(band, sos=True))),
        (expect("W1", band, after=1, outcome=Outcome.TRUE),),
        incidents=1,
        true_causes=1,
    )


def write_fence(cast: Cast) -> Scenario:
    """Somebody leaves the fence, is outside for a while, and is brought back: one W2."""
    band = cast.wristband()
    return Scenario(
        "fence-exit",
        "走出围栏",
        (
            at(1, say(band, fence=True)),
            at(3, Report(band.address)),
            at(4, say(band, fence=True)),
            at(6, Report(band.address)),
            at(9, say(band, fence=False)),
            at(10, Report(band.address)),
        ),
        (expect("W2", band, after=1, outcome=Outcome.TRUE),),
        incidents=1,
        true_causes=1,
    )


SOS_NIGHT = Script("sos-night", "夜间求助", Size(), write_sos)
FENCE_EXIT = Script("fence-exit", "走出围栏", Size(), write_fence)
