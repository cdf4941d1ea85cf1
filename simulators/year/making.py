"""Makes a whole year in the order in which one thing stands on another. Pure."""

from __future__ import annotations

from datetime import date

from simulators.year.alarms import add_alarms
from simulators.year.care import add_care
from simulators.year.devices import add_devices
from simulators.year.homes import add_homes
from simulators.year.made import Size, Year
from simulators.year.proofs import add_proofs
from simulators.year.registers import add_registers
from simulators.year.truth import truth_of


def make(seed: int, year: int, size: Size, until: date | None = None) -> Year:
    """Return a county's year, whole or until a day from late August on."""
    made = Year(year, seed, size, until)
    add_homes(made)
    add_devices(made)
    add_alarms(made)
    add_proofs(made)
    add_registers(made)
    add_care(made)
    made.truth = truth_of(made)
    return made
