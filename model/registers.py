"""What is entered into the registers, by natural keys: before the database has given anything a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from model.devices import DeviceKind
from model.people import Role
from model.places import PlaceKind


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """A nursing home, known by its code."""

    code: str
    name: str
    kind: str
    township: str = ""
    address: str = ""
    phone: str = ""
    beds: int | None = None
    registration_no: str | None = None
    registered_on: date | None = None
    licensed: bool | None = None
    sprinkler: bool | None = None
    micro_station_on: date | None = None
    lat: float | None = None
    lon: float | None = None
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place of a home, known by the names from the building down; of a floor, the size of its plan."""

    home: str
    path: tuple[str, ...]
    kind: PlaceKind
    needs_detector: bool = False
    width_m: float | None = None
    depth_m: float | None = None


@dataclass(frozen=True, slots=True)
class ResidentEntry:
    """A resident, known by home, name, birth date and day of moving in; `place` is a path."""

    home: str
    name: str
    moved_in_on: date
    place: tuple[str, ...] | None = None
    born_on: date | None = None
    can_walk: bool = True
    wanders: bool = False


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person who answers alerts, known by login; no `password_hash` leaves the present one."""

    login: str
    name: str
    role: Role
    home: str | None = None
    township: str | None = None
    phone: str | None = None
    channels: tuple[str, ...] = ()
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """One turn of duty, known by person, role and start."""

    login: str
    role: Role
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """A device, known by source and address.

    `parent` is the address of its gateway in the same source; `resident` is its bearer; `aliases` are the
    names by which its make calls it besides the address; `x_m` and `y_m` are where it is on its floor's plan.
    """

    source: str
    address: str
    name: str
    kind: DeviceKind
    home: str
    place: tuple[str, ...] | None = None
    model: str | None = None
    resident: ResidentEntry | None = None
    parent: str | None = None
    report_every: timedelta = timedelta(hours=24)
    sleeps: bool = False
    installed_on: date | None = None
    aliases: tuple[str, ...] = ()
    x_m: float | None = None
    y_m: float | None = None


@dataclass(frozen=True, slots=True)
class ExitEntry:
    """A door of a home, known by its place and name.

    `watched_by` is the address of the gateway, beacon or door sensor at it. The hours are of the day in
    Shanghai, both None for the night of the settings.
    """

    home: str
    place: tuple[str, ...]
    name: str
    leads_outside: bool = True
    watched_by: str | None = None
    watched_from_h: float | None = None
    watched_until_h: float | None = None
    x_m: float | None = None
    y_m: float | None = None


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A whole foreign source (a Zigbee bridge) that stands in one home; `gateway` is an address in it."""

    source: str
    home: str
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class Registers:
    """A set of entries that belong together; parents stand before their children."""

    homes: tuple[HomeEntry, ...] = ()
    places: tuple[PlaceEntry, ...] = ()
    residents: tuple[ResidentEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    duties: tuple[DutyEntry, ...] = ()
    devices: tuple[DeviceEntry, ...] = ()
    exits: tuple[ExitEntry, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
