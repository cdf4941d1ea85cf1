"""Columns that several sheets have, and makers of those that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from model.sheets.shape import Column, Kind

HOME = Column("home", "机构代码", "home", Kind.CODE, required=True)
_MOST = 2**31 - 1
NUMBER = Column("number", "编号", "number", Kind.WHOLE, least=1, most=_MOST)


def day(field: str, zh: str, *, required: bool = False) -> Column:
    """Return a column of days; English calls it by its field without `_on`."""
    return Column(field, zh, field.removesuffix("_on"), Kind.DAY, required=required)


def count(field: str, zh: str, *, required: bool = False, most: int = _MOST) -> Column:
    """Return a column of whole numbers from 0 up."""
    return Column(field, zh, field, Kind.WHOLE, required=required, least=0, most=most)


def choice(field: str, zh: str, choices: Mapping[str, str], *, required: bool = True) -> Column:
    """Return a column with one of the words of `choices`, which gives what is stored for each."""
    return Column(field, zh, field, Kind.CHOICE, required=required, choices=MappingProxyType(choices))


def metres(field: str, zh: str, en: str, least: float = 0) -> Column:
    """Return a column of metres, up to 1000, as on the plan of a floor."""
    return Column(field, zh, en, Kind.DECIMAL, least=least, most=1000)


def hour(field: str, zh: str, en: str) -> Column:
    """Return a column with an hour of the day in Shanghai, 0 to 24."""
    return Column(field, zh, en, Kind.DECIMAL, least=0, most=24)
