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
    State,
    credible,
    happened_at,
)
from store import states
from store.sql import Conn


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


def on_event(
    conn: Conn, event: Event, device: Device, arrived_at: datetime, key: str, limits: Limits
) -> Handled:
    """Store one event that says a state or calls for help, and do what the rules say follows.

    The caller holds the lock of the device's home. A repeated state is not a new event; a redelivery is none.
    """
    at = happened_at(event.said_at, arrived_at)
    if not event.live:
        # History is evidence: it neither raises an alarm nor hides what is so now.
        new = states.insert_event(conn, event, device, happened_at=at, arrived_at=arrived_at, key=key)
        return Handled(Result.HISTORY if new() else Result.DUPLICATE)
    limits = thresholds.of_device(conn, device, arrived_at, limits)
    met = states.ask_met(
        conn,
        event,
        device.device_id,
        key,
        zone_id=device.zone_id if event.kind in FIRE_KINDS | {Kind.TEST} else None,
        at=at,
        after=at - limits.coincidence_within,
    )()
    now_so = met.states.get(event.kind)
    # A clock that cannot be believed puts nothing in order: after one slip to 9999 all would be history.
    told_at = event.said_at if credible(event.said_at, arrived_at) else None
    active = event.state is State.ACTIVE
    momentary = event.kind in MOMENTARY_KINDS
    mark = states.mark_of(event.said_at, key)
    place = Place.NEWS
    if not momentary:
        place = order.place(
            now_so,
            active=active,
            mark=mark,
            told_at=told_at,
            arrived_at=arrived_at,
            around=partial(states.around, conn, device.device_id, event.kind),
        )
    match place:
        case Place.HEARD:
            return Handled(Result.REPEAT)
        case Place.REPEATS:
            states.count_repeats(conn, device.device_id, event.kind, told_at, [mark])
            return Handled(Result.REPEAT)
        case Place.NOTHING:
            states.set_state(
                conn,
                device.device_id,
                event.kind,
                active=False,
                since=at,
                changed_at=arrived_at,
                said_at=told_at,
            )
            return Handled(Result.REPEAT)
        case Place.NEWS | Place.LATE | Place.OVERTAKEN:
            pass
    if met.stored:
        return Handled(Result.DUPLICATE)
    states.insert_event(
        conn,
        event,
        device,
        happened_at=at,
        arrived_at=arrived_at,
        key=key,
        active=active if place is Place.NEWS and not momentary else None,
        told_at=told_at,
    )
    if place is Place.OVERTAKEN:
        return Handled(Result.HISTORY)
    if not device.registered and event.kind not in LIFE_SAFETY_KINDS | {Kind.CANARY}:
        return Handled(Result.STORED)
    if place is Place.LATE and not active:
        if now_so is not None and now_so.active and arrived_at > now_so.changed_at:
            states.doubt(conn, device.device_id, event.kind)
        return Handled(Result.HISTORY)
    situation = Situation(
        since={kind: state.since for kind, state in met.states.items() if state.active},
        zone_fires=tuple(Active(device_id, since) for device_id, since in met.zone_fires),
    )
    over = now_so if place is Place.LATE and now_so is not None and not now_so.active else None
    raised = effects.apply(
        conn,
        rules.decide(Said(event, device, at, arrived_at), situation, limits),
        device,
        at,
        arrived_at,
        cleared_at=over.since if over is not None else None,
        limits=limits,
    )
    return Handled(Result.STORED, raised)


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
