"""The life of an alert as one table, and how far an incident is by its alerts. Pure.

Everything that changes a state lives here.

A device never closes an alert: what it says afterwards is kept as cleared-by-device, beside the state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from alerts.classes import more_urgent
from model.alerts import Alert, AlertClass, AlertState, Answer, Outcome
from model.errors import BadInput, Refused

_RAISED, _ACKED, _SCENE, _DONE = (
    AlertState.RAISED,
    AlertState.ACKNOWLEDGED,
    AlertState.ON_SCENE,
    AlertState.RESOLVED,
)

TRANSITIONS: dict[tuple[AlertState, Answer], AlertState] = {
    (_RAISED, Answer.ACKNOWLEDGE): _ACKED,
    (_ACKED, Answer.ACKNOWLEDGE): _ACKED,
    (_SCENE, Answer.ACKNOWLEDGE): _SCENE,
    (_RAISED, Answer.ON_SCENE): _SCENE,
    (_ACKED, Answer.ON_SCENE): _SCENE,
    (_SCENE, Answer.ON_SCENE): _SCENE,
    (_RAISED, Answer.CONFIRM): _ACKED,
    (_ACKED, Answer.CONFIRM): _ACKED,
    (_SCENE, Answer.CONFIRM): _SCENE,
    (_RAISED, Answer.NEED_HELP): _ACKED,
    (_ACKED, Answer.NEED_HELP): _ACKED,
    (_SCENE, Answer.NEED_HELP): _SCENE,
    (_RAISED, Answer.RESOLVE): _DONE,
    (_ACKED, Answer.RESOLVE): _DONE,
    (_SCENE, Answer.RESOLVE): _DONE,
    (_DONE, Answer.REOPEN): _ACKED,
}


_FIRES = frozenset({AlertClass.F1, AlertClass.F2})


class Timed(Protocol):
    """When an alert was raised and answered, stored or as it is shown."""

    @property
    def alert_class(self) -> str: ...
    @property
    def raised_at(self) -> datetime: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def on_scene_at(self) -> datetime | None: ...


class Seen(Timed, Protocol):
    """What the state of an incident follows from, of each of its alerts."""

    @property
    def state(self) -> str: ...


def attended(alert: Seen, alerts: Sequence[Seen], owner_for: timedelta) -> bool:
    """Say whether somebody is on the scene of an alert already, by the other alerts of its incident.

    Whoever is at a fire is there for all of its building, unless it has become graver since, or began anew
    half an hour later (Limits.owner_for). Whoever is beside a resident is there no more when that one walks
    away. Source: our choice.
    """
    return (
        alert.alert_class in _FIRES
        and alert.acknowledged_at is None
        and any(
            one.state == _SCENE
            and one.on_scene_at is not None
            and one.alert_class in _FIRES
            and alert.raised_at - one.on_scene_at <= owner_for
            and not more_urgent(AlertClass(alert.alert_class), AlertClass(one.alert_class))
            for one in alerts
        )
    )


def incident_state(alerts: Sequence[Seen], owner_for: timedelta) -> AlertState:
    """Return how far an incident is: as its least advanced open alert.

    An alert that joins where somebody is on the scene calls people all the same, but takes back no arrival.
    """
    states = {
        _SCENE if one.state == _RAISED and attended(one, alerts, owner_for) else AlertState(one.state)
        for one in alerts
    }
    return min(states, key=list(AlertState).index, default=_DONE)


def again(alert: Alert, now: datetime, owner_for: timedelta) -> Alert | None:
    """Return the alert as raised anew, None where whoever answered it is still taken to be there.

    What begins again long after somebody went to look must call people again: an answer of last night is no
    owner today. Source: our choice, see Limits.owner_for.
    """
    answered_at = max(
        (at for at in (alert.acknowledged_at, alert.on_scene_at) if at is not None), default=None
    )
    if alert.state not in (_ACKED, _SCENE) or answered_at is None or now - answered_at <= owner_for:
        return None
    return replace(alert, state=_RAISED)


def after(
    alert: Alert,
    answer: Answer,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    reopen_for: timedelta,
    there: bool = False,
) -> Alert:
    """Return the alert as it is after a person's answer at `now`; `there` where it is attended already.

    An answer that was already given changes nothing (two people tap the same button).
    Raises Refused where the state does not allow it, BadInput where RESOLVE names no outcome.
    """
    state = TRANSITIONS.get((alert.state, answer))
    if state is None:
        raise Refused(
            f"报警 {alert.alert_id} 现在不能这样应答 is {alert.state}: {answer} is not possible now"
        )
    if answer is Answer.REOPEN:
        if alert.resolved_at is None or now - alert.resolved_at > reopen_for:
            minutes = reopen_for // timedelta(minutes=1)
            raise Refused(
                f"报警 {alert.alert_id} 处置已超过 {minutes} 分钟，不能撤销"
                f" was resolved more than {minutes} min ago"
            )
        return replace(alert, state=state, resolved_at=None, outcome=None)
    if answer is Answer.RESOLVE and outcome is None:
        raise BadInput("outcome", "真实、误报、测试、设备故障之一 one of true, false, test, fault")
    if there and state is _ACKED:
        state = _SCENE
    acknowledged_at = alert.acknowledged_at or now
    on_scene_at = alert.on_scene_at or (now if state is _SCENE else None)
    if state is _DONE:
        return replace(
            alert,
            state=state,
            acknowledged_at=acknowledged_at,
            on_scene_at=on_scene_at,
            resolved_at=now,
            outcome=outcome,
        )
    return replace(alert, state=state, acknowledged_at=acknowledged_at, on_scene_at=on_scene_at)
