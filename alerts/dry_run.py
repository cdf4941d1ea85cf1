"""Who would get this alarm right now: each rung with people, channels and time, before it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import ladder, quiet
from alerts.classes import CLASSES
from alerts.ladder import Ladder
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from store import receivers
from store.receivers import Receiver
from store.sql import Conn

_FIRST_CLASS = {
    DeviceKind.DETECTOR: AlertClass.F1,
    DeviceKind.CALL_POINT: AlertClass.F2,
    DeviceKind.WRISTBAND: AlertClass.W1,
    DeviceKind.SOS_BUTTON: AlertClass.W1,
    DeviceKind.GATEWAY: AlertClass.T3,
    DeviceKind.BEACON: AlertClass.T3,
    DeviceKind.DOOR_SENSOR: AlertClass.T3,
    DeviceKind.UNKNOWN: AlertClass.F1,
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
class DryRun:
    """The whole way up. `reached` is false where no rung can be told at all."""

    device: str
    home_id: int | None
    alert_class: AlertClass
    at: datetime
    rungs: tuple[DryRung, ...]
    on_scene_by: datetime | None
    reached: bool


def class_of(device: Device) -> AlertClass:
    """Return the class that a device of this kind raises first."""
    return _FIRST_CLASS[device.kind]


def dry_run(
    conn: Conn, device: Device, alert_class: AlertClass, at: datetime, steps: Ladder | None = None
) -> DryRun:
    """Return who would be told of this device's alarm at `at`; nothing is raised, written or sent.

    The same people, waits and skipped rungs as at run time (alerts.escalation).
    """
    steps = steps or ladder.ladder_of(CLASSES[alert_class])
    roles = sorted({role for rung in steps.rungs for role in rung.roles})
    rungs: list[DryRung] = []
    told_at, after = at, timedelta(0)
    for step, rung in enumerate(steps.rungs):
        everyone = quiet.settle(receivers.of_roles(conn, device.home_id, roles, told_at), alert_class)
        people = [one for one in everyone if one.role in rung.roles]
        dead = None if quiet.reached(people, told_at, rung.wait) else quiet.why_dead(people)
        told = tuple(_told(one, told_at) for one in people)
        rungs.append(DryRung(step, tuple(str(role) for role in rung.roles), told_at, told, dead))
        if dead is None:
            after += rung.wait
            told_at = at + after
    within = steps.on_scene_within
    return DryRun(
        f"{device.source}/{device.address}",
        device.home_id,
        alert_class,
        at,
        tuple(rungs),
        None if within is None else at + within,
        any(rung.dead is None for rung in rungs),
    )


def _told(one: Receiver, at: datetime) -> Told:
    kinds = tuple(_kind(channel) for channel in one.channels)
    return Told(
        one.name, str(one.role), one.on_duty, kinds, one.quiet, quiet.until(one, at) if one.quiet else at
    )


def _kind(channel: str) -> str:
    return channel.split(":", 1)[0]
