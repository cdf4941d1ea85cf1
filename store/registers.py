"""The registers: homes, places, residents, people, duties and devices, entered by natural key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, LiteralString, TypeVar

from psycopg import Connection
from psycopg.rows import class_row, kwargs_row

from model.devices import Device, DeviceKind
from model.errors import BadInput
from model.people import Person, Role
from model.places import Home, Place, PlaceKind
from model.registers import (
    DeviceEntry,
    DutyEntry,
    ExitEntry,
    HomeEntry,
    PersonEntry,
    PlaceEntry,
    Registers,
    ResidentEntry,
    SourceEntry,
)
from store import sql

_QUERIES = sql.load(__file__)

K = TypeVar("K")
V = TypeVar("V")
PlaceKey = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that the database gave to what was entered."""

    homes: Mapping[str, int]
    places: Mapping[PlaceKey, int]
    residents: Mapping[ResidentEntry, int]
    devices: Mapping[tuple[str, str], int]
    people: Mapping[str, int] = field(default_factory=dict[str, int])


def save(conn: Connection[Any], registers: Registers) -> Numbers:
    """Enter all of it and return its numbers; what is there already is brought up to date.

    Raises BadInput where an entry names a home, place, resident or gateway that is not among the entries.
    """
    homes = upsert_homes(conn, registers.homes)
    places = upsert_places(conn, registers.places, homes)
    residents = upsert_residents(conn, registers.residents, homes, places)
    people = upsert_people(conn, registers.people, homes)
    upsert_duties(conn, registers.duties)
    devices = upsert_devices(conn, registers.devices, homes, places, residents)
    upsert_exits(conn, registers.exits, homes, places)
    upsert_sources(conn, registers.sources, homes)
    return Numbers(homes, places, residents, devices, people)


def upsert_homes(conn: Connection[Any], homes: Sequence[HomeEntry]) -> dict[str, int]:
    """Return home ids by code."""
    ids = _each(conn, _QUERIES["upsert_home"], map(_fields, homes))
    return {home.code: number for home, number in zip(homes, ids, strict=True)}


def upsert_places(
    conn: Connection[Any], places: Sequence[PlaceEntry], homes: Mapping[str, int]
) -> dict[PlaceKey, int]:
    """Return place ids by home code and path. Places are entered level by level, so order does not matter."""
    found: dict[PlaceKey, int] = {}
    for depth in sorted({len(place.path) for place in places}):
        level = [place for place in places if len(place.path) == depth]
        rows = [
            {
                "home_id": _known(homes, place.home, "home"),
                "parent_id": _known(found, (place.home, place.path[:-1]), "place") if depth > 1 else None,
                "kind": place.kind,
                "name": place.path[-1],
                "needs_detector": place.needs_detector,
                "width_m": place.width_m,
                "depth_m": place.depth_m,
            }
            for place in level
        ]
        ids = _each(conn, _QUERIES["upsert_place"], rows)
        found |= {(place.home, place.path): number for place, number in zip(level, ids, strict=True)}
    return found


def upsert_residents(
    conn: Connection[Any],
    residents: Sequence[ResidentEntry],
    homes: Mapping[str, int],
    places: Mapping[PlaceKey, int],
) -> dict[ResidentEntry, int]:
    """Return resident ids by entry."""
    rows = [
        _fields(one)
        | {"home_id": _known(homes, one.home, "home"), "place_id": _place(places, one.home, one.place)}
        for one in residents
    ]
    ids = _each(conn, _QUERIES["upsert_resident"], rows)
    return dict(zip(residents, ids, strict=True))


def upsert_people(
    conn: Connection[Any], people: Sequence[PersonEntry], homes: Mapping[str, int]
) -> dict[str, int]:
    """Return person ids by login."""
    rows = [
        _fields(one)
        | {
            "home_id": None if one.home is None else _known(homes, one.home, "home"),
            "channels": list(one.channels),
        }
        for one in people
    ]
    ids = _each(conn, _QUERIES["upsert_person"], rows)
    return {one.login: number for one, number in zip(people, ids, strict=True)}


def upsert_duties(conn: Connection[Any], duties: Sequence[DutyEntry]) -> int:
    """Return how many turns of duty were entered or confirmed."""
    return len(_each(conn, _QUERIES["upsert_duty"], map(_fields, duties)))


def upsert_devices(
    conn: Connection[Any],
    devices: Sequence[DeviceEntry],
    homes: Mapping[str, int],
    places: Mapping[PlaceKey, int],
    residents: Mapping[ResidentEntry, int],
) -> dict[tuple[str, str], int]:
    """Return device ids by source and address; gateways are entered before what hangs behind them."""
    found: dict[tuple[str, str], int] = {}
    for behind in (False, True):
        level = [one for one in devices if (one.parent is not None) is behind]
        rows = [
            {
                "source": one.source,
                "address": one.address,
                "name": one.name,
                "kind": one.kind,
                "model": one.model,
                "home_id": _known(homes, one.home, "home"),
                "place_id": _place(places, one.home, one.place),
                "resident_id": None if one.resident is None else _known(residents, one.resident, "resident"),
                "parent": one.parent,
                "report_every": one.report_every,
                "sleeps": one.sleeps,
                "installed_on": one.installed_on,
                "x_m": one.x_m,
                "y_m": one.y_m,
            }
            for one in level
        ]
        ids = _each(conn, _QUERIES["upsert_device"], rows)
        found |= {(one.source, one.address): number for one, number in zip(level, ids, strict=True)}
    aliases = [
        {"source": one.source, "alias": alias, "device_id": found[one.source, one.address]}
        for one in devices
        for alias in one.aliases
    ]
    _each(conn, _QUERIES["upsert_alias"], aliases)
    return found


