"""Who is on duty when: three shifts a day, kept by rotation. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from model.clock import SHANGHAI
from model.people import Role
from model.registers import DutyEntry, PersonEntry
from simulators.county import County

_SHIFT_STARTS = (time(7), time(15), time(23))
_SHIFT_FOR = timedelta(hours=8)


def duties(county: County, first_on: date, days: int) -> tuple[DutyEntry, ...]:
    """Return the turns of duty that start on `days` days from `first_on`, by Shanghai's calendar.

    A shift has two carers and a leader; a repairer is there in the two shifts of the day.
    """
    return tuple(
        turn
        for home in county.home_codes()
        for offset in range(days)
        for turn in _day(
            [one for one in county.registers.people if one.home == home], first_on + timedelta(offset)
        )
    )


def _day(staff: list[PersonEntry], on: date) -> list[DutyEntry]:
    turns: list[DutyEntry] = []
    for shift, start in enumerate(_SHIFT_STARTS):
        starts_at = datetime.combine(on, start, SHANGHAI)
        turn = (shift + on.toordinal()) % 3
        carers = [one for one in staff if one.role is Role.CARER][turn * 2 : turn * 2 + 2]
        leaders = [one for one in staff if one.role is Role.SHIFT_LEADER][turn : turn + 1]
        repairers = [one for one in staff if one.role is Role.MAINTENANCE][shift : shift + 1]
        turns += [
            DutyEntry(one.login, one.role, starts_at, starts_at + _SHIFT_FOR)
            for one in (*carers, *leaders, *repairers)
        ]
    return turns
