"""The shell of the quality figures: read what happened, and count it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from alerts import kpi, unprotected
from model.alerts import AlertClass, Outcome
from model.devices import DeviceKind
from model.people import Role
from store import kpi as rows
from store import rosters
from store import unprotected as protection
from store.sql import Conn


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


def read_unprotected(conn: Conn, home_id: int, from_at: datetime, to_at: datetime) -> unprotected.Unprotected:
    """Return the unprotected resident-hours of one home between two instants.

    The night shift's carer or leader counts as a person on duty; only who wanders needs a band.
    """
    detectors: dict[int, list[unprotected.Span]] = defaultdict(list)
    bands: dict[int, list[unprotected.Span]] = defaultdict(list)
    for resident_id, kind, start, end in protection.online(conn, home_id, from_at, to_at):
        (bands if kind == DeviceKind.WRISTBAND else detectors)[resident_id].append((start, end))
    residents = [
        unprotected.Resident(
            resident_id,
            (start, end),
            tuple(detectors[resident_id]),
            tuple(bands[resident_id]) if wanders else None,
        )
        for resident_id, wanders, start, end in protection.residents(conn, home_id, from_at, to_at)
    ]
    on_duty = [
        (duty.starts_at, duty.ends_at)
        for duty in rosters.duties(conn, home_id, from_at, to_at)
        if duty.role in (Role.CARER, Role.SHIFT_LEADER)
    ]
    return unprotected.count(residents, on_duty)
