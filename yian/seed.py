"""Writing a simulated county into the registers; doing it again changes nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg import Connection

from model.clock import local_day
from model.errors import BadInput
from simulators import roster
from simulators.county import DEMO_CODES, TRIAL, County
from store import registers
from store.registers import Numbers

_ROSTER_FROM = timedelta(days=-1)
_ROSTER_DAYS = 9
_CONSONANTS, _VOWELS = "bdfghjkmnprstvz", "aeiou"


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays the same at the next start on the same data: the demo's password, the county's first day."""

    password: str
    began_on: date


def kept(folder: Path, today: date) -> Kept:
    """Return what the folder keeps for the simulated county, made up at the first start."""
    file = folder / "demo.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        made = {"password": easy_password(), "began_on": today.isoformat()}
        file.write_text(json.dumps(made), encoding="utf-8")
    said = json.loads(file.read_text(encoding="utf-8"))
    return Kept(said["password"], date.fromisoformat(said["began_on"]))


def easy_password() -> str:
    """Return a password that is easy to type on a phone and hard to guess: six syllables, two digits."""
    words = [
        "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3)) for _ in range(2)
    ]
    return "-".join([*words, str(secrets.randbelow(90) + 10)])


def seed_county(
    conn: Connection[Any],
    county: County,
    *,
    password: str,
    now: datetime,
    channels: Callable[[str], tuple[str, ...]] = lambda _: (),
) -> Numbers:
    """Write a county and its duties around `now`; all simulated people have the one password.

    The caller commits.
    """
    today = local_day(now)
    new_hash = None if _password_is(conn, county.bureau, password) else PasswordHasher().hash(password)
    people = tuple(
        replace(one, channels=channels(one.login), password_hash=new_hash) for one in county.registers.people
    )
    duties = roster.duties(county, today + _ROSTER_FROM, _ROSTER_DAYS)
    numbers = registers.save(conn, replace(county.registers, people=people, duties=duties))
    registers.reopen_homes(conn, county.home_codes())
    registers.enable_people(conn, [one.login for one in people], now)
    return numbers


def close_other_demos(conn: Connection[Any], county: County, now: datetime) -> None:
    """Close the homes of demo counties of other seeds: nobody plays their devices any more.

    Raises BadInput where the database holds a home that is not simulated; a demo must not touch its people.
    """
    demos = set(registers.home_codes_like(conn, DEMO_CODES))
    if any(home.code not in demos and not home.code.startswith(TRIAL) for home in registers.homes(conn)):
        raise BadInput("--data", "a folder for the demo alone; this one holds homes that are not simulated")
    others = sorted(demos - set(county.home_codes()))
    registers.close_homes(conn, others, local_day(now))


def withdraw(conn: Connection[Any], county: County, now: datetime) -> None:
    """Close a county after its trial, and its people's logins; the caller commits."""
    registers.close_homes(conn, county.home_codes(), local_day(now))
    registers.disable_people(conn, [one.login for one in county.registers.people], now)


def _password_is(conn: Connection[Any], login: str, password: str) -> bool:
    """Say whether the simulated people have this password already: a hash costs what it must."""
    known = registers.password_hash(conn, login)
    if known is None:
        return False
    try:
        return PasswordHasher().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
