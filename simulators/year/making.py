"""Makes a whole year in the order in which one thing stands on another. Pure."""

from __future__ import annotations

from simulators.year.alarms import add_alarms
from simulators.year.devices import add_devices
from simulators.year.homes import add_homes
from simulators.year.made import Size, Year
from simulators.year.registers import add_registers


def make(seed: int, year: int, size: Size) -> Year:
    """Return a county's year."""
    made = Year(year, seed, size)
    add_homes(made)
    add_devices(made)
    add_alarms(made)
    add_registers(made)
    return made
