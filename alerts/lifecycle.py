"""The life of an alert as one table. Everything that changes a state lives here. Pure.

A device never closes an alert: what it says afterwards is kept as cleared-by-device, beside the state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from model.alerts import Alert, AlertState, Answer, Outcome
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
    alert: Alert, answer: Answer, now: datetime, *, outcome: Outcome | None = None, reopen_for: timedelta
) -> Alert:
    """Return the alert as it is after a person's answer at `now`.

    An answer that was already given changes nothing (two people tap the same button).
    Raises Refused where the state does not allow it, BadInput where RESOLVE names no outcome.
    """
    state = TRANSITIONS.get((alert.state, answer))
    if state is None:
        raise Refused(f"alert {alert.alert_id} is {alert.state}: {answer} is not possible now")
    if answer is Answer.REOPEN:
        if alert.resolved_at is None or now - alert.resolved_at > reopen_for:
            raise Refused(f"alert {alert.alert_id} was resolved more than {reopen_for} ago")
        return replace(alert, state=state, resolved_at=None, outcome=None)
    if answer is Answer.RESOLVE and outcome is None:
        raise BadInput("outcome", "one of true, false, test, fault")
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
