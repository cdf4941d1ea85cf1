"""GB/T 26875.3-2011 frames of fire-alarm transmission devices, as a listener or bridge hands them on. Pure.

Source: GB/T 26875.3-2011, sections 6 to 8. A payload is a frame (40 40 ... 23 23), several as one read of a
stream gives them, both also as hexadecimal text, or application data alone; the answers that the standard
asks for are the listener's. Numbers are little-endian, text is GB 18030, time is local.

Bit 0 of a state is "normal" (1) or "test" (0), but makers leave it 0 in real alarms and restorations, so it
is not read: a test that is none would take an alarm for a test. What an operator did (types 4 and 24) is
for the log, but for mute and test. Addresses: the transmission device's, then system and component.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.adapters import unpack
from ingest.adapters.said import Said
from model.clock import SHANGHAI
from model.errors import BadInput
from model.events import Event, Kind, Value

SOURCE = "gb26875"
START, END = b"\x40\x40", b"\x23\x23"
HEAD, TAIL = 27, 3
APPLICATION_LARGEST = 1024
SEND, ANSWER = 2, 5
COMMANDS = range(1, 7)

FIRE, FAULT, SHIELDED, POWER_FAULT, BACKUP_FAULT, BUS_FAULT = 1, 2, 3, 8, 9, 10
FAULTS = {FAULT: "fault", POWER_FAULT: "power", BACKUP_FAULT: "backup power", BUS_FAULT: "bus"}
UNIT_FAULTS = {2: "fault", 3: "main power", 4: "backup power", 6: "line"}
UNIT_OFFLINE = 5
OPERATED = {1: Kind.MUTE, 6: Kind.TEST}
TEMPERATURE = 3

CALL_POINT = 23
HEAT = range(30, 37)
"""Component types; 40 to 44 are smoke, and a fire of any other component counts as smoke too."""


@dataclass(frozen=True, slots=True)
class _Object:
    """One information object with the time that follows it."""

    unit: str
    data: bytes
    said_at: datetime | None
    key: str | None

    def said(self, address: str) -> Said:
        return Said(SOURCE, address, said_at=self.said_at, key=self.key)

    def system(self) -> str:
        return f"{self.unit}/{self.data[0]}-{self.data[1]}"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a transmission device said of itself, its systems and their components.

    Raises BadInput for what is not such a frame, is cut short, or has a wrong checksum.
    """
    levels = unpack.topic_levels(topic)
    if levels[0] != SOURCE:
        raise BadInput("topic", "gb26875/...", topic)
    if len(payload) > unpack.LARGEST_BYTES:
        raise BadInput("payload", f"at most {unpack.LARGEST_BYTES} bytes", len(payload))
    unit = "/".join(levels[1:-1])
    if payload.startswith(START.hex().encode()):
        payload = _from_text(payload)
    if not payload.startswith(START):
        return [event for said in _read(unit or "unit", None, payload) for event in said.events()]
    # Many devices are left at the source address 0, so the topic's name for the device goes first.
    return [
        event
        for frame in _frames(payload)
        if frame.command in {SEND, ANSWER}
        for said in _read(unit or frame.source, frame.serial, frame.data)
        for event in said.events()
    ]


@dataclass(frozen=True, slots=True)
class _Frame:
    serial: int
    source: str
    command: int
    data: bytes


def _from_text(payload: bytes) -> bytes:
    try:
        return bytes.fromhex(payload.decode("ascii"))
    except ValueError as exc:
        raise BadInput("payload", "a frame in hexadecimal digits", payload[:40]) from exc


def _frames(payload: bytes) -> Iterator[_Frame]:
    while payload:
        if len(payload) < HEAD + TAIL or not payload.startswith(START):
            raise BadInput("payload", f"a frame of at least {HEAD + TAIL} bytes", payload.hex())
        end = HEAD + int.from_bytes(payload[24:26], "little") + TAIL
        yield _open(payload[:end])
        payload = payload[end:]


def _open(payload: bytes) -> _Frame:
    length = int.from_bytes(payload[24:26], "little")
    if length > APPLICATION_LARGEST or len(payload) != HEAD + length + TAIL or not payload.endswith(END):
        raise BadInput("payload", f"a frame with {length} bytes of application data", payload.hex())
    checksum = sum(payload[2 : HEAD + length]) % 256
    if checksum != payload[HEAD + length]:
        raise BadInput("checksum", f"{checksum:#04x}", f"{payload[HEAD + length]:#04x}")
    if payload[26] not in COMMANDS:
        raise BadInput("command", "1 to 6", payload[26])
    return _Frame(
        serial=int.from_bytes(payload[2:4], "little"),
        source=payload[12:18][::-1].hex(),
        command=payload[26],
        data=payload[HEAD : HEAD + length],
    )


