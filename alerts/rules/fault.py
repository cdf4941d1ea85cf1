"""Faults of devices (T1-T4), and of wristbands (W6). Pure.

Source: GB 25506 and GB 26875.1-2011 section 4 (a fault is shown within 100 s); GB 20517-2025 5.11 (battery,
at least every 24 h); 消防法 第60条 (installations must not be switched off). A mute is not a clear.
"""

from __future__ import annotations

from alerts.classes import Limits
from alerts.decisions import (
    Cleared,
    Decision,
    Raise,
    Said,
    Unwatch,
    Watch,
    is_late,
    started,
    subject_of,
)
from model.alerts import AlertClass
from model.devices import Device, DeviceKind
from model.events import Kind, Value

_DETECTOR_CLASS = {
    Kind.FAULT: AlertClass.T1,
    Kind.BATTERY_LOW: AlertClass.T2,
    Kind.OFFLINE: AlertClass.T3,
    Kind.TAMPER: AlertClass.T4,
    Kind.OFF_BODY: AlertClass.T4,
}


def class_of(kind: Kind, device: Device) -> AlertClass:
    """Return the class of a fault: what ails a wristband is its carer's (W6), the rest is maintenance."""
    return AlertClass.W6 if device.kind is DeviceKind.WRISTBAND else _DETECTOR_CLASS[kind]


def on_event(said: Said, limits: Limits) -> list[Decision]:
    """Decide on a fault, low battery, tamper, mute, loss of link or a band that is not worn."""
    kind, device, subject = said.event.kind, said.device, subject_of(said.device)
    if kind is Kind.MUTE:
        if started(said):
            return [Watch("mute", subject, said.happened_at + limits.mute_for)]
        return [Unwatch("mute", subject), Cleared((AlertClass.T4,), subject, kind)]
    if kind is Kind.OFFLINE:
        return _on_link(said, limits)
    alert_class = class_of(kind, device)
    if not started(said):
        return [Cleared((alert_class,), subject, kind)]
    return [Raise(alert_class, subject, kind, str(kind), is_late(said, limits))]


def on_link_back(device: Device) -> list[Decision]:
    """Decide when a device is heard again."""
    subject = subject_of(device)
    return [Unwatch("offline", subject), Cleared((class_of(Kind.OFFLINE, device),), subject, Kind.OFFLINE)]


def _on_link(said: Said, limits: Limits) -> list[Decision]:
    device, subject = said.device, subject_of(said.device)
    if not started(said):
        return on_link_back(device)
    # A sleeping device's connection ends after each report: a last will says nothing, only silence does.
    return [] if device.sleeps else [Watch("offline", subject, said.arrived_at + limits.offline_grace)]


def on_mute_limit(device: Device) -> list[Decision]:
    """Decide when a sounder is still silenced at its limit."""
    return [Raise(AlertClass.T4, subject_of(device), Kind.MUTE, "muted_too_long")]


def on_silence(device: Device, parent_down: bool) -> list[Decision]:
    """Decide on a device that is silent for twice its period, or offline for longer than the grace.

    Behind a gateway that is down itself, the gateway's alert stands for all of its devices.
    """
    if parent_down or not device.registered:
        return []
    return [Raise(class_of(Kind.OFFLINE, device), subject_of(device), Kind.OFFLINE, "silent")]


def battery_is_low(device: Device, battery_pct: Value, limits: Limits) -> bool | None:
    """Say whether a percentage is low for this kind of device; None where it says nothing."""
    if isinstance(battery_pct, bool) or not isinstance(battery_pct, int | float):
        return None
    limit = (
        limits.wristband_battery_pct if device.kind is DeviceKind.WRISTBAND else limits.detector_battery_pct
    )
    return battery_pct <= limit
