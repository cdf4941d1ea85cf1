"""What is fitted in a simulated home: detectors, call points, bands, doors and their gateway. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from model.devices import DeviceKind
from model.places import PlaceKind
from model.registers import DeviceEntry, ExitEntry, PlaceEntry, ResidentEntry
from simulators.building import BACK, FRONT, SERVICE_ROOMS, spot

NATIVE = "yian"
ZIGBEE = "zigbee2mqtt"
BRIDGE = "bridge"

REPORT_EVERY: Mapping[DeviceKind, timedelta] = {
    # Source: supervision intervals: smoke alarm 24 h, wristband 5-15 min, gateway 2 h at most.
    DeviceKind.DETECTOR: timedelta(hours=24),
    DeviceKind.CALL_POINT: timedelta(hours=24),
    DeviceKind.WRISTBAND: timedelta(minutes=15),
    DeviceKind.GATEWAY: timedelta(hours=1),
    DeviceKind.BEACON: timedelta(hours=24),
    DeviceKind.DOOR_SENSOR: timedelta(hours=24),
}


def placed(device: DeviceEntry) -> DeviceEntry:
    """Return what hangs on a wall with its place on the plan; a band is wherever its bearer is."""
    at = None if device.kind is DeviceKind.WRISTBAND else spot(device.place)
    return device if at is None else replace(device, x_m=at[0], y_m=at[1])


def exits(home: str, began_on: date) -> tuple[list[DeviceEntry], tuple[ExitEntry, ...]]:
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
            ("d1", "大门门磁", DeviceKind.DOOR_SENSOR, "JY-DS-1", FRONT),
            ("b1", "后门信标", DeviceKind.BEACON, "JY-BC-1", BACK),
        )
    ]
    exits = tuple(
        ExitEntry(home, floor, name, True, one.address, 0.0, 24.0, one.x_m, one.y_m)
        for name, one in zip(("大门", "后门"), sensors, strict=True)
    )
    return sensors, exits


def _installed_on(rng: Random, began_on: date) -> date:
    """Return a day of the year in which the county began, or of the year before for one device in three."""
    if rng.random() < 0.34:
        return date(began_on.year - 1, rng.randrange(3, 12), rng.randrange(1, 28))
    return date(began_on.year, 1, 1) + timedelta(days=int(rng.random() * (began_on.timetuple().tm_yday - 1)))


def detectors(
    rng: Random,
    home: str,
    rooms: list[PlaceEntry],
    began_on: date,
    *,
    zigbee: int,
    quick: int,
    quick_every: timedelta,
) -> list[DeviceEntry]:
    """Return a gateway with a detector in each room, the first `zigbee` of them behind a bridge.

    `quick` of the others must report every `quick_every`.
    """
    gateway = f"{home}-gw"
    devices = [_gateway(NATIVE, gateway, "网关", home, "Yian GW-1", began_on)]
    if zigbee:
        devices.append(_gateway(ZIGBEE, BRIDGE, "Zigbee 网桥", home, "Zigbee2MQTT", began_on))
    # The service rooms come first: whoever tries the bridge by hand finds the kitchen there.
    ordered = sorted(rooms, key=lambda room: room.path[-1] not in SERVICE_ROOMS)
    for index, room in enumerate(ordered):
        label, behind_bridge = room.path[-1], index < zigbee
        is_quick = zigbee <= index < zigbee + quick
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
                report_every=quick_every if is_quick else REPORT_EVERY[DeviceKind.DETECTOR],
                installed_on=_installed_on(rng, began_on),
                aliases=(f"smoke-{SERVICE_ROOMS.get(label, label)}",) if behind_bridge else (),
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


def call_points(home: str, places: tuple[PlaceEntry, ...], began_on: date) -> list[DeviceEntry]:
    """Return a call point for each floor."""
    """Return a call point for each floor."""
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


def wristbands(
    rng: Random, home: str, residents: tuple[ResidentEntry, ...], count: int, began_on: date
) -> list[DeviceEntry]:
    """Return bands for at most `count` of those who can walk, first of all who wander."""
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
