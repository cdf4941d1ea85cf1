"""The registers as sheets: which columns each has, by the names that people read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from model.sheets import homes, records
from model.sheets.shape import Sheet

SHEETS: tuple[Sheet, ...] = (
    homes.HOMES,
    homes.PLACES,
    homes.RESIDENTS,
    homes.PEOPLE,
    homes.DUTIES,
    homes.DEVICES,
    homes.EXITS,
    records.INSPECTIONS,
    records.HAZARDS,
    records.PROJECTS,
    records.TRAININGS,
    records.ACCIDENTS,
    records.INSURANCES,
    records.HEALTH_CHECKS,
    records.CARE_VISITS,
    homes.CONSENTS,
)
"""All registers, those that are pointed at before those that point at them."""

BY_NAME: Mapping[str, Sheet] = MappingProxyType({sheet.name: sheet for sheet in SHEETS})
