"""What a device said: load what it meets, decide what follows, and let that be done, in one transaction.

The caller holds the transaction and commits it, so an acknowledged alarm is a raised alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from alerts import effects, order, rules, thresholds
from alerts.classes import Limits
from alerts.decisions import Active, Said, Situation
from alerts.order import Place
from alerts.rules import fault
from model.devices import Device
from model.events import (
    FIRE_KINDS,
    LIFE_SAFETY_KINDS,
    MOMENTARY_KINDS,
    Event,
    Kind,
    KnownState,
    State,
    credible,
    happened_at,
)
from store import states
from store.sql import Conn, Later


class Result(StrEnum):
    """What became of an event."""

    STORED = "stored"
    REPEAT = "repeat"
    DUPLICATE = "duplicate"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of an event, and the alerts that it raised."""

    result: Result
    raised: tuple[int, ...] = ()


_NO_NEWS = (Place.HEARD, Place.REPEATS, Place.NOTHING)


def on_event(
    conn: Conn, event: Event, device: Device, arrived_at: datetime, key: str, limits: Limits
) -> Handled:
    """Store one event that says a state or calls for help, and do what the rules say follows.

    The caller holds the lock of the device's home. A repeated state is not a new event; a redelivery is none.
    """
    said = Said(event, device, happened_at(event.said_at, arrived_at), arrived_at)
    if not event.live:
        # History is evidence: it neither raises an alarm nor hides what is so now.
        return Handled(Result.HISTORY if _store(conn, said, key)() else Result.DUPLICATE)
    limits = thresholds.of_device(conn, device, arrived_at, limits)
    met = states.ask_met(
        conn,
        event,
        device.device_id,
        key,
        zone_id=device.zone_id if event.kind in FIRE_KINDS | {Kind.TEST} else None,
        at=said.happened_at,
        after=said.happened_at - limits.coincidence_within,
    )()
    known = met.states.get(event.kind)
    place = _place(conn, said, key, known)
    if place in _NO_NEWS:
        _note_again(conn, said, key, place)
        return Handled(Result.REPEAT)
    if met.stored:
        return Handled(Result.DUPLICATE)
    _store(conn, said, key, is_so=place is Place.NEWS and event.kind not in MOMENTARY_KINDS)
    if place is Place.OVERTAKEN:
        return Handled(Result.HISTORY)
    if not device.registered and event.kind not in LIFE_SAFETY_KINDS | {Kind.CANARY}:
        return Handled(Result.STORED)
    if place is Place.LATE and event.state is not State.ACTIVE:
        if known is not None and known.active and arrived_at > known.changed_at:
            states.doubt(conn, device.device_id, event.kind)
        return Handled(Result.HISTORY)
    over = known if place is Place.LATE and known is not None and not known.active else None
    raised = effects.apply(
        conn,
        rules.decide(said, _situation(met), limits),
        device,
        said.happened_at,
        arrived_at,
        cleared_at=over.since if over is not None else None,
        limits=limits,
    )
    return Handled(Result.STORED, raised)


def _place(conn: Conn, said: Said, key: str, known: KnownState | None) -> Place:
    event = said.event
    if event.kind in MOMENTARY_KINDS:
        return Place.NEWS
    return order.place(
        known,
        active=event.state is State.ACTIVE,
        mark=states.mark_of(event.said_at, key),
        told_at=_told_at(said),
        arrived_at=said.arrived_at,
        around=partial(states.around, conn, said.device.device_id, event.kind),
    )


def _told_at(said: Said) -> datetime | None:
    """A clock that cannot be believed puts nothing in order: after one slip to 9999 all would be history."""
    said_at = said.event.said_at
    return said_at if credible(said_at, said.arrived_at) else None


def _note_again(conn: Conn, said: Said, key: str, place: Place) -> None:
    device_id, event = said.device.device_id, said.event
    if place is Place.REPEATS:
        mark = states.mark_of(event.said_at, key)
        states.count_repeats(conn, device_id, event.kind, _told_at(said), [mark])
    elif place is Place.NOTHING:
        states.set_state(
            conn,
            device_id,
            event.kind,
            active=False,
            since=said.happened_at,
            changed_at=said.arrived_at,
            said_at=_told_at(said),
        )


def _store(conn: Conn, said: Said, key: str, *, is_so: bool = False) -> Later[bool]:
    """Store an event; where it `is_so`, its state is what is so from now on. Says whether it is new."""
    return states.insert_event(
        conn,
        said.event,
        said.device,
        happened_at=said.happened_at,
        arrived_at=said.arrived_at,
        key=key,
        active=said.event.state is State.ACTIVE if is_so else None,
        told_at=_told_at(said),
    )


def _situation(met: states.Met) -> Situation:
    return Situation(
        since={kind: state.since for kind, state in met.states.items() if state.active},
        zone_fires=tuple(Active(device_id, since) for device_id, since in met.zone_fires),
    )


def on_battery(
    conn: Conn, device: Device, battery_pct: float, at: datetime, limits: Limits
) -> tuple[int, ...]:
    """Judge a percentage that came without the device's own low-battery flag; 3 points of hysteresis."""
    limits = thresholds.of_device(conn, device, at, limits)
    low = fault.battery_is_low(device, battery_pct, limits)
    if low is None or not device.registered:
        return ()
    known = states.of_device(conn, device.device_id).get(Kind.BATTERY_LOW)
    if low == (known is not None and known.active):
        return ()
    if not low and fault.battery_is_low(device, battery_pct - 3, limits):
        return ()
    event = Event(
        device.source,
        device.address,
        Kind.BATTERY_LOW,
        State.ACTIVE if low else State.CLEAR,
        at,
        f"battery:{battery_pct:g}",
        {"battery_pct": battery_pct},
    )
    return on_event(conn, event, device, at, event.key or "", limits).raised
