"""GB/T 26875.3 frames, made here by the standard's layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.adapters import gb26875
from model.errors import BadInput
from model.events import Event

ARRIVED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
TIME = bytes([58, 59, 9, 1, 3, 26])  # 2026-03-01 09:59:58 in Shanghai
Short = Callable[[Iterable[Event]], str]

REFUSED = "refused"
MEANINGS = (
    REFUSED,
    "smoke+ tamper- fault-",
    "smoke- fault+",
    "smoke- tamper- fault+",
    "report",
    "report",
    "smoke- fault+ offline-",
    "report",
    REFUSED,
    "smoke+ tamper- fault-",
    "call_point+ tamper- fault-",
    "",
    REFUSED,
)
"""What each line of the samples of real devices says."""


def frame(data: bytes, command: int = 2, serial: int = 7) -> bytes:
    inner = (
        serial.to_bytes(2, "little") + b"\x01\x01" + TIME + bytes(range(1, 7)) + bytes(6)
        + len(data).to_bytes(2, "little") + bytes([command]) + data
    )  # fmt: skip
    return b"\x40\x40" + inner + bytes([sum(inner) % 256]) + b"\x23\x23"


def component(state: int, kind: int = 42, text: str = "") -> bytes:
    where = text.encode("gb18030")[:31].ljust(31, b"\0")
    return b"\x02\x01\x01\x05" + bytes([kind, 9, 0, 2, 0]) + state.to_bytes(2, "little") + where + TIME


def decode(payload: bytes, topic: str = "gb26875/up") -> list[Event]:
    return gb26875.decode(topic, payload, ARRIVED_AT)


def test_samples_of_real_devices(samples: Callable[[str, int], list[Any]], short: Short) -> None:
    for sample, meaning in zip(samples("gb26875", len(MEANINGS)), MEANINGS, strict=True):
        try:
            said = short(decode(sample.payload, sample.topic))
        except BadInput:
            said = REFUSED
        assert said == meaning, sample.meaning


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        (42, 0x0003, "smoke+ tamper- fault-"),
        (0, 0x0002, "smoke+ tamper- fault-"),
        (31, 0x0002, "heat+ tamper- fault-"),
        (23, 0x0002, "call_point+ tamper- fault-"),
        (42, 0x0001, "smoke- tamper- fault-"),
        (42, 0x0000, "smoke- tamper- fault-"),
        (42, 0x0005, "smoke- tamper- fault+"),
        (42, 0x0101, "smoke- tamper- fault+"),
        (42, 0x0009, "smoke- tamper+ fault-"),
        (42, 0x0041, "smoke- tamper- fault-"),
    ],
)
def test_component_states(kind: int, state: int, said: str, short: Short) -> None:
    assert short(decode(frame(component(state, kind)))) == said


def test_a_component_is_named_by_unit_system_and_address() -> None:
    alarm = decode(frame(component(2, text="二层203室烟感")))[0]
    assert (alarm.source, alarm.address) == ("gb26875", "060504030201/1-5/09000200")
    assert alarm.said_at == datetime(2026, 3, 1, 1, 59, 58, tzinfo=UTC)
    assert (alarm.key, alarm.values) == ("7:0", {"text": "二层203室烟感"})
    assert decode(frame(component(2)), "gb26875/panel-3/up")[0].address.startswith("panel-3/")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x01\x01\x01\x05\x02\x00" + TIME, "smoke+ fault-"),
        (b"\x01\x01\x01\x05\x00\x02" + TIME, "smoke- fault+"),
        (b"\x15\x01\x20" + TIME, "smoke- fault- offline+"),
        (b"\x15\x02\x01" + TIME + b"\x18" + TIME, "smoke- fault- offline- smoke- fault+ offline-"),
        (b"\x04\x01\x01\x05\x02\x07" + TIME, "mute+ report"),
        (b"\x04\x01\x01\x05\x40\x07" + TIME, "test+ report"),
        (b"\x05\x01\x01", ""),
        (b"", ""),
    ],
)
def test_other_types(data: bytes, said: str, short: Short) -> None:
    assert short(decode(frame(data))) == said


def test_an_impossible_time_is_unknown() -> None:
    data = b"\x15\x01\x02" + bytes([99, 99, 99, 0, 0, 26])
    [said, *_] = decode(frame(data))
    assert said.said_at is None
    assert said.key is None  # else a new alarm with a serial number of before would look like a repeat


def test_frames_that_come_in_one_piece_are_read_one_by_one(short: Short) -> None:
    both = frame(component(2)) + frame(b"", command=3) + frame(component(4, 23), serial=8)
    said = decode(both)
    assert short(said) == "smoke+ tamper- fault- call_point- tamper- fault+"
    assert [said[0].key, said[-1].key] == ["7:0", "8:0"]
    with pytest.raises(BadInput):
        decode(both + b"\x40\x40\x01")


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_frame_as_hexadecimal_text_is_a_frame(case: Callable[[str], str]) -> None:
    assert decode(case(frame(component(2)).hex()).encode()) == decode(frame(component(2)))
    with pytest.raises(BadInput):
        decode(b"4040zz")


@pytest.mark.parametrize("command", [1, 3, 4, 6])
def test_commands_that_report_nothing(command: int) -> None:
    assert decode(frame(component(2), command)) == []


# Invariant: one byte changed anywhere in a frame never gives another alarm than the one that was sent.
@given(st.integers(2, 76), st.integers(1, 255))
def test_a_damaged_frame_is_refused(at: int, change: int) -> None:
    damaged = bytearray(frame(component(1)))
    damaged[at] ^= change
    with pytest.raises(BadInput):
        decode(bytes(damaged))


@pytest.mark.parametrize("cut", [0, 1, 2, 20, 29, 50])
def test_a_frame_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(BadInput):
        decode(frame(component(2))[:cut])
