"""A county of simulated homes: registers that are the same for the same seed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from model.devices import DeviceKind
from model.errors import BadInput
from model.places import PlaceKind
from model.registers import (
    DeviceEntry,
    HomeEntry,
    Registers,
    SourceEntry,
)
from simulators import building, fittings, names, people
from simulators.fittings import BRIDGE, ZIGBEE

DEMO, TRIAL = "sim", "trial"
"""How the codes of simulated homes begin: those of a demo, and those of a scenario's own county."""

DEMO_CODES = "^sim[0-9]+-[0-9]+$"


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
        people=tuple(one for part in parts for one in part.people) + people.officers(rng, logins, towns),
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
    places = building.places(code, size.detectors)
    rooms = [place for place in places if place.kind is PlaceKind.ROOM]
    residents = people.residents(rng, code, rooms)
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
    zigbee, quick = (size.zigbee, size.quick) if number == 0 else (0, 0)
    devices = fittings.detectors(
        rng, code, rooms, began_on, zigbee=zigbee, quick=quick, quick_every=size.quick_every
    )
    devices += fittings.call_points(code, places, began_on)
    devices += fittings.wristbands(rng, code, residents, size.wristbands, began_on)
    devices = [fittings.placed(one) for one in devices]
    doors, exits = fittings.exits(code, began_on)
    devices += doors
    sources = (SourceEntry(ZIGBEE, code, BRIDGE),) if zigbee else ()
    staff = people.staff(rng, code, logins, number + 1)
    return Registers((home,), places, residents, staff, (), tuple(devices), exits, sources)
