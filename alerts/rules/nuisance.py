"""Too many messages to heed: flood, chattering, stale. Pure; what is about life is never collapsed.

Source: ISA-18.2 / EEMUA 191 as of the domain rules: flood is more than 10 alarms in 10 min per person,
chattering three or more activations in 1 min, stale is standing for more than 24 h.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from model.alerts import LIFE_SAFETY, Alert, AlertClass, AlertState

FLOOD_WITHIN = timedelta(minutes=10)
FLOOD_ALARMS = 10
CHATTER_WITHIN = timedelta(minutes=1)
CHATTER_TIMES = 3
CHATTER_FOR = timedelta(hours=1)
"""How long a chattering alert is shelved. Source: our choice; it then counts again by itself."""
STALE_AFTER = timedelta(hours=24)


def floods(messages: int) -> bool:
    """Say whether one more message, after so many to this person within ten minutes, is a flood."""
    return messages >= FLOOD_ALARMS


def collapses(incident_class: AlertClass, messages: int) -> bool:
    """Say whether a message goes into the one that stands for a flood; never one about life."""
    return incident_class not in LIFE_SAFETY and floods(messages)


def chatters(alert_class: AlertClass, times: int) -> bool:
    """Say whether a device that began so often within a minute is to be shelved; never what is about life."""
    return alert_class not in LIFE_SAFETY and times >= CHATTER_TIMES


def is_stale(alert: Alert, reminded_at: datetime | None, now: datetime) -> bool:
    """Say whether an alert that somebody took on is forgotten: no act and no reminder for a day.

    One that nobody took on climbs its ladder; a muted one returns by itself.
    """
    done = (alert.raised_at, alert.acknowledged_at, alert.on_scene_at, reminded_at)
    since = max(at for at in done if at is not None)
    taken = alert.state in (AlertState.ACKNOWLEDGED, AlertState.ON_SCENE)
    muted = alert.muted is not None and alert.alert_class not in LIFE_SAFETY
    return taken and not muted and now - since > STALE_AFTER
