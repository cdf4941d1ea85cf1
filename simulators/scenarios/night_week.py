"""A home's week of nights in a minute: 6 true causes among 40 false ones. Pure.

What is pressed together here is the waiting between causes, not how devices behave: a detector repeats its
alarm as long as it smokes, a band sends its call again and again until it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from model.alerts import Outcome
from model.devices import DeviceKind
from model.events import Kind
from model.registers import DeviceEntry
from simulators.county import Size
from simulators.fleet import Again, Stranger
from simulators.scenarios.fire_spread import spread
from simulators.script import Cast, Scenario, Script, Step, Truth, at, expect, say

_REPEATS = 40
_REPEAT_S = 0.15
_CAUSE_S = 1.3
_IDLE_TALK = (Kind.BATTERY_LOW, Kind.MUTE, Kind.TAMPER, Kind.FAULT, Kind.OFF_BODY, Kind.BATTERY_LOW)


@dataclass(slots=True)
class _Week:
    """Steps and truth as they are written; each cause begins a little after the one before."""

    steps: list[Step] = field(default_factory=list[Step])
    truth: list[Truth] = field(default_factory=list[Truth])

    def smoke(self, device: DeviceEntry, now_s: float) -> None:
        """Steam: an F1 that a person finds false, repeated while it lasts."""
        self.steps += [at(now_s + n * _REPEAT_S, say(device, smoke=True)) for n in range(_REPEATS)]
        self.steps.append(at(now_s + (_REPEATS + 1) * _REPEAT_S, say(device, smoke=False)))
        self.truth.append(expect("F1", device, after=now_s))

    def call(self, band: DeviceEntry, outcome: Outcome, now_s: float) -> None:
        """A call for help, sent until it is taken back."""
        self.steps += [at(now_s + n * _REPEAT_S, say(band, sos=True)) for n in range(_REPEATS)]
        self.truth.append(expect("W1", band, after=now_s, outcome=outcome))

    def fence(self, band: DeviceEntry, outcome: Outcome, now_s: float) -> None:
        """A fix outside the fence, reported with every position until it is inside again."""
        self.steps += [at(now_s + n * _REPEAT_S, say(band, fence=True)) for n in range(_REPEATS // 2)]
        self.steps.append(at(now_s + _REPEATS * _REPEAT_S, say(band, fence=False)))
        self.truth.append(expect("W2", band, after=now_s, outcome=outcome))

    def test(self, device: DeviceEntry, now_s: float) -> None:
        """The monthly test of a detector."""
        self.steps += [at(now_s, say(device, test=True)), at(now_s + 2, say(device, test=False))]
        self.truth.append(expect("F3", device, after=now_s, outcome=Outcome.TEST))

    def battery(self, device: DeviceEntry, now_s: float) -> None:
        """A battery that is low for good."""
        self.steps += [at(now_s + n * _REPEAT_S, say(device, battery_low=True)) for n in range(_REPEATS)]
        self.truth.append(expect("T2", device, after=now_s, outcome=Outcome.FAULT))

    def fire(self, devices: list[DeviceEntry], now_s: float) -> None:
        """A real fire that two detectors of one zone see."""
        steps, truth = spread(devices, now_s, 1.0)
        self.steps += steps
        self.steps += [at(now_s + 2 + n * _REPEAT_S, say(devices[0], smoke=True)) for n in range(_REPEATS)]
        self.truth += truth

    def stranger(self, home: str, address: str, kind: Kind, now_s: float) -> None:
        """A device that nobody registered and that says nothing of danger."""
        self.steps += [at(now_s + n, Stranger(home, address, kind)) for n in range(3)]
        self.steps.append(at(now_s + 3, Stranger(home, address, kind, active=False)))

    def replay(self, device: DeviceEntry, now_s: float) -> None:
        """An old message once more."""
        self.steps += [at(now_s + n * _REPEAT_S, Again(device.address)) for n in range(3)]

    def call_point(self, point: DeviceEntry, now_s: float) -> None:
        """Somebody presses a manual call point: a fire without further proof (F2)."""
        self.steps.append(at(now_s, say(point, call_point=True)))
        self.truth.append(expect("F2", zone_of_device=point, after=now_s, outcome=Outcome.TRUE))


def write(cast: Cast) -> Scenario:
    """Six true causes among forty false ones, in an order that the seed decides."""
    home = cast.county.home_codes()[0]
    week = _Week()
    true, false = Outcome.TRUE, Outcome.FALSE
    bands = [cast.wristband() for _ in range(15)]
    causes: list[Callable[[float], None]] = [
        partial(week.fire, cast.zone(2)),
        partial(week.call_point, cast.device(DeviceKind.CALL_POINT, fire=True)),
        partial(week.battery, cast.detector()),
        *(partial(week.call, band, true) for band in bands[:2]),
        *(partial(week.fence, band, true) for band in bands[2:3]),
    ]
    true_causes = len(causes)
    causes += [partial(week.smoke, one) for one in (cast.zigbee(fire=True), *_lone(cast, 7))]
    causes += [partial(week.test, cast.detector()) for _ in range(8)]
    causes += [partial(week.call, band, false) for band in bands[3:9]]
    causes += [partial(week.fence, band, false) for band in bands[9:]]
    causes += [partial(week.stranger, home, cast.stranger(home), kind) for kind in _IDLE_TALK]
    cast.rng.shuffle(causes)
    # A broker replays after a reconnect, so these come last.
    causes += [partial(week.replay, band) for band in bands[:6]]
    for number, cause in enumerate(causes):
        cause(1 + number * _CAUSE_S)
    return Scenario(
        "night-week",
        "一周夜班",
        tuple(sorted(week.steps, key=lambda step: step.after_s)),
        tuple(week.truth),
        true_causes=true_causes,
        false_causes=len(causes) - true_causes,
    )


def _lone(cast: Cast, count: int) -> list[DeviceEntry]:
    return [cast.lone_detector() for _ in range(count)]


SCRIPT = Script("night-week", "一周夜班", Size(homes=1, detectors=60, wristbands=24), write, answered=True)
