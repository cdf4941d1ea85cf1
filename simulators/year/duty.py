"""Turns of duty, and the swaps, leave and ended logins by which they were held otherwise. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulators.year.made import HOUR_S, Home, Year

TURN_H = 8
_STORIES = 0.03
"""Of turns, how many begin a story of swaps and leave."""
_DAYS_OFF = 9
"""Turns of a leave of three days."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn: its start in seconds of the year, and the planned rows of it, the first person's first."""

    starts_s: int
    duties: tuple[int, ...]


@dataclass(slots=True)
class _Roster:
    """A year of turns of one home; `covered_h` is what was really covered, hour by hour of each turn."""

    year: Year
    home: Home
    random: Random
    people: tuple[int, int]
    turns: list[_Turn] = field(default_factory=list[_Turn])
    covered_h: dict[int, int] = field(default_factory=dict[int, int])

    def at(self, turn: int, hour: int) -> datetime:
        """Return a time by turn and hour of it; negative hours lie before the turn."""
        return self.year.at(0, self.turns[turn].starts_s + hour * HOUR_S)

    def alone(self, turn: int) -> bool:
        """Say whether one person is planned, so that it matters what becomes of them."""
        return len(self.turns[turn].duties) == 1

    def leave(self, person: int, since: datetime, until: datetime, cancelled: datetime | None = None) -> None:
        """Add the leave of the first or the second person, entered two days before."""
        self._change("leave", person, since, until, since - timedelta(days=2), cancelled=cancelled)

    def swap(
        self,
        turn: int,
        made: datetime,
        *,
        other: int | None = None,
        cancelled: datetime | None = None,
    ) -> None:
        """Hand the first person's turn to the second, for the second's turn `other` where one is given."""
        self._change(
            "swap", 0, self.at(turn, 0), self.at(turn, TURN_H), made,
            duty=self.turns[turn].duties[0], taker=self.people[1],
            other=None if other is None else self.turns[other].duties[1], cancelled=cancelled,
        )  # fmt: skip

    def _change(
        self,
        kind: str,
        person: int,
        since: datetime,
        until: datetime,
        made: datetime,
        *,
        duty: int | None = None,
        taker: int | None = None,
        other: int | None = None,
        cancelled: datetime | None = None,
    ) -> None:
        undone = None if cancelled is None else "院长"
        self.year.add(
            "duty_changes", home_id=self.home.number, kind=kind, person_id=self.people[person],
            starts_at=since, ends_at=until, duty_id=duty, taker_id=taker, other_duty_id=other, reason="",
            leaves_nobody=False, made_at=made, made_by="院长", made_via="board", cancelled_at=cancelled,
            cancelled_by=undone, cancelled_via=None if cancelled is None else "board",
        )  # fmt: skip


def add_duty(year: Year, home: Home) -> None:
    """Add turns of eight hours; some have nobody, some two people, who count once; some turn out otherwise.

    What happens to turns is drawn by itself, so that the rest of a year stays as its seed made it.
    """
    random = Random(f"{year.seed} {home.number}")  # noqa: S311 - a simulation
    count = year.watched_s(home) // (TURN_H * HOUR_S)
    # One who left: planned for one turn more, in the midst of which the login ended.
    last_turn, left_after = random.randrange(1, max(2, count)), random.randrange(1, TURN_H)
    ended = year.at(0, (last_turn * TURN_H + left_after) * HOUR_S)
    first, second, leaver = (
        year.add(
            "people", login=f"year{year.seed}-{home.number}-{index}", name=f"护理员{index}", role="carer",
            home_id=home.number, password_hash="!",  # noqa: S106 - nobody can sign in
            disabled_at=ended if index == 2 else None,
        )
        for index in range(3)
    )  # fmt: skip
    roster = _Roster(year, home, random, (first, second))
    for turn in range(count):
        working = 1 if turn == 0 else year.random.choices((0, 1, 2), (2, 95, 3))[0]
        people = (leaver,) if turn == last_turn and working == 1 else (first, second)[:working]
        starts = year.at(0, turn * TURN_H * HOUR_S)
        duties = tuple(
            year.add(
                "duties", home_id=home.number, person_id=person, role="carer", starts_at=starts,
                ends_at=starts + timedelta(hours=TURN_H),
            )
            for person in people
        )  # fmt: skip
        roster.turns.append(_Turn(turn * TURN_H * HOUR_S, duties))
        if people == (leaver,):
            roster.covered_h[turn] = left_after
    _stories(roster)
    for turn, planned in enumerate(roster.turns):
        hours = roster.covered_h.get(turn, TURN_H if planned.duties else 0)
        year.note(home, on_duty_s=hours * HOUR_S)
    year.note(home, duty_s=year.watched_s(home))


