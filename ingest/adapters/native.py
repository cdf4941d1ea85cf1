"""Our own format: `yian/v1/{home}/{device}/alarm|telemetry|status`. Pure.

Strict for telemetry, where a wrong value is a fault to be found; forgiving for an alarm, whose optional parts
may be wrong without the alarm being lost. Source: our choice; the contract in full:

    alarm      {"id": text, "at": ISO 8601 with zone, "kind": ..., "state": "active"|"clear", "values": {...}}
    telemetry  {"seq": whole number | "id": text, "at": ISO 8601 with zone, "values": {...}}
    status     {"state": "online"|"offline", "at"?}   retained, and the last will
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ingest.adapters import coordinates, instants, unpack
from ingest.adapters.unpack import Object
from model.devices import CANARY_LEVEL, canary_address
from model.errors import BadInput
from model.events import FIRE_KINDS, MOMENTARY_KINDS, Event, Kind, State, Value

SOURCE = "yian"
PREFIX = "yian/v1/"

KINDS = {
    kind.value: kind
    for kind in Kind
    if kind not in {Kind.OFFLINE, Kind.REPORT, Kind.NAME, Kind.DUE}  # status, telemetry, no topic at all
}
STATES = {state.value: state for state in State}

ID_LONGEST = 64
ADDRESS_LONGEST = 128

RANGES = {
    "battery_pct": (0.0, 100.0),
    "battery_v": (0.0, 60.0),
    "rssi_dbm": (-200.0, 20.0),
    "lqi": (0.0, 255.0),
    "temperature_c": (-60.0, 400.0),
    "x_m": (0.0, 1000.0),
    "y_m": (0.0, 1000.0),
}
"""Readings and what a sensor of this world can say; x and y on the plan of a floor. Source: our choice."""
PLACES = ("floor", "gateway")
"""Texts that say where a band is: the floor of its x and y, or the gateway or beacon that it is near."""

Note = Callable[[BadInput], None]
"""What to do about a part that is wrong: raise it, or leave the part out and write its name down."""


def decode(topic: str, payload: bytes, arrived_at: datetime) -> list[Event]:
    """Return what one of our own devices said; our `cmd` topic, which goes down, gives nothing.

    Raises BadInput with the field and what was expected in it.
    """
    steps = unpack.topic_levels(topic)
    if not topic.startswith(PREFIX) or len(steps) != 5:
        raise BadInput("topic", f"{PREFIX}{{home}}/{{device}}/alarm|telemetry|status", topic)
    home, device = steps[2], steps[3]
    for name, step in (("home", home), ("device", device)):
        if not 0 < len(step) <= ADDRESS_LONGEST:
            raise BadInput("topic", f"a {name} of 1 to {ADDRESS_LONGEST} characters", topic)
    if device == CANARY_LEVEL:
        device = canary_address(home)
    match steps[4]:
        case "alarm":
            return _alarm(home, device, unpack.json_object(payload))
        case "telemetry":
            return _telemetry(home, device, unpack.json_object(payload))
        case "status":
            # An empty retained message takes a retained status away: it says nothing of the device.
            return _status(home, device, unpack.json_object(payload)) if payload else []
        case "cmd":
            return []
        case _:
            raise BadInput("topic", "alarm, telemetry, status or cmd at the end", topic)


def _alarm(home: str, device: str, body: Object) -> list[Event]:
    wrong: list[str] = []

    def note(error: BadInput) -> None:
        wrong.append(error.field)

    kind = KINDS.get(word) if isinstance(word := body.get("kind"), str) else None
    if kind is None:
        raise BadInput("kind", " | ".join(KINDS), word)
    state = _state(kind, body.get("state"), note)
    values = _values(body.get("values"), note)
    said_at, key = _said_at(body, note, required=True), _key(body, note)
    if said_at is None and key is not None and key.isdecimal():
        key = None  # a count starts again when a device does, and a new alarm must not look like an old one
    said: list[Event] = []
    if state is not None:
        marked: dict[str, Value] = {**values, "ignored": ",".join(wrong)} if wrong else dict(values)
        said.append(Event(SOURCE, device, kind, state, said_at, key, marked, home=home))
    if values or state is None:
        said.append(Event(SOURCE, device, Kind.REPORT, None, said_at, key, values, home=home))
    return said


def _state(kind: Kind, word: object, note: Note) -> State | None:
    """Return the state of an alarm; None for "not pressed now", which clears nothing (wire-format rule 4).

    What stands on the alarm topic about a fire or a fence is an alarm unless it says clear, so that a slip in
    the state never costs the alarm; for the other kinds an unreadable state is refused.
    """
    state = STATES.get(word) if isinstance(word, str) else None
    if kind in MOMENTARY_KINDS:
        return None if state is State.CLEAR else State.ACTIVE
    if state is None:
        error = BadInput("state", "active | clear", word)
        if kind not in FIRE_KINDS and kind is not Kind.FENCE:
            raise error
        note(error)
        return State.ACTIVE
    return state


def _telemetry(home: str, device: str, body: Object) -> list[Event]:
    key = _key(body, _refuse)
    if key is None:
        raise BadInput("seq", "a whole number, or an id", body.get("seq"))
    if not isinstance(body.get("values", {}), dict):
        raise BadInput("values", "a JSON object", body.get("values"))
    said_at = _said_at(body, _refuse, required=True)
    values = _values(body.get("values"), _refuse)
    return [Event(SOURCE, device, Kind.REPORT, None, said_at, key, values, home=home)]


def _status(home: str, device: str, body: Object) -> list[Event]:
    match body.get("state"):
        case "offline":
            state = State.ACTIVE
        case "online":
            state = State.CLEAR
        case word:
            raise BadInput("state", "online | offline", word)
    said_at = _said_at(body, _refuse, required=False)
    return [Event(SOURCE, device, Kind.OFFLINE, state, said_at, home=home)]


def _refuse(error: BadInput) -> None:
    raise error


def _key(body: Object, note: Note) -> str | None:
    """Return the device's own id or sequence number as text."""
    name = "id" if body.get("id") is not None else "seq"
    said = body.get(name)
    if said is None:
        return None
    if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 2**63:
        return str(said)
    if isinstance(said, str) and 0 < len(said) <= ID_LONGEST and unpack.text(said) == said:
        return said
    note(BadInput(name, f"a whole number from 0, or text of 1 to {ID_LONGEST} characters", said))
    return None


