"""The shell of the quality figures: read what happened, and count it."""

from __future__ import annotations

from datetime import datetime

from alerts import kpi
from model.alerts import AlertClass, Outcome
from store import kpi as rows
from store import rosters
from store.alarms import Conn


def read(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> kpi.Kpi:
    """Return the figures of one home, or of all, between two instants."""
    facts = [
        kpi.AlertFact(
            row.alert_id,
            row.home_id,
            row.device_id,
            AlertClass(row.alert_class),
            row.raised_at,
            row.acknowledged_at,
            row.on_scene_at,
            row.resolved_at,
            Outcome(row.outcome) if row.outcome else None,
        )
        for row in rows.alert_facts(conn, home_id, from_at, to_at)
    ]
    duties = [
        kpi.DutyFact(duty.home_id, duty.starts_at, duty.ends_at)
        for duty in rosters.duties(conn, home_id, from_at, to_at)
    ]
    return kpi.figures(facts, rows.begun(conn, home_id, from_at, to_at), duties, from_at, to_at)
