"""Z-Wave JS UI (zwavejs2mqtt): `zwave/{location}/{node}/{class}/{endpoint}/{property}...`. Pure.

Source: Z-Wave Notification command class (113): 0 idle; smoke, CO and heat 1 and 2 alarm, 3 test; 4 and 5
replace, 6 silenced, 8 dust. Which property went idle decides what ended. The address is location and node.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ingest.adapters import fields, instants, unpack
from ingest.adapters.said import Said
from ingest.adapters.unpack import Object
from model.errors import BadInput
from model.events import Event, Kind

SOURCE = "zwave"
NOTIFICATION, BATTERY = {"113", "notification"}, {"128", "battery"}
"""Command classes by number, or by name where the gateway was told to use named topics."""

ALARMS = {"smoke_alarm": Kind.SMOKE, "co_alarm": Kind.CO, "heat_alarm": Kind.HEAT}
ALARM_VALUES, TEST, REPLACE, SILENCED, DUST = {1, 2}, 3, {4, 5}, 6, 8
COVER_OPENED = 3
Note = Callable[[Object, Said], None]

STATUSES = {"dead": True, "alive": False, "awake": False}


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what a Z-Wave node said; other classes give nothing. Raises BadInput for other topics."""
    match unpack.topic_levels(topic):
        case ["zwave", *node, class_, _endpoint, what, property_] if class_ in NOTIFICATION and node:
            return _read(
                node, payload, lambda body, said: _notified(what, property_, body.get("value"), said)
            )
        case ["zwave", *node, class_, _endpoint, property_] if class_ in BATTERY and node:
            return _read(node, payload, lambda body, said: _battery(property_, body.get("value"), said))
        case ["zwave", *node, "status"] if node and not node[0].startswith("_"):
            return _read(node, payload, _status)
        case ["zwave", *_]:
            return []
        case _:
            raise BadInput("topic", "zwave/{location}/{node}/...", topic)


def _read(node: list[str], payload: bytes, note: Note) -> list[Event]:
    if not payload:
        return []
    sent = unpack.json_value(payload)
    body = unpack.members(sent) or {"value": sent}  # a gateway may be told to publish just the value
    said = Said(SOURCE, "/".join(node), said_at=instants.instant(body.get("time")))
    note(body, said)
    return said.events()


def _notified(what: str, property_: str, value: object, said: Said) -> None:
    what = what.casefold().replace(" ", "_")
    code, kind, of = unpack.whole(value), ALARMS.get(what), property_.casefold()
    if what == "home_security" and "cover" in of and code in {0, COVER_OPENED}:
        said.state(Kind.TAMPER, code == COVER_OPENED)
    if kind is None or code is None:
        return
    if code in ALARM_VALUES:
        said.state(kind, True)
    elif code == TEST:
        said.state(Kind.TEST, True)
    elif code in REPLACE or code == DUST:
        said.state(Kind.FAULT, True, reason="dust" if code == DUST else "replace")
    elif code == SILENCED:
        said.state(Kind.MUTE, True)
    elif code == 0 and "sensor" in of:
        said.state(kind, False)
        said.state(Kind.TEST, False)
    elif code == 0 and "maintenance" in of:
        said.state(Kind.FAULT, False)
    elif code == 0:
        said.state(Kind.MUTE, False)


def _battery(property_: str, value: object, said: Said) -> None:
    match property_.casefold():
        case "level":
            said.reading("battery_pct", unpack.within(value, 0, 100))
        case "islow":
            said.state(Kind.BATTERY_LOW, {"1": True, "0": False}.get(fields.spelled(value) or ""))
        case _:
            pass


def _status(body: Object, said: Said) -> None:
    said.state(Kind.OFFLINE, STATUSES.get((unpack.text(body.get("status")) or "").casefold()))
