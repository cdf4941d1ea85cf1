"""G616 watches for the elderly: `atom/g616/status/{imei}`, all numbers as strings. Pure.

Source: wearables that publish by themselves, as captured. The position is "lon,lat" in GCJ-02; its date and
time are local, and stay where they were while there is no new fix, so they date the message only when they
are fresh. `sos: false` is "not pressed now". `isWearing` is unreliable by the vendor's own word: a reading,
not a state. What the watch says of the body (heart, blood) is not taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ingest.adapters import coordinates, fields, instants, unpack
from ingest.adapters.coordinates import Crs
from ingest.adapters.fields import battery, flag, named
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.clock import SHANGHAI
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "g616"
FRESH_FOR = timedelta(minutes=10)

STATES = (flag("sos", Kind.SOS), named("isOnline", Kind.OFFLINE, active="0", clear="1"))
READINGS = (battery("battery"),)


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a watch said. Raises BadInput for another topic, and for what is not JSON."""
    levels = unpack.topic_levels(topic)
    if len(levels) != 4 or levels[:3] != ["atom", "g616", "status"] or not levels[3]:
        raise BadInput("topic", "atom/g616/status/{imei}", topic)
    body = unpack.json_object(payload)
    said = Said(SOURCE, levels[3], alive=True)
    fields.apply(STATES, READINGS, body, said)
    worn = fields.spelled(body.get("isWearing"))
    said.reading("worn", {"1": True, "0": False}.get(worn or ""))
    fixed_at = _fixed_at(body)
    if fixed_at is not None and timedelta() <= arrived_at - fixed_at <= FRESH_FOR:
        said.said_at = fixed_at
    lon, _, lat = (unpack.text(body.get("location")) or "").partition(",")
    position = coordinates.position(lat, lon, crs=Crs.GCJ_02)
    if position:
        said.readings.update(position)
        said.reading("fix_at", None if fixed_at is None else fixed_at.isoformat())
    return said.events()


def _fixed_at(body: Object) -> datetime | None:
    """Return when the position was taken, from yymmdd and hhmmss."""
    day, time = (
        unpack.identity(body.get("locationDate")) or "",
        unpack.identity(body.get("locationTime")) or "",
    )
    if len(day) != 6 or len(time) != 6:
        return None
    return instants.instant(f"20{day}T{time}", assume=SHANGHAI)