def _said_at(body: Object, note: Note, *, required: bool) -> datetime | None:
    said = body.get("at")
    if said is None and not required:
        return None
    at = instants.instant(said) if isinstance(said, str) and "-" in said else None
    if at is None:
        note(BadInput("at", "a date and time in ISO 8601 with its zone", said))
    return at


def _values(said: object, note: Note) -> dict[str, Value]:
    """Return the readings; null is unknown, names that we do not know are left out."""
    if said is None:
        return {}
    if not isinstance(said, dict):
        note(BadInput("values", "a JSON object", said))
        return {}
    body = unpack.members(said)  # pyright: ignore[reportUnknownArgumentType]
    values: dict[str, Value] = {}
    for name, (low, high) in RANGES.items():
        read = _reading(body, name, low, high, note)
        if read is not None:
            values[name] = read
    worn = body.get("worn")
    if isinstance(worn, bool):
        values["worn"] = worn
    elif worn is not None:
        note(BadInput("values.worn", "true or false", worn))
    for name in PLACES:
        said_place = body.get(name)
        if said_place is None:
            continue
        if isinstance(said_place, str) and 0 < len(said_place) <= ADDRESS_LONGEST and unpack.text(said_place):
            values[name] = said_place
        else:
            note(BadInput(f"values.{name}", f"text of 1 to {ADDRESS_LONGEST} characters", said_place))
    values.update(_position(body, note))
    return values


def _reading(body: Object, name: str, low: float, high: float, note: Note) -> float | None:
    said = body.get(name)
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not low <= said <= high:
        note(BadInput(f"values.{name}", f"a number from {low:g} to {high:g}", said))
        return None
    return said


def _position(body: Object, note: Note) -> dict[str, Value]:
    """Return the position as WGS-84; one out of range is dropped and the rest kept (wire-format rule 7)."""
    lat, lon = body.get("lat"), body.get("lon")
    if lat is None or lon is None:
        return {}
    for name, said in (("values.lat", lat), ("values.lon", lon)):
        if isinstance(said, str) or unpack.number(said) is None:
            note(BadInput(name, "a number", said))
            return {}
    crs = body.get("crs", coordinates.Crs.WGS_84.value)
    try:
        system = coordinates.Crs(crs if isinstance(crs, str) else "")
    except ValueError:
        note(BadInput("values.crs", " | ".join(coordinates.Crs), crs))
        return {}
    return coordinates.position(lat, lon, crs=system, accuracy_m=_reading(body, "accuracy_m", 0.0, 1e6, note))