def _stories(roster: _Roster) -> None:
    """Let turns turn out otherwise, one after another; the first ever is held as planned."""
    draw = roster.random
    turn = 1
    stories = (_away, _back_early, _never_gone, _stand_in, _stand_in_away, _handed_over, _days_off, _exchange)
    while turn < len(roster.turns):
        used = 1
        if draw.random() < _STORIES and roster.alone(turn) and turn not in roster.covered_h:
            used = draw.choice(stories)(roster, turn)
        turn += used


def _away(roster: _Roster, turn: int) -> int:
    """A leave without a stand-in, of some hours of the turn."""
    since = roster.random.randrange(TURN_H)
    until = roster.random.randrange(since + 1, TURN_H + 1)
    roster.leave(0, roster.at(turn, since), roster.at(turn, until))
    roster.covered_h[turn] = TURN_H - (until - since)
    return 1


def _back_early(roster: _Roster, turn: int) -> int:
    """A leave that is cancelled within the turn: what had passed stays."""
    back = roster.random.randrange(1, TURN_H)
    roster.leave(0, roster.at(turn, 0), roster.at(turn, TURN_H), roster.at(turn, back))
    roster.covered_h[turn] = TURN_H - back
    return 1


def _never_gone(roster: _Roster, turn: int) -> int:
    """A leave that is cancelled before it begins."""
    roster.leave(0, roster.at(turn, 0), roster.at(turn, TURN_H), roster.at(turn, -1))
    return 1


def _stand_in(roster: _Roster, turn: int) -> int:
    """A leave for which the other one stands in."""
    roster.leave(0, roster.at(turn, 0), roster.at(turn, TURN_H))
    roster.swap(turn, roster.at(turn, -30))
    return 1


def _stand_in_away(roster: _Roster, turn: int) -> int:
    """A turn handed to one who is then on leave themselves."""
    roster.swap(turn, roster.at(turn, -50))
    roster.leave(1, roster.at(turn, 0), roster.at(turn, TURN_H))
    roster.covered_h[turn] = 0
    return 1


def _handed_over(roster: _Roster, turn: int) -> int:
    """A turn handed over within it, to one who comes back from leave a little later."""
    over = roster.random.randrange(1, TURN_H)
    back = roster.random.randrange(over, TURN_H + 1)
    roster.swap(turn, roster.at(turn, over))
    roster.leave(1, roster.at(turn, 0), roster.at(turn, back))
    roster.covered_h[turn] = TURN_H - (back - over)
    return 1


def _days_off(roster: _Roster, turn: int) -> int:
    """Three days of leave without a stand-in: only who is second on a turn, or has left since, is there."""
    turns = range(turn, min(turn + _DAYS_OFF, len(roster.turns)))
    roster.leave(0, roster.at(turn, 0), roster.at(turns[-1], TURN_H))
    for one in turns:
        if roster.alone(one) and one not in roster.covered_h:
            roster.covered_h[one] = 0
    return len(turns)


def _exchange(roster: _Roster, turn: int) -> int:
    """A turn for the second's place on a later one, on which the first is then away; undone within it."""
    later = next(
        (one for one in range(turn + 1, len(roster.turns)) if len(roster.turns[one].duties) == 2), None
    )
    if later is None or any(one in roster.covered_h for one in range(turn + 1, later + 1)):
        return 1
    back = roster.random.randrange(1, TURN_H)
    roster.swap(turn, roster.at(turn, -60), other=later, cancelled=roster.at(later, back))
    roster.leave(0, roster.at(later, 0), roster.at(later, TURN_H))
    roster.covered_h[later] = TURN_H - back
    return later - turn + 1
