"""What Yi'an knows of one LoRaWAN model: how to recognise it, its fields, its bytes. Pure.

Servers run codecs of different vendors for the same model, so one profile knows several spellings of a
field. The bytes are read where there is no codec, where its object says nothing that we know, and beside it
where a codec is known to lose an alarm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.adapters import coordinates, fields, unpack
from ingest.adapters.fields import ReadingField, StateField
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput

FromBytes = Callable[[int, bytes, Said], None]
"""Reads port and bytes into what was said; raises BadInput where a frame of its own cannot be read."""

FromObject = Callable[[Object, Said], None]


@dataclass(frozen=True, slots=True)
class Profile:
    """A model, or a family that speaks alike.

    `names` are parts of a device profile's or model's name, in small letters without separators; `marks`
    are paths that only this model's codec writes; on `history_ports` it replays what it recorded earlier.
    """

    names: tuple[str, ...]
    marks: tuple[str, ...]
    states: tuple[StateField, ...] = ()
    readings: tuple[ReadingField, ...] = ()
    position: tuple[str, str, str] = ("latitude", "longitude", "accuracy")
    more_from_object: FromObject | None = None
    from_bytes: FromBytes | None = None
    bytes_beside_object: bool = False
    history_ports: frozenset[int] = frozenset()

    def is_meant_by(self, name: str) -> bool:
        """Say whether a profile's or model's name is of this model."""
        plain = "".join(c for c in name.casefold() if c.isalnum())
        return any(part in plain for part in self.names)

    def wrote(self, body: Object) -> bool:
        """Say whether a codec's object is of this model."""
        return any(unpack.found(body, mark) is not None for mark in self.marks)

    def read(self, port: int, data: bytes | None, body: Object | None, said: Said) -> None:
        """Note everything that the codec's object, or else the bytes, say."""
        if port in self.history_ports:
            said.live = False
        if body is not None:
            fields.apply(self.states, self.readings, body, said)
            lat, lon, accuracy = (unpack.found(body, path) for path in self.position)
            said.readings.update(coordinates.position(lat, lon, accuracy_m=accuracy))
            if self.more_from_object is not None:
                self.more_from_object(body, said)
        understood = body is not None and bool(said.states()) and not self.bytes_beside_object
        if data is None or self.from_bytes is None or understood:
            return
        try:
            self.from_bytes(port, data, said)
        except BadInput:
            if body is None:
                raise


def at_least(data: bytes, length: int, what: str) -> None:
    """Raise BadInput where a frame is shorter than its model says."""
    if len(data) < length:
        raise BadInput("data", f"at least {length} bytes of {what}", data.hex())


def signed(data: bytes) -> int:
    """Return big-endian bytes as a signed number."""
    return int.from_bytes(data, "big", signed=True)
