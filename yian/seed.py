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

from model.clock import SHANGHAI
from simulators import roster
from simulators.county import HOME_CODES, County
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
    """Write a county and its duties around `now`; the devices of other simulated counties retire.

    All simulated people have the one password. The caller commits.
    """
    today = now.astimezone(SHANGHAI).date()
    new_hash = None if _password_is(conn, "bureau", password) else PasswordHasher().hash(password)
    people = tuple(
        replace(one, channels=channels(one.login), password_hash=new_hash) for one in county.registers.people
    )
    duties = roster.duties(county, today + _ROSTER_FROM, _ROSTER_DAYS)
    numbers = registers.save(conn, replace(county.registers, people=people, duties=duties))
    registers.retire_homes_like(conn, HOME_CODES, kept=county.home_codes(), on=today)
    return numbers


def _password_is(conn: Connection[Any], login: str, password: str) -> bool:
    """Say whether the simulated people have this password already: a hash costs what it must."""
    known = registers.password_hash(conn, login)
    if known is None:
        return False
    try:
        return PasswordHasher().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
