"""A fire that spreads through a building, zone by zone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from model.alerts import Outcome
from model.devices import DeviceKind
from model.registers import DeviceEntry
from simulators.county import Size
from simulators.script import Cast, Scenario, Script, Step, Truth, at, expect, say, zone_key

_EVERY_S = 1.0


def spread(devices: Sequence[DeviceEntry], from_s: float, every_s: float) -> tuple[list[Step], list[Truth]]:
    """Return steps and truth of a fire that reaches these detectors one after the other.

    Each gives an F1; the second one of a zone confirms the fire there (F2).
    """
    steps: list[Step] = []
    truth: list[Truth] = []
    reached: dict[str, int] = {}
    for index, one in enumerate(devices):
        now_s = from_s + index * every_s
        zone = zone_key(one)
        reached[zone] = reached.get(zone, 0) + 1
        steps.append(at(now_s, say(one, smoke=True)))
        truth.append(expect("F1", one, after=now_s, outcome=Outcome.TRUE))
        if reached[zone] == 2:
            truth.append(expect("F2", zone_of_device=one, after=now_s, outcome=Outcome.TRUE))
    return steps, truth


def write(cast: Cast) -> Scenario:
    """Every detector of the first home trips, zone after zone."""
    home = cast.county.home_codes()[0]
    zones: dict[str, list[DeviceEntry]] = {}
    for one in cast.county.devices(DeviceKind.DETECTOR, home):
        zones.setdefault(zone_key(one), []).append(cast.take(one, fire=True))
    order = cast.rng.sample(sorted(zones), len(zones))
    steps, truth = spread([one for zone in order for one in zones[zone]], 1.0, _EVERY_S)
    return Scenario("fire-spread", "火势蔓延", tuple(steps), tuple(truth), incidents=1, true_causes=1)


def write_small(cast: Cast) -> Scenario:
    """A fire that reaches three detectors of one zone."""
    steps, truth = spread(cast.zone(3), 1.0, 2.0)
    return Scenario(
        "fire-small", "同一分区三个烟感报警", tuple(steps), tuple(truth), incidents=1, true_causes=1
    )


SCRIPT = Script("fire-spread", "火势蔓延", Size(homes=1, detectors=40), write)
SMALL = Script("fire-small", "同一分区三个烟感报警", Size(), write_small)
