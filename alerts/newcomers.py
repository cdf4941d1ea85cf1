"""An incident of a stranger without a home goes with its device into the home that it is registered in.

Nobody of a home sees what is of none, so the device's own people would never be told of it.
"""

from __future__ import annotations

from datetime import datetime

from alerts import escalation, log
from model.alerts import AlertState
from store import alarms, locks, newcomers
from store.sql import Conn


def tick(conn: Conn, now: datetime) -> int:
    """Move what has a home by now, and call its people where nobody has answered; return how many moved."""
    with conn.transaction():
        found = newcomers.homeless(conn)
    return sum(_move(conn, incident_id, home_id, now) for incident_id, home_id in found)


def _move(conn: Conn, incident_id: int, home_id: int, now: datetime) -> bool:
    with conn.transaction():
        locks.lock_homes(conn, sorted([locks.NO_HOME, home_id]))
        if not newcomers.move(conn, incident_id, home_id):
            return False
        log.append(
            conn,
            incident_id=incident_id,
            at=now,
            actor=log.SYSTEM,
            action="registered",
            details={"home_id": home_id},
        )
        alerts = alarms.alerts_of_incident(conn, incident_id)
        raised = next((one for one in alerts if one.state is AlertState.RAISED), None)
        if raised is not None:
            escalation.call_again(conn, incident_id, raised.alert_id, now)
        return True
