"""Wanlin NB3011 alarm hosts: their push behind a bridge, `bridge/wanlin/{host}`. Pure.

Source: the host's push as captured. One event code, "0003", covers every alarm; the zone decides (251 is
the SOS key, 000 the host's cover), and the text says it in words, which show in the report where they name
none of ours. `eventdate` is in seconds.
"""

from __future__ import annotations

from datetime import datetime

from ingest.adapters import instants, unpack
from ingest.adapters.said import Said
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "wanlin"
ALARM = "0003"
SOS_ZONE, COVER_ZONE = "251", "000"
RESTORED = "恢复"


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what an alarm host said. Raises BadInput for another topic and for what is not JSON."""
    levels = unpack.topic_levels(topic)
    if levels[:2] != ["bridge", "wanlin"] or len(levels) != 3:
        raise BadInput("topic", "bridge/wanlin/{host}", topic)
    body = unpack.json_object(payload)
    said = Said(
        SOURCE,
        unpack.identity(body.get("dcode")) or levels[2],
        said_at=instants.instant(body.get("eventdate")),
        alive=True,
    )
    zone, content = unpack.identity(body.get("address")) or "", unpack.text(body.get("content")) or ""
    if unpack.identity(body.get("event")) == ALARM:
        kind = _kind(zone, content)
        if kind is not None:
            said.state(kind, RESTORED not in content, zone=zone, text=content)
        else:
            said.reading("zone", zone or None)
            said.reading("event", content or ALARM)
    return said.events()


def _kind(zone: str, content: str) -> Kind | None:
    if "SOS" in content.upper():
        return Kind.SOS
    if "防拆" in content:
        return Kind.TAMPER
    if "烟" in content or "火" in content:
        return Kind.SMOKE
    return {SOS_ZONE: Kind.SOS, COVER_ZONE: Kind.TAMPER}.get(zone)
