"""A county's whole year as rows, with the figures that a report of it must give. Pure."""

from simulators.year.made import Size, Year
from simulators.year.making import make

__all__ = ["Size", "Year", "make"]
