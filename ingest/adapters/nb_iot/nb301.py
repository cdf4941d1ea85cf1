"""Wanlin NB301 (fixed text) and NB306 (`devState`) NB-IoT smoke detectors. Pure.

Source: the maker's push as captured. Text ends in X (what), T (°C), U (battery, percent), S (signal);
devState counts temperature in tenths. State 0 is the heartbeat of a detector with nothing to say, so it
ends what was.
"""

from __future__ import annotations

import re

from ingest.adapters import fields, unpack
from ingest.adapters.fields import battery, temperature
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.events import Kind

STATE = "devState"
_TEXT = re.compile(r"X(\d{2})(?:T(-?\d{1,3})(?:U(\d{1,3})(?:S\d*)?)?)?\s*$", re.ASCII)
"""Whatever is cut off, what happened is said first."""

TEXT_CODES: dict[str, dict[Kind, bool]] = {
    "01": {Kind.SMOKE: True},
    "02": {Kind.BATTERY_LOW: True},
    "10": {Kind.TEST: True},
    "11": {Kind.SMOKE: False, Kind.TEST: False},
}
STATE_CODES: dict[int, dict[Kind, bool]] = {
    0: {
        Kind.SMOKE: False,
        Kind.HEAT: False,
        Kind.TAMPER: False,
        Kind.BATTERY_LOW: False,
        Kind.TEST: False,
    },
    1: {Kind.SMOKE: True},
    2: {Kind.HEAT: True},
    3: {Kind.TAMPER: True},
    4: {Kind.BATTERY_LOW: True},
    5: {Kind.TEST: True},
}
READINGS = (battery("electricQuantity"), temperature("temperature", 0.1))


def _note(codes: dict[Kind, bool], said: Said) -> None:
    for kind, active in codes.items():
        said.state(kind, active)


def note_text(written: str, said: Said) -> None:
    """Note what an NB301's text says; other text says nothing."""
    match = _TEXT.search(written)
    if match is None:
        return
    _note(TEXT_CODES.get(match[1], {}), said)
    said.reading("temperature_c", unpack.within(match[2], -60, 400))
    said.reading("battery_pct", unpack.within(match[3], 0, 100))


def note_state(data: Object, said: Said) -> None:
    """Note what an NB306's devState says."""
    state = unpack.whole(data.get(STATE))
    if state is not None:
        _note(STATE_CODES.get(state, {}), said)
        fields.apply((), READINGS, data, said)
