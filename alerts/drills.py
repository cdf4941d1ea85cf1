"""Drills (演练): a fire or a missing resident that is not: marked everywhere, timed like real, on record.

Source: fire drills each half-year, 养老机构消防安全管理规定 民发〔2023〕37号; emergency plans and regular
drills, 养老机构管理办法 第31条. The times are those of the class table: F1 for a fire, W2 and W5 for a
missing resident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts import effects, procedure
from alerts.classes import CLASSES
from alerts.decisions import Raise, subject_of
from alerts.lifecycle import Timed
from alerts.procedure import WITHIN, Told
from model.alerts import AlertClass
from model.clock import local_day
from model.devices import Device, DeviceKind
from model.errors import Refused
from model.events import Kind
from model.people import Actor
from store import alarms, alert_log, drills, incidents, locks
from store.sql import Conn


class DrillKind(StrEnum):
    """What is drilled."""

    FIRE = "fire"  # 消防演练
    MISSING = "missing"  # 走失演练


_BEGINS = {
    DeviceKind.DETECTOR: (AlertClass.F1, Kind.SMOKE),
    DeviceKind.WRISTBAND: (AlertClass.W2, Kind.FENCE),
}
_RECORDS = {DrillKind.FIRE: ("drill", "演练"), DrillKind.MISSING: ("missing_drill", "走失演练")}
"""Kind of the record, and its name; a missing-person drill is none of the fire drills that are due."""

_WORDS = {
    "answered": "应答",
    "on_scene": "到场",
    "found": "找到或确认走失",
    "family": "通知家属",
    "police": "报 110",
    "bureau": "报民政局",
    "closed": "结束",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a drill: how long it took (None: not happened) and may take; `met` is None while open."""

    name: str
    took: timedelta | None
    within: timedelta | None
    met: bool | None


def kind_of(family: str) -> DrillKind:
    """Return what an incident of this family drills."""
    return DrillKind.FIRE if family == "fire" else DrillKind.MISSING


def start(conn: Conn, device: Device, actor: Actor, now: datetime) -> int:
    """Let a detector's fire alarm, or a band that left the fence, be drilled and return the incident.

    It is raised, told, escalated and answered as a real one, beside any real one. Raises Refused where the
    device is in no home, is neither detector nor band, or is being drilled already.
    """
    if device.home_id is None or device.kind not in _BEGINS:
        raise Refused(f"{device.name} 不是机构的探测器或手环 is no detector or wristband of a home")
    locks.lock_home(conn, device.home_id)
    alert_class, kind = _BEGINS[device.kind]
    decision = Raise(alert_class, subject_of(device), kind, "drill")
    raised = effects.apply(conn, [decision], device, now, now, actor=actor, drill=True)
    incident_id = alarms.alert_incident(conn, raised[0]) if raised else None
    if incident_id is None:
        raise Refused(f"{device.name} 正在演练中 is being drilled already")
    return incident_id


def record(conn: Conn, incident_id: int, alerts: Sequence[Timed], now: datetime) -> None:
    """Keep the record of a drill whose incident was closed: how long each step took."""
    incident = incidents.incident_for_update(conn, incident_id)
    if incident is None or not incident.drill or incident.home_id is None:
        return
    kind = kind_of(incident.family)
    record_kind, called = _RECORDS[kind]
    mark = f"{called} #{incident_id}："
    timed = steps(kind, alerts, alert_log.told(conn, incident_id), incident.opened_at, now, now)
    drills.record(
        conn,
        home_id=incident.home_id,
        done_on=local_day(incident.opened_at),
        kind=record_kind,
        mark=mark,
        findings=mark + in_words(timed),
        now=now,
    )


def steps(
    kind: DrillKind,
    alerts: Sequence[Timed],
    told: Mapping[str, datetime],
    opened_at: datetime,
    closed_at: datetime | None,
    now: datetime,
) -> tuple[Step, ...]:
    """Return the steps of a drill with the class table's times; `told` are times by the log's words. Pure."""

    def step(
        name: str, times: Iterable[datetime | None], within: timedelta | None, since: datetime = opened_at
    ) -> Step:
        took = min((at - since for at in times if at is not None), default=None)
        waiting = took is None and closed_at is None and within is not None and now - since <= within
        met = None if within is None or waiting else took is not None and took <= within
        return Step(name, took, within, met)

    rule = CLASSES[AlertClass.F1 if kind is DrillKind.FIRE else AlertClass.W2]
    first = step("answered", (alert.acknowledged_at for alert in alerts), rule.rungs[0].wait)
    last = step("closed", (closed_at,), None)
    arrived = [alert.on_scene_at for alert in alerts]
    if kind is DrillKind.FIRE:
        return first, step("on_scene", arrived, rule.on_scene_within), last
    declared_at = next((alert.raised_at for alert in alerts if alert.alert_class is AlertClass.W5), None)
    found = step("found", [*arrived, declared_at], rule.on_scene_within)
    if declared_at is None:
        return first, found, last
    others = (
        step(one, (told.get(procedure.action_of(one)),), WITHIN[one], since=declared_at) for one in Told
    )
    return first, found, *others, last


def in_words(timed: Iterable[Step]) -> str:
    """Say how long each step took. Pure."""
    said = [
        f"{_WORDS[step.name]} {f'{step.took.total_seconds():.0f} 秒' if step.took is not None else '无'}"
        for step in timed
    ]
    return "，".join(said) + "。"
