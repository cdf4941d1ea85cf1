"""A county of simulated homes: registers that are the same for the same seed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from model.devices import DeviceKind
from model.errors import BadInput
from model.people import Role
from model.places import PlaceKind
from model.registers import (
    DeviceEntry,
    ExitEntry,
    HomeEntry,
    PersonEntry,
    PlaceEntry,
    Registers,
    ResidentEntry,
    SourceEntry,
)
from simulators import names

NATIVE = "yian"
ZIGBEE = "zigbee2mqtt"
BRIDGE = "bridge"
DEMO, TRIAL = "sim", "trial"
"""How the codes of simulated homes begin: those of a demo, and those of a scenario's own county."""

DEMO_CODES = "^sim[0-9]+-[0-9]+$"

_ROOMS_PER_ZONE = 5
_SERVICE_ROOMS = {
    "厨房": "kitchen",
    "食堂": "dining",
    "活动室": "lounge",
    "值班室": "duty",
    "配电间": "power",
}
_FLOORS = "一二三四五六七八九十"

REPORT_EVERY: Mapping[DeviceKind, timedelta] = {
    # Source: supervision intervals: smoke alarm 24 h, wristband 5-15 min, gateway 2 h at most.
    DeviceKind.DETECTOR: timedelta(hours=24),
    DeviceKind.CALL_POINT: timedelta(hours=24),
    DeviceKind.WRISTBAND: timedelta(minutes=15),
    DeviceKind.GATEWAY: timedelta(hours=1),
    DeviceKind.BEACON: timedelta(hours=24),
    DeviceKind.DOOR_SENSOR: timedelta(hours=24),
}

PLAN_M = (60.0, 12.0)
"""Width and depth of each floor: a corridor with rooms on both sides, the west zone left, the east right.

The stairs are at the right end, where nobody sleeps near the back door.
"""
_WING_M, _CORRIDOR_M = 25.0, 6.0
_FRONT, _BACK = (25.0, 12.0), (60.0, 6.0)


@dataclass(frozen=True, slots=True)
class Size:
    """How big a county is; figures are per home. `zigbee` detectors of the first home hang behind a bridge.

    `quick` of the first home's native detectors must report every `quick_every`, so that silence can be
    played in seconds.
    """

    homes: int = 3
    detectors: int = 20
    wristbands: int = 10
    zigbee: int = 5
    quick: int = 0
    quick_every: timedelta = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class County:
    """A simulated county; `registers` has everything but duties, channels and passwords.

    `bureau` is the login of the officer who sees all homes.
    """

    seed: int
    name: str
    bureau: str
    registers: Registers
    by_address: Mapping[str, DeviceEntry] = field(repr=False)

    def devices(self, kind: DeviceKind, home: str | None = None) -> list[DeviceEntry]:
        """Return the devices of a kind, of one home or of all."""
        return [
            one for one in self.registers.devices if one.kind is kind and (home is None or one.home == home)
        ]

    def home_codes(self) -> list[str]:
        """Return the codes of the homes in order."""
        return [home.code for home in self.registers.homes]


def zone_of(device: DeviceEntry) -> tuple[str, ...] | None:
    """Return the path of the zone that a device stands in."""
    return device.place[:3] if device.place is not None and len(device.place) >= 3 else None


