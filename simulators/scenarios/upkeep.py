"""Devices that need care: low batteries, silence, a test, a power cut. Pure."""

from __future__ import annotations

from datetime import timedelta

from model.alerts import Outcome
from simulators.county import Size
from simulators.fleet import Cut, Mend, Report, Silence
from simulators.script import Cast, Scenario, Script, at, expect, say

_QUICK = timedelta(seconds=3)
_OUT_FOR_S = 45


def write_battery(cast: Cast) -> Scenario:
    """Low batteries of a detector, of one behind the bridge, and of a wristband: T2, T2, W6."""
    detector, band = cast.detector(), cast.wristband()
    zigbee = cast.zigbee()
    return Scenario(
        "low-battery",
        "电量低",
        (
            at(1, say(detector, battery_low=True)),
            at(2, say(zigbee, battery_low=True)),
            at(3, say(band, battery_low=True)),
            at(4, Report(detector.address), Report(zigbee.address)),
            at(5, say(detector, battery_low=True)),
            at(9, *(say(one, battery_low=False) for one in (detector, zigbee, band))),
        ),
        (
            expect("T2", detector, after=1, outcome=Outcome.FAULT),
            expect("T2", zigbee, after=2, outcome=Outcome.FAULT),
            expect("W6", band, after=3, outcome=Outcome.FAULT),
        ),
        incidents=3,
        true_causes=3,
    )


def write_silence(cast: Cast) -> Scenario:
    """A detector that must report every 3 s says nothing more; the others go on."""
    quiet = cast.quick()
    limit_s = 2 * quiet.report_every.total_seconds()
    return Scenario(
        "silent-device",
        "设备失联",
        (at(5, Report(quiet.address), Silence(quiet.address)), at(7 + 2 * limit_s)),
        (expect("T3", quiet, after=5 + limit_s, within=2 * limit_s, outcome=Outcome.FAULT),),
        incidents=1,
        true_causes=1,
        own_pace=True,
    )


def write_test(cast: Cast) -> Scenario:
    """A detector is tested, another one with smoke in the same breath: records (F3), no fire."""
    plain, smoking = cast.detector(), cast.lone_detector()
    return Scenario(
        "detector-test",
        "烟感测试",
        (
            at(1, say(plain, test=True)),
            at(2, say(smoking, test=True)),
            at(2.5, say(smoking, smoke=True)),
            at(4, say(plain, test=False)),
            at(5, say(smoking, smoke=False)),
            at(6, say(smoking, test=False)),
        ),
        (
            expect("F3", plain, after=1, outcome=Outcome.TEST),
            expect("F3", smoking, after=2, outcome=Outcome.TEST),
            expect("F3", smoking, after=2.5, outcome=Outcome.TEST),
        ),
        false_causes=2,
    )


def write_power(cast: Cast) -> Scenario:
    """The gateway of 60 detectors loses its power: one T3, and none for what hangs behind it."""
    home = cast.county.home_codes()[0]
    return Scenario(
        "power-loss",
        "网关断电",
        (at(6, Cut(home)), at(6 + _OUT_FOR_S, Mend(home)), at(14 + _OUT_FOR_S)),
        # A link that flaps is no fault; a fault is shown within 100 s. Source: GB 25506.
        (expect("T3", f"{home}-gw", after=6, within=100, outcome=Outcome.FAULT),),
        incidents=1,
        true_causes=1,
        own_pace=True,
    )


LOW_BATTERY = Script("low-battery", "电量低", Size(), write_battery)
SILENT_DEVICE = Script("silent-device", "设备失联", Size(quick=3, quick_every=_QUICK), write_silence)
DETECTOR_TEST = Script("detector-test", "烟感测试", Size(), write_test)
POWER_LOSS = Script(
    "power-loss",
    "网关断电",
    Size(homes=1, detectors=60, wristbands=0, zigbee=0, quick=60, quick_every=_QUICK),
    write_power,
)
