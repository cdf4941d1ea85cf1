"""Huaqiang W308 NB-IoT smoke detector: 48 bytes after a prefix, big-endian. Pure.

Source: the maker's frames as captured. Read are alert (bit 0 smoke, 1 battery, 7 fault), fault code (1:
self-test failed), voltage, percent and temperature. The frame's own time counts from a date that is only
inferred, so the platform's time stands.
"""

from __future__ import annotations

from ingest.adapters.said import Said
from model.errors import BadInput
from model.events import Kind

PREFIX = b"\x50\x55"
HEAD, SHORTEST = 4, 30
ATTRIBUTES, ALERT, FAULT_CODE, VOLT, PERCENT, TEMPERATURE = 7, 23, 24, 26, 28, 29
ENCRYPTED = 0x3000
SELF_TEST_FAILED = 1


def note(frame: bytes, said: Said) -> None:
    """Note what a frame says. Raises BadInput where it is cut short or encrypted."""
    data = frame[HEAD:]
    if len(data) < SHORTEST:
        raise BadInput("APPdata", f"at least {HEAD + SHORTEST} bytes", frame.hex())
    if int.from_bytes(data[ATTRIBUTES : ATTRIBUTES + 2], "big") & ENCRYPTED:
        raise BadInput("APPdata", "a frame that is not encrypted", frame.hex())
    alert, code = data[ALERT], data[FAULT_CODE]
    said.state(Kind.SMOKE, bool(alert & 0x01))
    said.state(Kind.BATTERY_LOW, bool(alert & 0x02))
    if alert & 0x80 and code == SELF_TEST_FAILED:
        said.state(Kind.FAULT, True, reason="self-test failed")
    else:
        said.state(Kind.FAULT, bool(alert & 0x80))
    said.reading("battery_v", int.from_bytes(data[VOLT : VOLT + 2], "big") / 100)
    if data[PERCENT] <= 100:
        said.reading("battery_pct", data[PERCENT])
    said.reading("temperature_c", data[TEMPERATURE] - 100)