def _read(unit: str, serial: int | None, data: bytes) -> Iterator[Said]:
    if len(data) < 2:
        if serial is None or data:
            raise BadInput("payload", "a type and a count", data.hex())
        return
    kind, count = data[0], data[1]
    if kind not in READERS:
        if serial is None and kind not in KNOWN_TYPES:
            raise BadInput("payload", "a type of GB/T 26875.3", data[:16].hex())
        return
    length, read = READERS[kind]
    whole = length + 6
    if len(data) != 2 + count * whole:
        raise BadInput("payload", f"{count} objects of {whole} bytes", data.hex())
    for index in range(count):
        part = data[2 + index * whole : 2 + (index + 1) * whole]
        at = _instant(part[length:])
        # Serial numbers start again with the device, so without a time an old one would hide a new alarm.
        key = None if serial is None or at is None else f"{serial}:{index}"
        yield read(_Object(unit, part[:length], at, key))


def _instant(data: bytes) -> datetime | None:
    """Return seconds, minutes, hours, day, month and year of the century as an instant."""
    second, minute, hour, day, month, year = data
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)
    except ValueError:
        return None


def _faults(state: int, names: dict[int, str], said: Said) -> None:
    found = [name for bit, name in names.items() if state >> bit & 1]
    details: dict[str, Value] = {"reason": ", ".join(found)} if found else {}
    said.state(Kind.FAULT, bool(found), **details)


def _system_state(part: _Object) -> Said:
    said = part.said(part.system())
    state = int.from_bytes(part.data[2:4], "little")
    said.state(Kind.SMOKE, bool(state >> FIRE & 1), system=True)
    _faults(state, FAULTS, said)
    return said


def _component_state(part: _Object) -> Said:
    component, address = part.data[2], part.data[3:7].hex()
    said = part.said(f"{part.system()}/{address}")
    note_component(int.from_bytes(part.data[7:9], "little"), component, said)
    where = unpack.text(part.data[9:40].partition(b"\0")[0].decode("gb18030", errors="replace"))
    if where is not None:
        for kind in said.states():
            if said.says(kind):
                said.state(kind, True, text=where)
    return said


def note_component(state: int, component: int, said: Said) -> None:
    """Note a component's 16 state bits; `component` is its type, 0 where unknown."""
    kind = Kind.CALL_POINT if component == CALL_POINT else Kind.HEAT if component in HEAT else Kind.SMOKE
    said.state(kind, bool(state >> FIRE & 1))
    said.state(Kind.TAMPER, bool(state >> SHIELDED & 1))
    _faults(state, {FAULT: "fault", POWER_FAULT: "power"}, said)


def _analog(part: _Object) -> Said:
    said = part.said(f"{part.system()}/{part.data[3:7].hex()}")
    said.alive = True
    if part.data[7] == TEMPERATURE:
        said.reading("temperature_c", int.from_bytes(part.data[8:10], "little", signed=True) / 10)
    return said


def _operation(part: _Object) -> Said:
    said = part.said(part.system())
    said.alive = True
    for bit, kind in OPERATED.items():
        if part.data[2] >> bit & 1:
            said.state(kind, True, operator=part.data[3])
    return said


def _unit_state(part: _Object) -> Said:
    said = part.said(part.unit)
    state = part.data[0]
    said.state(Kind.SMOKE, bool(state >> FIRE & 1), system=True)
    _faults(state, UNIT_FAULTS, said)
    said.state(Kind.OFFLINE, bool(state >> UNIT_OFFLINE & 1))
    return said


def _unit_operation(part: _Object) -> Said:
    said = part.said(part.unit)
    said.alive = True
    return said


READERS: dict[int, tuple[int, Callable[[_Object], Said]]] = {
    1: (4, _system_state),
    2: (40, _component_state),
    3: (10, _analog),
    4: (4, _operation),
    21: (1, _unit_state),
    24: (2, _unit_operation),
}
"""Types of application data, with the length of one object."""

KNOWN_TYPES = {*range(1, 9), 21, *range(24, 29)}
