"""The scenarios by name."""

from __future__ import annotations

from simulators.scenarios import babbler, doors, fire_spread, kitchen_smoke, night_week, people, upkeep, wire
from simulators.script import Script

SCENARIOS: dict[str, Script] = {
    script.name: script
    for script in (
        kitchen_smoke.SCRIPT,
        fire_spread.SCRIPT,
        fire_spread.SMALL,
        people.SOS_NIGHT,
        people.FENCE_EXIT,
        doors.CROSSING,
        doors.LINGERING,
        doors.PACING,
        upkeep.LOW_BATTERY,
        upkeep.SILENT_DEVICE,
        upkeep.DETECTOR_TEST,
        upkeep.POWER_LOSS,
        wire.REPEATS,
        wire.UNKNOWN_DEVICE,
        wire.BAD_INPUT,
        babbler.SCRIPT,
        night_week.SCRIPT,
    )
}