def upsert_exits(
    conn: Connection[Any],
    exits: Sequence[ExitEntry],
    homes: Mapping[str, int],
    places: Mapping[PlaceKey, int],
) -> None:
    """Enter doors; a watcher that is no device of the home is left out."""
    rows = [
        _fields(one)
        | {"home_id": _known(homes, one.home, "home"), "place_id": _place(places, one.home, one.place)}
        for one in exits
    ]
    _each(conn, _QUERIES["upsert_exit"], rows)


def upsert_sources(conn: Connection[Any], sources: Sequence[SourceEntry], homes: Mapping[str, int]) -> None:
    """Say in which home a whole foreign source stands."""
    rows = [
        {"source": one.source, "home_id": _known(homes, one.home, "home"), "gateway": one.gateway}
        for one in sources
    ]
    _each(conn, _QUERIES["upsert_source"], rows)


def home_codes_like(conn: Connection[Any], pattern: str) -> list[str]:
    """Return the codes of homes that match a regular expression."""
    return [row[0] for row in conn.execute(_QUERIES["home_codes_like"], {"pattern": pattern}).fetchall()]


def close_homes(conn: Connection[Any], codes: Sequence[str], on: date) -> None:
    """Close homes and retire all their devices."""
    conn.execute(_QUERIES["close_homes"], {"codes": list(codes), "on": on})
    conn.execute(_QUERIES["retire_devices"], {"codes": list(codes), "on": on})


def reopen_homes(conn: Connection[Any], codes: Sequence[str]) -> None:
    """Open homes again; their devices come back when they are entered."""
    conn.execute(_QUERIES["reopen_homes"], {"codes": list(codes)})


def disable_people(conn: Connection[Any], logins: Sequence[str], now: datetime) -> None:
    """Let these people log in no more."""
    conn.execute(_QUERIES["disable_people"], {"logins": list(logins), "now": now})


def enable_people(conn: Connection[Any], logins: Sequence[str], now: datetime) -> list[str]:
    """Let these people log in again; return whose login was disabled. The time until `now` stays known."""
    found = conn.execute(_QUERIES["enable_people"], {"logins": list(logins), "now": now})
    return [row[0] for row in found]


def password_hash(conn: Connection[Any], login: str) -> str | None:
    """Return the stored hash, None where nobody has this login."""
    row = conn.execute(_QUERIES["password_hash"], {"login": login}).fetchone()
    return None if row is None else row[0]


def homes(conn: Connection[Any]) -> list[Home]:
    """Return the open homes."""
    with conn.cursor(row_factory=class_row(Home)) as cursor:
        return cursor.execute(_QUERIES["homes"]).fetchall()


def places(conn: Connection[Any]) -> list[Place]:
    """Return all places, parents before children."""
    with conn.cursor(row_factory=kwargs_row(_place_of)) as cursor:
        return cursor.execute(_QUERIES["places"]).fetchall()


def people(conn: Connection[Any]) -> list[Person]:
    """Return the people who may log in."""
    with conn.cursor(row_factory=kwargs_row(_person_of)) as cursor:
        return cursor.execute(_QUERIES["people"]).fetchall()


def devices(conn: Connection[Any]) -> list[Device]:
    """Return the devices that are not retired."""
    with conn.cursor(row_factory=kwargs_row(_device_of)) as cursor:
        return cursor.execute(_QUERIES["devices"]).fetchall()


def _each(conn: Connection[Any], query: LiteralString, rows: Iterable[Mapping[str, object]]) -> list[Any]:
    """Run a query for each row in one round trip and return the first column of each result."""
    given = list(rows)
    if not given:
        return []
    with conn.cursor() as cursor:
        cursor.executemany(query, given, returning=True)
        found: list[Any] = []
        more: bool | None = True
        while more:
            found += [row[0] for row in cursor.fetchall()]
            more = cursor.nextset()
        return found


def _place_of(kind: str, **rest: Any) -> Place:
    return Place(kind=PlaceKind(kind), **rest)


def _person_of(role: str, **rest: Any) -> Person:
    return Person(role=Role(role), **rest)


def _device_of(kind: str, **rest: Any) -> Device:
    return Device(kind=DeviceKind(kind), **rest)


def _fields(entry: HomeEntry | ResidentEntry | PersonEntry | DutyEntry | ExitEntry) -> dict[str, object]:
    return asdict(entry)


def _known(found: Mapping[K, V], key: K, field: str) -> V:
    if key not in found:
        raise BadInput(field, "已登记的之一 one of the entries", key)
    return found[key]


def _place(places: Mapping[PlaceKey, int], home: str, path: tuple[str, ...] | None) -> int | None:
    return None if path is None else _known(places, (home, path), "place")
