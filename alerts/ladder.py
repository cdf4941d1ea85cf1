"""Escalation: who is told when, and what a deadline that has passed leads to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.classes import CLASSES, ClassRule, Limits, Rung
from model.alerts import Alert, AlertClass, AlertState
from model.people import Role


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps that an incident was raised with; editing the settings never bends a running alarm."""

    rungs: tuple[Rung, ...]
    on_scene_within: timedelta | None
    repeat_every: timedelta | None

    def to_json(self) -> dict[str, Any]:
        """Return the ladder as it is kept with its incident; durations in seconds."""
        return {
            "rungs": [
                {"roles": [str(role) for role in rung.roles], "wait_s": rung.wait.total_seconds()}
                for rung in self.rungs
            ],
            "on_scene_within_s": self.on_scene_within.total_seconds() if self.on_scene_within else None,
            "repeat_every_s": self.repeat_every.total_seconds() if self.repeat_every else None,
        }


_LIMITED = frozenset({AlertClass.F1, AlertClass.F2, AlertClass.W1})


def ladder_of(rule: ClassRule, limits: Limits | None = None) -> Ladder:
    """Return the ladder that a class starts with; settings can shorten first wait and way to the scene."""
    rungs, scene = rule.rungs, rule.on_scene_within
    if limits is not None and rule.alert_class in _LIMITED and scene is not None:
        rungs = (replace(rungs[0], wait=min(rungs[0].wait, limits.ack_within)), *rungs[1:])
        scene = min(scene, limits.scene_within)
    return Ladder(rungs, scene, rule.repeat_every)


def from_json(value: Mapping[str, Any]) -> Ladder:
    """Return the ladder as an incident keeps it."""
    scene, repeat = value["on_scene_within_s"], value["repeat_every_s"]
    return Ladder(
        tuple(
            Rung(tuple(Role(role) for role in rung["roles"]), timedelta(seconds=rung["wait_s"]))
            for rung in value["rungs"]
        ),
        None if scene is None else timedelta(seconds=scene),
        None if repeat is None else timedelta(seconds=repeat),
    )


def raised(before: Ladder, to: Ladder) -> Ladder:
    """Return the ladder of an incident that a graver class joins: who was on the way is still waited for."""
    return replace(to, on_scene_within=to.on_scene_within or before.on_scene_within)


@dataclass(frozen=True, slots=True)
class Step:
    """Tell these roles now; look again at `due_at`, None when nothing is waited for any more."""

    roles: tuple[Role, ...]
    step: int
    due_at: datetime | None


_TO_SET_OUT = timedelta(seconds=30)
"""Whoever answers late has this long before their arrival is asked for. Source: our choice."""


def waits(ladder: Ladder, alerts: Sequence[Alert], step: int, told_at: datetime) -> datetime | None:
    """Return when the incident must be looked at again, None when no deadline runs.

    An alert that nobody answered waits as long as the rung that was told at `told_at` has; one that was
    answered waits for the arrival on scene. It follows from these facts alone: asking again moves nothing.
    Source: 60 s to answer, 3 min on scene (微型消防站, 公消〔2015〕301号).
    """
    if not ladder.rungs:
        return None
    due: list[datetime] = []
    raised = [alert.raised_at for alert in alerts if alert.state is AlertState.RAISED]
    if raised:
        due.append(max(told_at, min(raised)) + _wait(ladder, step))
    going = [
        alert
        for alert in alerts
        if alert.state is AlertState.ACKNOWLEDGED and CLASSES[alert.alert_class].on_scene_within is not None
    ]
    if going and ladder.on_scene_within is not None:
        arrival = min(alert.raised_at for alert in going) + ladder.on_scene_within
        set_out = max(alert.acknowledged_at or alert.raised_at for alert in going) + _TO_SET_OUT
        # Who was told of the missing arrival has the wait of their rung; who is called again sets out again.
        rung = told_at + (_wait(ladder, step) if step else _TO_SET_OUT)
        due.append(max(arrival, set_out, rung))
    return min(due, default=None)


def on_due(ladder: Ladder, alerts: Sequence[Alert], step: int, now: datetime) -> Step:
    """Decide what a deadline that has passed leads to: the next rung is told, the last one again."""
    if waits(ladder, alerts, step, now) is None:
        return Step((), step, None)
    following = step + 1
    if following < len(ladder.rungs):
        return Step(ladder.rungs[following].roles, following, now + _wait(ladder, following))
    if ladder.repeat_every is None:
        return Step((), step, None)
    return Step(ladder.rungs[-1].roles, following, now + ladder.repeat_every)


def first_reachable(reach: Sequence[int], step: int) -> int | None:
    """Return the first rung from `step` on where somebody can be told, None where there is none.

    `reach` counts, per rung, the people who have a channel. The last rung stands for all repeats.
    """
    return next((rung for rung in range(min(step, len(reach) - 1), len(reach)) if reach[rung]), None)


def _wait(ladder: Ladder, step: int) -> timedelta:
    if step < len(ladder.rungs):
        return ladder.rungs[step].wait
    return ladder.repeat_every or timedelta(days=1)