def build(seed: int, size: Size, began_on: date, prefix: str = DEMO) -> County:
    """Return the county of this seed; `began_on` is the day on which its devices were in place.

    A trial's logins carry its prefix: it may be played beside real people, who keep theirs.
    Raises BadInput for a negative seed, which the codes of homes could not carry.
    """
    if seed < 0:
        raise BadInput("seed", "a whole number from 0", seed)
    rng = Random(seed)  # noqa: S311  a simulation must be repeatable, not unguessable
    county_name = names.county(rng)
    logins = "" if prefix == DEMO else f"{prefix}{seed}-"
    towns = names.townships(rng, max(1, size.homes))
    parts = [
        _home(rng, f"{prefix}{seed}-{number + 1}", logins, number, county_name, towns[number], size, began_on)
        for number in range(size.homes)
    ]
    registers = Registers(
        homes=tuple(home for part in parts for home in part.homes),
        places=tuple(place for part in parts for place in part.places),
        residents=tuple(one for part in parts for one in part.residents),
        people=tuple(one for part in parts for one in part.people) + _officers(rng, logins, towns),
        devices=tuple(one for part in parts for one in part.devices),
        exits=tuple(one for part in parts for one in part.exits),
        sources=tuple(one for part in parts for one in part.sources),
    )
    return County(
        seed, county_name, f"{logins}bureau", registers, {one.address: one for one in registers.devices}
    )


def _home(
    rng: Random,
    code: str,
    logins: str,
    number: int,
    county_name: str,
    township: str,
    size: Size,
    began_on: date,
) -> Registers:
    name, kind = names.home(rng, number, county_name, township)
    opened_on = date(rng.randrange(2009, 2022), rng.randrange(1, 13), rng.randrange(1, 28))
    places = _places(code, size.detectors)
    rooms = [place for place in places if place.kind is PlaceKind.ROOM]
    residents = _residents(rng, code, rooms)
    home = HomeEntry(
        code=code,
        name=name,
        kind=kind,
        township=township,
        address=names.street(rng, county_name + township),
        phone=names.landline(rng),
        beds=len(residents) + rng.randrange(4, 30),
        registration_no=f"演备-{code}",
        registered_on=opened_on + timedelta(days=40),
        licensed=True,
        sprinkler=kind != "民办",
        micro_station_on=opened_on + timedelta(days=400),
        lat=round(29.0 + rng.random() * 0.4, 6),
        lon=round(114.8 + rng.random() * 0.5, 6),
        opened_on=opened_on,
    )
    zigbee = size.zigbee if number == 0 else 0
    devices = _detectors(rng, code, rooms, size, zigbee, number == 0, began_on)
    devices += _call_points(code, places, began_on)
    devices += _wristbands(rng, code, residents, size.wristbands, began_on)
    devices = [_placed(one) for one in devices]
    doors, exits = _exits(code, began_on)
    devices += doors
    sources = (SourceEntry(ZIGBEE, code, BRIDGE),) if zigbee else ()
    return Registers(
        (home,), places, residents, _staff(rng, code, logins, number + 1), (), tuple(devices), exits, sources
    )


def spot(place: tuple[str, ...] | None) -> tuple[float, float] | None:
    """Return where a place is on its floor's plan, in metres; None for what is larger than a zone."""
    if place is None or len(place) < 3:
        return None
    left_m = _WING_M if place[2] == "东区" else 0.0
    if len(place) == 3:
        return left_m + _WING_M / 2, _CORRIDOR_M
    rooms = list(_SERVICE_ROOMS)
    number = rooms.index(place[3]) if place[3] in rooms else (int(place[3]) - 1) % _ROOMS_PER_ZONE
    across_m = _WING_M / _ROOMS_PER_ZONE
    return left_m + (number + 0.5) * across_m, 3.0 if number % 2 == 0 else 9.0


def _placed(device: DeviceEntry) -> DeviceEntry:
    """Return what hangs on a wall with its place on the plan; a band is wherever its bearer is."""
    at = None if device.kind is DeviceKind.WRISTBAND else spot(device.place)
    return device if at is None else replace(device, x_m=at[0], y_m=at[1])


