"""Who would get this alarm right now: each rung with people, channels and time, before it is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from alerts import climb, escalation, ladder, quiet, suppression, thresholds
from alerts.classes import CLASSES, Limits
from alerts.climb import Call
from alerts.ladder import Ladder
from model.alerts import Alert, AlertClass, AlertState
from model.devices import Device, DeviceKind
from store import suppressions
from store.receivers import Receiver
from store.sql import Conn

Who = Callable[[datetime], Sequence[Receiver]]
"""Everybody whom the ladder calls at an instant, their quiet settled."""

_T1, _T2, _T3 = AlertClass.T1, AlertClass.T2, AlertClass.T3
_CLASSES: dict[DeviceKind, tuple[AlertClass, ...]] = {
    DeviceKind.DETECTOR: (AlertClass.F1, AlertClass.F2, _T1, _T2, _T3),
    DeviceKind.CALL_POINT: (AlertClass.F2, _T1, _T3),
    DeviceKind.WRISTBAND: (AlertClass.W1, AlertClass.W2, AlertClass.W6, _T3),
    DeviceKind.SOS_BUTTON: (AlertClass.W1, _T2, _T3),
    DeviceKind.GATEWAY: (_T3, _T1),
    DeviceKind.BEACON: (_T3, _T2),
    DeviceKind.DOOR_SENSOR: (_T3, _T2),
    DeviceKind.UNKNOWN: (AlertClass.F1, AlertClass.W1, AlertClass.W2),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A person who would be told; `channels` are kinds only, because addresses hold secrets.

    Who is `quiet` off duty is told at `told_at`, the start of their turn, or passed over where that is None.
    """

    name: str
    role: str
    on_duty: bool
    channels: tuple[str, ...]
    quiet: bool
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class DryRung:
    """One rung, told at `told_at` if nobody has answered; a dead one says why, and nobody waits for it."""

    step: int
    roles: tuple[str, ...]
    told_at: datetime
    people: tuple[Told, ...]
    dead: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """A shelf or window into which the alarm falls; where it `waits`, nobody is told before `until`."""

    kind: str
    reason: str
    until: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """The whole way up. `reached` is false where no rung can be told at all.

    `repeat_every` is how often the last rung is told again while nobody answers, None where it is not.
    """

    device: str
    home_id: int | None
    alert_class: AlertClass
    at: datetime
    rungs: tuple[DryRung, ...]
    on_scene_by: datetime | None
    reached: bool
    window: Window | None
    repeat_every: timedelta | None


def classes_of(device: Device) -> tuple[AlertClass, ...]:
    """Return what a device of this kind can raise by itself or with others, what it is there for first."""
    return _CLASSES.get(device.kind, (AlertClass.F1,))


def class_of(device: Device) -> AlertClass:
    """Return the class that a device of this kind raises first."""
    return classes_of(device)[0]


def dry_run(
    conn: Conn, device: Device, alert_class: AlertClass, at: datetime, steps: Ladder | None = None
) -> DryRun:
    """Return who would be told of this device's alarm at `at`; nothing is raised, written or sent.

    The home's thresholds, what is quiet on purpose, people, waits and skipped rungs are those of the running
    engine, by the same decisions (alerts.climb, alerts.suppression.waits, alerts.ladder). The alarm is taken
    to be the only one, and nobody answers. `steps` is another ladder than theirs.
    """
    limits = thresholds.of_device(conn, device, at, Limits())
    ladder_then = steps or ladder.ladder_of(CLASSES[alert_class], limits)
    held = suppressions.over(conn, device.device_id, alert_class, at)
    later = suppression.waits(held, alert_class)
    everyone = partial(escalation.who, conn, device.home_id, alert_class, ladder_then)
    rungs = _way_up(
        ladder_then, alert_class, at, held.ends_at if held is not None and later else at, everyone
    )
    within = ladder_then.on_scene_within
    return DryRun(
        f"{device.source}/{device.address}",
        device.home_id,
        alert_class,
        at,
        tuple(rungs),
        None if within is None else at + within,
        any(rung.dead is None for rung in rungs),
        None if held is None else Window(held.kind, held.reason, held.ends_at, later),
        ladder_then.repeat_every,
    )


def _way_up(
    steps: Ladder, alert_class: AlertClass, raised_at: datetime, begins_at: datetime, who: Who
) -> list[DryRung]:
    """Return the rungs as they are reached while nobody answers, up to the last; each person once a step."""
    alert = Alert(0, 0, None, None, None, "", alert_class, AlertState.RAISED, raised_at, raised_at)
    rungs: list[DryRung] = []
    told: set[tuple[int, int]] = set()
    step, now = 0, begins_at
    while steps.rungs:
        found = climb.climb(steps, who(now), step, now)
        for call in found.calls:
            new = [one for one in call.people if (one.person_id, call.step) not in told]
            told |= {(one.person_id, call.step) for one in new}
            # Without anybody new it is told once that a rung is empty.
            if new or not any(rung.step == call.step for rung in rungs):
                rungs.append(_rung(steps, call, new, now))
        due_at = ladder.waits(steps, [alert], found.step, now)
        if due_at is None or found.step >= len(steps.rungs) - 1:
            break
        step, now = ladder.on_due(steps, [alert], found.step, due_at).step, due_at
    return rungs


def _rung(steps: Ladder, call: Call, people: Sequence[Receiver], now: datetime) -> DryRung:
    roles = climb.roles_of(steps) if call.rung is None else steps.rungs[call.rung].roles
    return DryRung(
        call.step,
        tuple(str(role) for role in roles),
        now,
        tuple(_told(one, now) for one in people),
        call.dead,
    )


def _told(one: Receiver, at: datetime) -> Told:
    kinds = tuple(_kind(channel) for channel in one.channels)
    return Told(
        one.name, str(one.role), one.on_duty, kinds, one.quiet, quiet.until(one, at) if one.quiet else at
    )


def _kind(channel: str) -> str:
    return channel.split(":", 1)[0]
