"""A county's whole year as rows, with the figures that a report of it must give; pure, the same for the same seed."""

from simulators.year.made import Size, Year
from simulators.year.making import make

__all__ = ["Size", "Year", "make"]
