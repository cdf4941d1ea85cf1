"""Steam or burnt rice in a kitchen: one detector, over by itself, nothing else. Pure."""

from __future__ import annotations

from simulators.county import Size
from simulators.script import Cast, Scenario, Script, at, expect, say


def write(cast: Cast) -> Scenario:
    """One detector says smoke, twice more while it lasts, then clear: one F1 and no F2."""
    kitchen = cast.lone_detector()
    return Scenario(
        "kitchen-smoke",
        "厨房油烟（误报）",
        (
            at(1, say(kitchen, smoke=True)),
            at(4, say(kitchen, smoke=True)),
            at(7, say(kitchen, smoke=True)),
            at(10, say(kitchen, smoke=False)),
        ),
        (expect("F1", kitchen, after=1),),
        incidents=1,
        false_causes=1,
    )


SCRIPT = Script("kitchen-smoke", "厨房油烟（误报）", Size(), write)
