"""Residents at doors and in corridors: who goes out, who lingers, who walks to and fro. Pure."""

from __future__ import annotations

from model.alerts import Outcome
from model.devices import DeviceKind
from model.registers import DeviceEntry, ExitEntry
from simulators.county import Size
from simulators.fleet import Move
from simulators.script import Cast, Scenario, Script, Step, at, expect, say

_EVERY_S = 4.0
_LINGERS_S = 68.0
_LAP_M = ((10.0, 6.0), (15.0, 6.0), (20.0, 6.0), (15.0, 6.0))
"""Two turns to a lap; the eighth turn makes the pattern (four laps)."""


def _door(cast: Cast, home: str, kind: DeviceKind) -> tuple[ExitEntry, DeviceEntry]:
    """Return the door of a home that a device of this kind watches."""
    for door in cast.county.registers.exits:
        watcher = cast.county.by_address.get(door.watched_by or "")
        if door.home == home and watcher is not None and watcher.kind is kind:
            return door, watcher
    raise LookupError(f"home {home} has no door with a {kind}")


def _near(door: ExitEntry, off_m: float) -> tuple[float, float]:
    return (door.x_m or 0.0) - off_m, (door.y_m or 0.0) - off_m / 2


def write_crossing(cast: Cast) -> Scenario:
    """Somebody walks to the front door, it opens, and they go out by it: one W2."""
    band = cast.wristband()
    door, sensor = _door(cast, band.home, DeviceKind.DOOR_SENSOR)
    return Scenario(
        "exit-crossing",
        "从大门走出",
        (
            at(1, Move(band.address, _near(door, 8))),
            at(2, Move(band.address, _near(door, 2))),
            at(3, say(cast.take(sensor), door=True)),
            at(4, Move(band.address, _near(door, 0.5))),
            at(5, say(sensor, door=False)),
            at(8, Move(band.address)),
        ),
        (expect("W2", band, after=3, outcome=Outcome.TRUE),),
        incidents=1,
        true_causes=1,
    )


def write_lingering(cast: Cast) -> Scenario:
    """Somebody stands at the back door for more than a minute: one W3."""
    band = cast.wristband()
    door, _ = _door(cast, band.home, DeviceKind.BEACON)
    stays = [
        at(1 + number * _EVERY_S, Move(band.address, _near(door, 1.0 + number % 2)))
        for number in range(int(_LINGERS_S / _EVERY_S))
    ]
    return Scenario(
        "exit-lingering",
        "后门徘徊",
        (*stays, at(_LINGERS_S + 2, Move(band.address))),
        # A minute at a door is lingering; the band tells where it is every few seconds.
        (expect("W3", band, after=60, within=2 * _EVERY_S + 2, outcome=Outcome.TRUE),),
        incidents=1,
        true_causes=1,
        own_pace=True,
    )


def write_pacing(cast: Cast) -> Scenario:
    """Somebody walks to and fro in the corridor: one W4, which calls nobody."""
    band = cast.wristband()
    walked = [_LAP_M[number % len(_LAP_M)] for number in range(20)]
    steps: list[Step] = [at(1 + 0.5 * number, Move(band.address, spot)) for number, spot in enumerate(walked)]
    return Scenario(
        "pacing",
        "走廊来回走",
        (*steps, at(13, Move(band.address))),
        (expect("W4", band, after=7.5, within=7.0, outcome=Outcome.TRUE),),
        incidents=1,
        true_causes=1,
    )


CROSSING = Script("exit-crossing", "从大门走出", Size(), write_crossing)
LINGERING = Script("exit-lingering", "后门徘徊", Size(), write_lingering)
PACING = Script("pacing", "走廊来回走", Size(), write_pacing)
