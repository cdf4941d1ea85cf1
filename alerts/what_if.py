"""Rules run over recorded or simulated history: what would have been raised, under these limits. Pure.

Nobody answers in a replay, so an alert that is open stays open: each subject and class is raised once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts import rules
from alerts.classes import Limits
from alerts.decisions import Active, Raise, Record, Said, Situation
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from model.errors import BadInput
from model.events import FIRE_KINDS, MOMENTARY_KINDS, Event, Kind, State, happened_at

_DEVICE_KINDS = {
    Kind.CALL_POINT: DeviceKind.CALL_POINT,
    Kind.SOS: DeviceKind.WRISTBAND,
    Kind.FALL: DeviceKind.WRISTBAND,
    Kind.FENCE: DeviceKind.WRISTBAND,
    Kind.OFF_BODY: DeviceKind.WRISTBAND,
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of history: who said what, when, and when it arrived."""

    device: str
    kind: Kind
    state: State | None
    at: datetime
    arrived_at: datetime
    zone: str | None
    device_kind: DeviceKind


@dataclass(frozen=True, slots=True)
class WouldRaise:
    """An alert that the rules would have raised, and why."""

    at: datetime
    alert_class: AlertClass
    device: str
    reason: str
    late: bool


def read(row: Mapping[str, Any]) -> Recorded:
    """Return a line of history; raises BadInput that names the field.

    Fields: device, kind, at; state (active, clear; absent for sos and fall), arrived_at (else at), zone,
    device_kind.
    """
    try:
        kind = Kind(row["kind"])
        at = datetime.fromisoformat(row["at"])
        arrived_at = datetime.fromisoformat(row.get("arrived_at", row["at"]))
        state = State(row["state"]) if row.get("state") else None
        device_kind = DeviceKind(row.get("device_kind", _DEVICE_KINDS.get(kind, DeviceKind.DETECTOR)))
        device = str(row["device"])
    except KeyError as exc:
        raise BadInput(str(exc.args[0]), "每行都有值 a value in every line") from exc
    except (TypeError, ValueError) as exc:
        raise BadInput(
            "line",
            "类别、状态、设备类别的名称和 ISO 8601 时间"
            " kind, state, device_kind by their names and times in ISO 8601",
            str(exc),
        ) from exc
    if at.tzinfo is None or arrived_at.tzinfo is None:
        raise BadInput("at", "带时区的时间 a time with its zone", row["at"])
    zone = row.get("zone")
    return Recorded(device, kind, state, at, arrived_at, None if zone is None else str(zone), device_kind)


def with_limits(changes: Iterable[str]) -> Limits:
    """Return the limits with `name=value` changes; durations in seconds. Raises BadInput."""
    limits = Limits()
    known = {field.name: getattr(limits, field.name) for field in dataclasses.fields(limits)}
    found: dict[str, Any] = {}
    for change in changes:
        name, _, text = change.partition("=")
        if name not in known:
            raise BadInput("--limit", f"其中之一 one of {', '.join(sorted(known))}", name)
        try:
            number = float(text)
        except ValueError as exc:
            raise BadInput(name, "数字，时长以秒计 a number (seconds for a duration)", text) from exc
        found[name] = timedelta(seconds=number) if isinstance(known[name], timedelta) else number
    return dataclasses.replace(limits, **found)


def replay(history: Iterable[Recorded], limits: Limits) -> list[WouldRaise]:
    """Return what the rules would have raised, in the order of arrival; tests are told as F3."""
    numbers: dict[str, int] = {}
    zones: dict[str, int] = {}
    since: dict[str, dict[Kind, datetime]] = {}
    fires: dict[str, tuple[str | None, datetime, bool]] = {}
    open_alerts: set[tuple[str, AlertClass]] = set()
    raised: list[WouldRaise] = []
    for one in sorted(history, key=lambda row: row.arrived_at):
        states = since.setdefault(one.device, {})
        active = one.state is State.ACTIVE
        momentary = one.kind in MOMENTARY_KINDS
        if not momentary and active == (one.kind in states):
            continue
        at = happened_at(one.at, one.arrived_at)
        said = Said(
            Event("replay", one.device, one.kind, None if momentary else one.state, one.at),
            _device(one, numbers, zones),
            at,
            one.arrived_at,
        )
        burning = tuple(
            Active(numbers[name], at if still else last)
            for name, (zone, last, still) in fires.items()
            if zone is not None and zone == one.zone and name != one.device
        )
        for decision in rules.decide(said, Situation(dict(states), burning), limits):
            if isinstance(decision, Record):
                raised.append(
                    WouldRaise(one.arrived_at, AlertClass.F3, one.device, decision.reason, late=False)
                )
            if not isinstance(decision, Raise):
                continue
            if decision.alert_class is AlertClass.F1:
                fires[one.device] = (one.zone, at, True)
            if (decision.subject, decision.alert_class) not in open_alerts:
                open_alerts.add((decision.subject, decision.alert_class))
                raised.append(
                    WouldRaise(
                        one.arrived_at, decision.alert_class, one.device, decision.reason, decision.late
                    )
                )
        if active and not momentary:
            states[one.kind] = at
        elif not momentary:
            states.pop(one.kind, None)
            if one.device in fires and one.kind in FIRE_KINDS:
                fires[one.device] = (one.zone, at, False)
    return raised


def _device(one: Recorded, numbers: dict[str, int], zones: dict[str, int]) -> Device:
    number = numbers.setdefault(one.device, len(numbers) + 1)
    zone_id = None if one.zone is None else zones.setdefault(one.zone, len(zones) + 1)
    return Device(
        number,
        "replay",
        one.device,
        one.device,
        one.device_kind,
        home_id=1,
        place_id=None,
        zone_id=zone_id,
        resident_id=None,
        parent_id=None,
        report_every=timedelta(hours=24),
        sleeps=False,
        registered=True,
    )
