"""Last night against other rules, rosters or ladders: what would have been raised, beside what really was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import dry_run, what_if
from alerts.classes import CLASSES, Limits, Rung
from alerts.ladder import Ladder, ladder_of
from model.alerts import AlertClass
from model.errors import BadInput
from model.people import Role
from store import devices, history, rosters
from store.history import Called
from store.sql import Conn

_SLACK = timedelta(seconds=10)
"""What an event raised is committed within this time of its arrival."""
_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Beside:
    """One alert: whether it would be raised, whether it was, and who (would have been) told, unanswered."""

    at: datetime
    alert_class: str
    device: str
    reason: str
    would: bool
    was: bool
    would_tell: tuple[Called, ...]
    was_told: tuple[Called, ...]


def ladders(changes: Sequence[str]) -> dict[AlertClass, Ladder]:
    """Return ladders as typed: `F1=carer:30,head+bureau:60`, waits in seconds. Raises BadInput."""
    found: dict[AlertClass, Ladder] = {}
    for change in changes:
        name, _, text = change.partition("=")
        try:
            rule = CLASSES[AlertClass(name)]
            rungs = [part.rsplit(":", 1) for part in text.split(",")]
            steps = tuple(
                Rung(tuple(Role(role) for role in roles.split("+")), timedelta(seconds=float(wait)))
                for roles, wait in rungs
            )
        except (KeyError, ValueError) as exc:
            raise BadInput("--ladder", "类别=岗位:秒数 CLASS=role+role:seconds,role:seconds", change) from exc
        found[rule.alert_class] = Ladder(steps, rule.on_scene_within, rule.repeat_every)
    return found


def lines(text: str) -> list[str]:
    """Return the ladders of a file: one as typed in each line; `#` begins a remark."""
    return [line for raw in text.splitlines() if (line := raw.partition("#")[0].strip())]


def try_roster(conn: Conn, recorded: Sequence[what_if.Recorded]) -> None:
    """Put the rosters aside of the homes whose devices the history names, swaps and all; leave stays.

    For a transaction that is rolled back: another roster is entered and tried, and nothing stays of it.
    """
    rosters.put_aside(conn, history.homes(conn, sorted({one.device for one in recorded})))


def compare(
    conn: Conn, recorded: Sequence[what_if.Recorded], limits: Limits, steps: Mapping[AlertClass, Ladder]
) -> list[Beside]:
    """Return what would be raised by these limits and told by these ladders, beside what really was.

    Rosters are those that are stored now: swaps since are in them, and one that is being planned can be tried
    (`try_roster`). Without another ladder, and with no waits among the limits, a home's own are used. Who
    would be told is so if nobody answers; who was told is what really happened, answers and all.
    """
    if not recorded:
        return []
    from_at = min(one.arrived_at for one in recorded)
    to_at = max(one.arrived_at for one in recorded) + _SLACK
    devices = sorted({one.device for one in recorded})
    waiting = history.alerts(conn, devices, from_at, to_at)
    rows: list[Beside] = []
    for one in what_if.replay(recorded, limits):
        real = next((row for row in waiting if _same(row, one)), None)
        if real is not None:
            waiting.remove(real)
        rows.append(
            Beside(
                one.at,
                str(one.alert_class),
                one.device,
                one.reason,
                would=True,
                was=real is not None,
                would_tell=_told(conn, one, limits, steps),
                was_told=() if real is None else real.told,
            )
        )
    rows += [
        Beside(row.raised_at, row.alert_class, row.device, row.reason, False, True, (), row.told)
        for row in waiting
    ]
    return sorted(rows, key=lambda row: row.at)


def _same(row: history.Raised, one: what_if.WouldRaise) -> bool:
    near = abs(row.raised_at - one.at) <= _SLACK
    # An F2 is of the zone, not of the device that completed it.
    return near and row.alert_class == one.alert_class and (row.device == one.device or "/" not in row.device)


def _told(
    conn: Conn, one: what_if.WouldRaise, limits: Limits, steps: Mapping[AlertClass, Ladder]
) -> tuple[Called, ...]:
    device = devices.find_device(conn, *one.device.split("/", 1)) if "/" in one.device else None
    if device is None:
        return ()
    ladder = steps.get(one.alert_class)
    if ladder is None and (limits.ack_within, limits.scene_within) != (
        _USUAL.ack_within,
        _USUAL.scene_within,
    ):
        ladder = ladder_of(CLASSES[one.alert_class], limits)
    first: dict[str, Called] = {}
    for rung in dry_run.dry_run(conn, device, one.alert_class, one.at, ladder).rungs:
        for person in rung.people:
            after_s = (rung.told_at - one.at).total_seconds()
            first.setdefault(person.name, Called(person.name, after_s, bool(person.channels)))
    return tuple(first.values())
