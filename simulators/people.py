"""Who lives and works in a simulated county. Pure."""

from __future__ import annotations

from datetime import date
from random import Random

from model.people import Role
from model.registers import PersonEntry, PlaceEntry, ResidentEntry
from simulators import names
from simulators.building import SERVICE_ROOMS


def residents(rng: Random, home: str, rooms: list[PlaceEntry]) -> tuple[ResidentEntry, ...]:
    """Return two residents for each room but the service rooms."""
    found: dict[tuple[str, date], ResidentEntry] = {}
    for room in rooms:
        if room.path[-1] in SERVICE_ROOMS:
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


def staff(rng: Random, home: str, logins: str, number: int) -> tuple[PersonEntry, ...]:
    """Return those who work in home `number`, its head last; `logins` begins each login."""
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


def officers(rng: Random, logins: str, towns: list[str]) -> tuple[PersonEntry, ...]:
    """Return an officer for each township, the bureau's and the administrator."""
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
