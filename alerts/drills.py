"""Drills (演练): a fire that is not, marked as a drill everywhere, timed like a real one, kept as a record.

Source: fire drills each half-year, 养老机构消防安全管理规定 民发〔2023〕37号.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts import engine
from alerts.decisions import Raise, subject_of
from model.alerts import Alert, AlertClass
from model.clock import SHANGHAI
from model.devices import Device
from model.errors import Refused
from model.events import Kind
from model.people import Actor
from store import alarms, drills
from store.sql import Conn


def start(conn: Conn, device: Device, actor: Actor, now: datetime) -> int:
    """Let a detector's fire alarm be drilled and return the incident.

    It is raised, told, escalated and answered as a real one, beside any real one. Raises Refused where the
    device is in no home, or is being drilled already.
    """
    if device.home_id is None:
        raise Refused(f"{device.name} is in no home")
    alarms.lock_home(conn, device.home_id)
    decision = Raise(AlertClass.F1, subject_of(device), Kind.SMOKE, "drill")
    raised = engine.apply(conn, [decision], device, now, now, actor=actor, drill=True)
    incident_id = alarms.alert_incident(conn, raised[0]) if raised else None
    if incident_id is None:
        raise Refused(f"{device.name} is being drilled already")
    return incident_id


def record(conn: Conn, incident_id: int, alerts: Sequence[Alert], now: datetime) -> None:
    """Keep the record of a drill whose incident was closed: how long each step took."""
    incident = alarms.incident_for_update(conn, incident_id)
    if incident is None or not incident.drill or incident.home_id is None:
        return
    mark = f"演练 #{incident_id}："
    drills.record(
        conn,
        home_id=incident.home_id,
        done_on=incident.opened_at.astimezone(SHANGHAI).date(),
        mark=mark,
        findings=mark + in_words(alerts, incident.opened_at, now),
        now=now,
    )


def in_words(alerts: Sequence[Alert], opened_at: datetime, closed_at: datetime) -> str:
    """Say how long it took to answer, to be on scene, and to the end. Pure."""

    def first(times: Sequence[datetime | None]) -> str:
        known = [at for at in times if at is not None]
        return f"{(min(known) - opened_at).total_seconds():.0f} 秒" if known else "无"

    answered = first([alert.acknowledged_at for alert in alerts])
    arrived = first([alert.on_scene_at for alert in alerts])
    return f"应答 {answered}，到场 {arrived}，结束 {(closed_at - opened_at).total_seconds():.0f} 秒。"
