"""Doors of the small home, and its band at them; for tests of the wandering rules."""

from __future__ import annotations

from alerts import engine, walking
from model.devices import DeviceKind
from model.events import Event, Kind, State, Value
from model.places import PlaceKind
from model.registers import DeviceEntry, ExitEntry, HomeEntry, PlaceEntry, Registers
from store import devices, locks, readings, registers
from store.readings import Reading
from tests.alerts.small_home import BUILDING, FLOOR, LIMITS, SmallHome

DOOR = (0.0, 10.0)


def enter(home: SmallHome) -> None:
    """Register a front door with a sensor and a back door with a beacon, both watched at night."""
    code, place = home.code, (BUILDING, FLOOR)
    floor = PlaceEntry(code, place, PlaceKind.FLOOR, False, 30, 12)
    building = PlaceEntry(code, place[:1], PlaceKind.BUILDING)
    watchers = tuple(
        DeviceEntry("yian", f"{code}-{name}", name, kind, code, place, x_m=x_m, y_m=y_m)
        for name, kind, x_m, y_m in (
            ("door", DeviceKind.DOOR_SENSOR, *DOOR),
            ("beacon", DeviceKind.BEACON, 30, 6),
        )
    )
    exits = (
        ExitEntry(code, place, "大门", True, f"{code}-door", None, None, *DOOR),
        ExitEntry(code, place, "后门", True, f"{code}-beacon"),
    )
    entry = HomeEntry(code, "小院", "敬老院", township=f"{code}镇")
    with home.conn.transaction():
        numbers = registers.save(
            home.conn, Registers((entry,), (building, floor), devices=watchers, exits=exits)
        )
        for (_, address), device_id in numbers.devices.items():
            device = devices.device_by_id(home.conn, device_id)
            assert device is not None
            home.devices[address.removeprefix(f"{code}-")] = device


def walk(home: SmallHome, x_m: float, *, opens: bool) -> None:
    """Let the band be there, and the front door open and shut again if `opens`."""
    readings.prepare(home.conn)
    band, door = home.devices["band"], home.devices["door"]
    with home.conn.transaction():
        locks.lock_home(home.conn, home.home_id)
        where: dict[str, Value] = {"x_m": x_m, "y_m": 9.0, "floor": FLOOR}
        at = Reading(band.device_id, home.now, f"{len(home.sent)}", home.now, details=where)
        readings.insert(home.conn, [at])
        for state in (State.ACTIVE, State.CLEAR) if opens else ():
            said = Event("yian", door.address, Kind.DOOR, state, home.now, f"{len(home.sent)}")
            home.sent.append((said, "door"))
            engine.on_event(home.conn, said, door, home.now, said.key or "", LIMITS)
        walking.judge(home.conn, door if opens else band, home.now)
