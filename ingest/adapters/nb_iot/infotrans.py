"""Infotrans transmission devices: GB 26875 states of a panel's components as JSON in APPdata. Pure.

Source: the maker's CTWing profile as captured: {"b": [{"id", "v"}], "c", "id", "tm"}; c 27 is a component's
state, c 92 a device that is offline. Values come one bit at a time (2 fire, 4 fault, 64 feedback), so only
"normal" clears.
"""

from __future__ import annotations

from ingest.adapters import instants, unpack
from ingest.adapters.said import Said
from model.events import Kind

COMPONENT, OFFLINE = 27, 92
NORMAL, FIRE, FAULT, SHIELDED, POWER_FAULT = 0x001, 0x002, 0x004, 0x008, 0x100


def read(sent: bytes, panel: Said) -> list[Said]:
    """Return what a panel says of its components. Raises BadInput where it is not JSON."""
    body = unpack.json_object(sent)
    at = instants.instant(body.get("tm")) or panel.said_at
    said: list[Said] = []
    for item in unpack.objects(body.get("b")):
        name, value = unpack.identity(item.get("id")), unpack.whole(item.get("v"))
        if name is None or value is None or value < 0:
            continue
        one = Said(panel.source, f"{panel.address}/{name}", said_at=at)
        match unpack.whole(body.get("c")):
            case code if code == COMPONENT:
                _component(value, one)
            case code if code == OFFLINE:
                one.state(Kind.OFFLINE, value != 0)
            case _:
                pass
        said.append(one)
    return said


def _component(state: int, said: Said) -> None:
    for bits, kind in ((FIRE, Kind.SMOKE), (FAULT | POWER_FAULT, Kind.FAULT), (SHIELDED, Kind.TAMPER)):
        if state & bits:
            said.state(kind, True)
        elif state & NORMAL:
            said.state(kind, False)
