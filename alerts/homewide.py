"""Alerts that no device raised: of the service itself, or of what a home has not done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts import escalation, log
from alerts.ladder import Ladder
from model.alerts import TOLD_AT_ONCE, AlertClass
from model.events import Kind
from store import alarms, raising
from store.sql import Conn


@dataclass(frozen=True, slots=True)
class Homewide:
    """An alert of a home, or of the service where `home_id` is None; one incident per family and scope."""

    home_id: int | None
    family: str
    scope: str
    subject: str
    alert_class: AlertClass
    kind: Kind
    reason: str
    ladder: Ladder
    device_id: int | None = None


def raise_once(
    conn: Conn, alert: Homewide, details: Mapping[str, Any], happened_at: datetime, now: datetime
) -> int | None:
    """Raise it unless one is open for its subject and class; return its id, None where one is.

    The caller holds the lock of the home.
    """
    if alarms.is_standing(conn, alert.subject, alert.alert_class, drill=False):
        return None
    new = raising.NewAlert(
        home_id=alert.home_id,
        device_id=alert.device_id,
        place_id=None,
        resident_id=None,
        subject=alert.subject,
        alert_class=alert.alert_class,
        kind=alert.kind,
        happened_at=happened_at,
        raised_at=now,
        late=False,
        unregistered=False,
        drill=False,
        reason=alert.reason,
    )
    raised = raising.raise_alert(
        conn,
        new,
        family=alert.family,
        scope=alert.scope,
        ladder=alert.ladder.to_json(),
        always=TOLD_AT_ONCE,
    )()
    log.append(
        conn,
        incident_id=raised.incident_id,
        at=now,
        actor=log.SYSTEM,
        action="raise",
        alert_id=raised.alert_id,
        details={"class": alert.alert_class, "reason": alert.reason, "subject": alert.subject, **details},
        after=raised.log_head,
    )
    if raised.opened:
        escalation.start(conn, raised.incident, raised.alert_id, now, [raised.alert(new)])
    else:
        escalation.join(conn, raised, now)
    return raised.alert_id
