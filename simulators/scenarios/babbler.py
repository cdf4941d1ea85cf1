"""One device babbles without end, and whoever speaks beside it must be heard as fast as ever. Pure."""

from __future__ import annotations

from model.alerts import Outcome
from model.devices import DeviceKind
from model.events import Kind
from model.registers import DeviceEntry
from simulators.county import Size
from simulators.fleet import Chatter, Raw
from simulators.script import Cast, Scenario, Script, Step, at, expect, say

_WAVES = 10
_TOGGLES = 500
_GARBLED = 50
_HEARD_WITHIN_S = 2.0


def write(cast: Cast) -> Scenario:
    """A broken detector says 33,000 things a minute: its fault comes and goes, with garbage between.

    That is one T1, and one message about it. Meanwhile, and right after it, others say smoke and call for
    help, in its own home and in the next: each is an alert as soon as if nobody babbled.
    """
    babbler = cast.detector()
    smoke = [_neighbour(cast, babbler), cast.lone_detector(), cast.lone_detector()]
    calls = [cast.wristband() for _ in range(3)]
    waves = [
        Step(1.0 + wave, (Chatter(babbler.address, Kind.FAULT, _TOGGLES), *_garbage(babbler, wave)))
        for wave in range(_WAVES)
    ]
    # Each right behind a wave, so that all of it lies before them; the last one when it is over.
    alarms = [(1.1 + 2 * number, one) for number, one in enumerate(smoke)]
    helps = [(2.1 + 2 * number, one) for number, one in enumerate(calls)]
    after = cast.lone_detector()
    alarms.append((_WAVES + 2.0, after))
    steps = [
        *waves,
        *(at(now_s, say(one, smoke=True)) for now_s, one in alarms),
        *(at(now_s, say(one, sos=True)) for now_s, one in helps),
    ]
    return Scenario(
        "babbler",
        "一个设备不停乱报",
        tuple(sorted(steps, key=lambda step: step.after_s)),
        (
            expect("T1", babbler, after=1, outcome=Outcome.FAULT),
            *(expect("F1", one, after=now_s, within=_HEARD_WITHIN_S) for now_s, one in alarms),
            *(
                expect("W1", one, after=now_s, within=_HEARD_WITHIN_S, outcome=Outcome.TRUE)
                for now_s, one in helps
            ),
        ),
        true_causes=1 + len(helps),
        false_causes=len(alarms),
        dead_letters=_WAVES * _GARBLED,
        own_pace=True,
    )


def _neighbour(cast: Cast, babbler: DeviceEntry) -> DeviceEntry:
    """Return a detector of the same home, in a zone where nothing else burns."""
    return cast.device(DeviceKind.DETECTOR, fire=True, wanted=lambda one: one.home == babbler.home)


def _garbage(babbler: DeviceEntry, wave: int) -> list[Raw]:
    topic = f"yian/v1/{babbler.home}/{babbler.address}/alarm"
    return [Raw(topic, b'{"id":%d,"kind":"smo' % (wave * _GARBLED + number)) for number in range(_GARBLED)]


SCRIPT = Script("babbler", "一个设备不停乱报", Size(), write)
