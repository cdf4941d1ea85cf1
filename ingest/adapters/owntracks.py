"""OwnTracks: `owntracks/{user}/{device}` and below, JSON with `_type`. Pure.

Source: the OwnTracks booklet, JSON format. Location and last will share a topic. The `tst` of a last will
is when the connection was made, so it is not read. `t: "u"` is a report by hand, not a call for help; `t:
"9"` is a tracker's low battery (through qtripp). Zero-valued fields are left out, -1 is unknown. Not read:
waypoints, cmd, steps, card.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import coordinates, instants, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "owntracks"
LEAVES = {"leave": True, "enter": False}
CHARGING = {1: False, 2: True, 3: True}
"""Battery state: 1 unplugged, 2 charging, 3 full; 0 is unknown."""

LOW_BATTERY = "9"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a phone or tracker said; types of no interest give nothing.

    Raises BadInput for another topic, for what is not JSON, and for an encrypted payload.
    """
    levels = unpack.topic_levels(topic)
    if len(levels) < 3 or levels[0] != SOURCE or not levels[1] or not levels[2]:
        raise BadInput("topic", "owntracks/{user}/{device}", topic)
    if not payload:
        return []
    body = unpack.json_object(payload)
    said = Said(SOURCE, f"{levels[1]}/{levels[2]}")
    match body.get("_type"):
        case "location":
            _location(body, said)
        case "transition":
            _transition(body, said)
        case "lwt":
            said.state(Kind.OFFLINE, True)
        case "encrypted":
            raise BadInput("payload", "a payload that is not encrypted: there is no key for it here")
        case None:
            raise BadInput("_type", "location | transition | lwt | ...")
        case _:
            return []
    return said.events()


def _at(body: Object, said: Said) -> None:
    said.said_at = instants.instant(body.get("tst"))
    said.key = unpack.text(body.get("_id"))


def _position(body: Object, said: Said) -> None:
    said.readings.update(coordinates.position(body.get("lat"), body.get("lon"), accuracy_m=body.get("acc")))


def _location(body: Object, said: Said) -> None:
    _at(body, said)
    said.alive = True
    _position(body, said)
    said.reading("battery_pct", unpack.within(body.get("batt"), 0, 100))
    said.reading("charging", CHARGING.get(unpack.whole(body.get("bs")) or 0))
    if body.get("t") == LOW_BATTERY and said.readings.get("charging") is not True:
        said.state(Kind.BATTERY_LOW, True)


def _transition(body: Object, said: Said) -> None:
    _at(body, said)
    event, region = body.get("event"), unpack.text(body.get("desc"))
    if isinstance(event, str) and event in LEAVES:
        said.state(Kind.FENCE, LEAVES[event], **({} if region is None else {"fence": region}))
        _position(body, said)