def _exits(home: str, began_on: date) -> tuple[list[DeviceEntry], tuple[ExitEntry, ...]]:
    """Return the front door with its sensor and the back door with its beacon.

    Both are watched day and night, so that they can be shown at any hour.
    """
    floor = ("主楼", "一层")
    sensors = [
        DeviceEntry(
            source=NATIVE,
            address=f"{home}-{ending}",
            name=name,
            kind=kind,
            home=home,
            place=floor,
            model=model,
            parent=f"{home}-gw",
            report_every=REPORT_EVERY[kind],
            installed_on=date(began_on.year - 1, 3, 1),
            x_m=x_m,
            y_m=y_m,
        )
        for ending, name, kind, model, (x_m, y_m) in (
            ("d1", "大门门磁", DeviceKind.DOOR_SENSOR, "JY-DS-1", _FRONT),
            ("b1", "后门信标", DeviceKind.BEACON, "JY-BC-1", _BACK),
        )
    ]
    exits = tuple(
        ExitEntry(home, floor, name, True, one.address, 0.0, 24.0, one.x_m, one.y_m)
        for name, one in zip(("大门", "后门"), sensors, strict=True)
    )
    return sensors, exits


def _places(home: str, rooms: int) -> tuple[PlaceEntry, ...]:
    """Return a building in which each zone has five rooms and each floor two zones."""
    building = ("主楼",)
    places = [PlaceEntry(home, building, PlaceKind.BUILDING)]
    for zone in range(-(-rooms // _ROOMS_PER_ZONE)):
        floor = (*building, f"{_FLOORS[zone // 2]}层")
        if zone % 2 == 0:
            places.append(PlaceEntry(home, floor, PlaceKind.FLOOR, False, *PLAN_M))
        path = (*floor, "东区" if zone % 2 == 0 else "西区")
        places.append(PlaceEntry(home, path, PlaceKind.ZONE))
        first = (zone // 2 + 1) * 100 + (zone % 2) * _ROOMS_PER_ZONE + 1
        served = list(_SERVICE_ROOMS) if zone == 1 else [str(first + room) for room in range(_ROOMS_PER_ZONE)]
        for room in served[: rooms - zone * _ROOMS_PER_ZONE]:
            places.append(PlaceEntry(home, (*path, room), PlaceKind.ROOM, needs_detector=True))
    return tuple(places)


def _residents(rng: Random, home: str, rooms: list[PlaceEntry]) -> tuple[ResidentEntry, ...]:
    found: dict[tuple[str, date], ResidentEntry] = {}
    for room in rooms:
        if room.path[-1] in _SERVICE_ROOMS:
            continue
        for _ in range(2):
            name, born_on = names.resident(rng), date(rng.randrange(1930, 1956), rng.randrange(1, 13), 15)
            walks = rng.random() > 0.25
            found[name, born_on] = ResidentEntry(
                home=home,
                name=name,
                moved_in_on=date(rng.randrange(2021, 2026), rng.randrange(1, 13), rng.randrange(1, 28)),
                place=room.path,
                born_on=born_on,
                can_walk=walks,
                wanders=walks and rng.random() < 0.4,
            )
    return tuple(found.values())


def _installed_on(rng: Random, began_on: date) -> date:
    """Return a day of the year in which the county began, or of the year before for one device in three."""
    if rng.random() < 0.34:
        return date(began_on.year - 1, rng.randrange(3, 12), rng.randrange(1, 28))
    return date(began_on.year, 1, 1) + timedelta(days=int(rng.random() * (began_on.timetuple().tm_yday - 1)))


def _detectors(
    rng: Random, home: str, rooms: list[PlaceEntry], size: Size, zigbee: int, first: bool, began_on: date
) -> list[DeviceEntry]:
    gateway = f"{home}-gw"
    devices = [_gateway(NATIVE, gateway, "网关", home, "Yian GW-1", began_on)]
    if zigbee:
        devices.append(_gateway(ZIGBEE, BRIDGE, "Zigbee 网桥", home, "Zigbee2MQTT", began_on))
    # The service rooms come first: whoever tries the bridge by hand finds the kitchen there.
    ordered = sorted(rooms, key=lambda room: room.path[-1] not in _SERVICE_ROOMS)
    for index, room in enumerate(ordered):
        label, behind_bridge = room.path[-1], index < zigbee
        native_index = index - zigbee
        quick = first and 0 <= native_index < size.quick
        devices.append(
            DeviceEntry(
                source=ZIGBEE if behind_bridge else NATIVE,
                address=f"0x00158d{rng.randrange(16**10):010x}"
                if behind_bridge
                else f"{home}-s{index + 1:02d}",
                name=f"{label}烟感",
                kind=DeviceKind.DETECTOR,
                home=home,
                place=room.path,
                model="JY-SM-2Z" if behind_bridge else "JY-SM-1",
                parent=BRIDGE if behind_bridge else gateway,
                report_every=size.quick_every if quick else REPORT_EVERY[DeviceKind.DETECTOR],
                installed_on=_installed_on(rng, began_on),
                aliases=(f"smoke-{_SERVICE_ROOMS.get(label, label)}",) if behind_bridge else (),
            )
        )
    return devices


def _gateway(source: str, address: str, name: str, home: str, model: str, began_on: date) -> DeviceEntry:
    return DeviceEntry(
        source=source,
        address=address,
        name=name,
        kind=DeviceKind.GATEWAY,
        home=home,
        place=("主楼",),
        model=model,
        report_every=REPORT_EVERY[DeviceKind.GATEWAY],
        installed_on=date(began_on.year - 1, 3, 1),
    )


def _call_points(home: str, places: tuple[PlaceEntry, ...], began_on: date) -> list[DeviceEntry]:
    return [
        DeviceEntry(
            source=NATIVE,
            address=f"{home}-c{number}",
            name=f"{zone.path[1]}手动报警按钮",
            kind=DeviceKind.CALL_POINT,
            home=home,
            place=zone.path,
            model="JY-CP-1",
            parent=f"{home}-gw",
            report_every=REPORT_EVERY[DeviceKind.CALL_POINT],
            installed_on=date(began_on.year - 1, 3, 1),
        )
        for number, zone in enumerate(
            (one for one in places if one.kind is PlaceKind.ZONE and one.path[-1] == "东区"), start=1
        )
    ]


def _wristbands(
    rng: Random, home: str, residents: tuple[ResidentEntry, ...], count: int, began_on: date
) -> list[DeviceEntry]:
    walkers = sorted((one for one in residents if one.can_walk), key=lambda one: not one.wanders)
    return [
        DeviceEntry(
            source=NATIVE,
            address=f"{home}-w{number:02d}",
            name=f"{bearer.name}的手环",
            kind=DeviceKind.WRISTBAND,
            home=home,
            place=bearer.place,
            model="JY-WB-3",
            resident=bearer,
            report_every=REPORT_EVERY[DeviceKind.WRISTBAND],
            installed_on=_installed_on(rng, began_on),
        )
        for number, bearer in enumerate(walkers[:count], start=1)
    ]


def _staff(rng: Random, home: str, logins: str, number: int) -> tuple[PersonEntry, ...]:
    posts = [("carer", Role.CARER, 6), ("leader", Role.SHIFT_LEADER, 3), ("repair", Role.MAINTENANCE, 2)]
    people = [
        PersonEntry(
            f"{logins}{login}{number}{letter}", names.employee(rng), role, home, phone=names.mobile(rng)
        )
        for login, role, count in posts
        for letter in "abcdef"[:count]
    ]
    head = PersonEntry(f"{logins}head{number}", names.employee(rng), Role.HEAD, home, phone=names.mobile(rng))
    return (*people, head)


def _officers(rng: Random, logins: str, towns: list[str]) -> tuple[PersonEntry, ...]:
    return (
        *(
            PersonEntry(
                f"{logins}township{number}", names.employee(rng), Role.TOWNSHIP, None, town, names.mobile(rng)
            )
            for number, town in enumerate(towns, start=1)
        ),
        PersonEntry(f"{logins}bureau", names.employee(rng), Role.BUREAU, phone=names.mobile(rng)),
        PersonEntry(f"{logins}admin", "系统管理员", Role.ADMIN),
    )
