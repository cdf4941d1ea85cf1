"""Seeed SenseCAP T1000-A and T1000-B. Pure.

Source: chirpstack-device-profiles vendors/seeed-technology-co-ltd/codecs/SenseCAP-T1000-AB.js (4cf8d348):
port 5; event bits count from 0 for id 1, so that id 7, SOS, is bit 6. An empty list of events clears
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.adapters import coordinates
from ingest.adapters.lorawan_devices.profile import Profile, at_least, signed
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object, elements, identity, members, number, objects, whole, within
from model.events import Kind

PORT = 5
SOS_ID = 7
EVENTS, LONGITUDE, LATITUDE, BATTERY, TEMPERATURE = "4200", "4197", "4198", "3000", "4097"
WITH_SENSORS = {0x06: 22, 0x07: 42, 0x08: 35}
PLAIN = {0x09: 18, 0x0A: 38, 0x0B: 31}
"""Frame lengths by id, with temperature and light or without; the battery is the last byte."""

GNSS = {0x06, 0x09}


def _from_bytes(port: int, data: bytes, said: Said) -> None:
    if port != PORT or not data:
        return
    length = WITH_SENSORS.get(data[0], PLAIN.get(data[0]))
    if length is None:
        return
    # The number of scanned addresses has changed between versions, so only what stands before them is fixed.
    at_least(data, length if data[0] in GNSS else 9, "a T1000 frame")
    said.alive = True
    if int.from_bytes(data[1:4], "big") >> (SOS_ID - 1) & 1:
        said.state(Kind.SOS, True)
    if data[0] in GNSS:
        said.readings.update(coordinates.position(signed(data[13:17]) / 1e6, signed(data[9:13]) / 1e6))
    if len(data) == length:
        if data[-1] <= 100:
            said.reading("battery_pct", data[-1])
        if data[0] in WITH_SENSORS:
            said.reading("temperature_c", signed(data[-5:-3]) / 10)


def _measured(body: Object) -> Iterator[tuple[str, object]]:
    """Give measured values with their ids; messages are a list of lists, of single groups in older codecs."""
    for group in elements(body.get("messages")):
        for measured in objects(elements(group) or [group]):
            name = identity(measured.get("measurementId"))
            if name is not None and measured.get("measurementValue") is not None:
                yield name, measured["measurementValue"]


def _more(body: Object, said: Said) -> None:
    """Note the last of each value, and a call in any group: a later, empty list of events takes none back."""
    measured = list(_measured(body))
    for events in (value for name, value in measured if name == EVENTS):
        for event in elements(events):
            if whole(members(event).get("id", members(event).get("eventId"))) == SOS_ID:
                said.state(Kind.SOS, True)
    values = dict(measured)
    said.readings.update(coordinates.position(values.get(LATITUDE), values.get(LONGITUDE)))
    said.reading("battery_pct", within(values.get(BATTERY), 0, 100))
    said.reading("temperature_c", number(values.get(TEMPERATURE)))


PROFILE = Profile(
    names=("t1000",),
    marks=("messages",),
    more_from_object=_more,
    from_bytes=_from_bytes,
)
