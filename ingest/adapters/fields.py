"""Tables that say what a field of a payload means, and how to apply them. Pure.

A format's file holds its table; the reading is the same for all: a value that is neither among the active nor
among the clear ones (null, "", an enum member that says neither) gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.adapters import unpack
from ingest.adapters.said import Said
from model.events import Kind


@dataclass(frozen=True, slots=True)
class StateField:
    """A field that says whether something is so; values as `spelled` writes them, `reason` is for people."""

    path: str
    kind: Kind
    active: frozenset[str]
    clear: frozenset[str] = frozenset()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingField:
    """A field with a number; out of its range (after scaling) it is not noted."""

    path: str
    name: str
    low: float
    high: float
    scale: float = 1.0


def flag(path: str, kind: Kind, reason: str | None = None) -> StateField:
    """Return a field that is true or false, however that is spelled."""
    return StateField(path, kind, frozenset({"1"}), frozenset({"0"}), reason)


def named(path: str, kind: Kind, active: str, clear: str = "", reason: str | None = None) -> StateField:
    """Return a field with words for its states, each a list separated by `|`."""
    return StateField(path, kind, _words(active), _words(clear), reason)


def battery(path: str) -> ReadingField:
    """Return a field with the battery in percent."""
    return ReadingField(path, "battery_pct", 0, 100)


def battery_volt(path: str, scale: float = 1.0) -> ReadingField:
    """Return a field with the battery's voltage."""
    return ReadingField(path, "battery_v", 0.5, 30, scale)


def temperature(path: str, scale: float = 1.0) -> ReadingField:
    """Return a field with a temperature in degrees Celsius."""
    return ReadingField(path, "temperature_c", -60, 400, scale)


def _words(listed: str) -> frozenset[str]:
    return frozenset(word for word in listed.split("|") if word)


def spelled(value: object) -> str | None:
    """Return a value as tables write it: 1, 1.0, true and "TRUE" are "1"; words in lower case."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if value is None:
        return None
    read = unpack.number(value)
    if read is not None:
        return f"{read:g}"
    if not isinstance(value, str):
        return None
    word = value.strip().casefold()
    return {"true": "1", "false": "0"}.get(word, word) or None


def apply(
    states: Iterable[StateField], readings: Iterable[ReadingField], said_in: object, said: Said
) -> None:
    """Note in `said` every state and reading of the tables that stands in `said_in`."""
    for spec in states:
        value = spelled(unpack.found(said_in, spec.path))
        if value is None:
            continue
        if value in spec.active:
            if spec.reason is None:
                said.state(spec.kind, True)
            else:
                said.state(spec.kind, True, reason=spec.reason)
        elif value in spec.clear:
            said.state(spec.kind, False)
    for spec in readings:
        read = unpack.number(unpack.found(said_in, spec.path))
        if read is not None and spec.low <= read * spec.scale <= spec.high:
            said.reading(spec.name, round(read * spec.scale, 6))
