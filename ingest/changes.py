"""What a batch says of states, batteries and what cannot be read -> alerts, under the locks of its homes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from alerts import effects, engine, flapping, thresholds, walking
from alerts.classes import Limits
from alerts.decisions import Raise, subject_of
from alerts.engine import Result
from alerts.flapping import Heard
from alerts.rules import fault
from ingest.batch import Batch, Counts
from ingest.messages import Message, key_of
from model.alerts import AlertClass
from model.devices import Device
from model.events import Event, Kind, State, credible, happened_at
from store import liveness, locks, readings
from store.liveness import Link
from store.sql import Conn


def change_states(conn: Conn, batch: Batch, limits: Limits, counts: Counts) -> None:
    """Do what may raise or clear an alert, under the locks of the homes concerned."""
    changes = _without_known_clears(conn, batch.states)
    counts.repeats += len(batch.states) - len(changes)
    batteries = _turned_batteries(conn, batch, limits)
    devices_of = (
        [device for _, device, _ in changes]
        + [device for device, _, _ in batteries]
        + [device for device, _ in batch.unreadable_by]
    )
    homes = {device.home_id or locks.NO_HOME for device in devices_of}
    if homes:
        locks.lock_homes(conn, sorted(homes))
    for device, run in _runs(_without_quiet_links(conn, changes, counts)):
        _judge(conn, device, run, limits, counts)
    for device, pct, at in batteries:
        counts.alerts += len(engine.on_battery(conn, device, pct, at, limits))
    for device, message in batch.unreadable_by:
        at, unreadable = (
            message.arrived_at,
            Raise(AlertClass.T1, subject_of(device), Kind.FAULT, "unreadable"),
        )
        counts.alerts += len(effects.apply(conn, [unreadable], device, at, at))


def _turned_batteries(conn: Conn, batch: Batch, limits: Limits) -> list[tuple[Device, float, datetime]]:
    """Return the batteries that are low now and were not, or the other way."""
    if not batch.batteries:
        return []
    low_before = readings.low_batteries(conn, list(batch.batteries))
    return [
        (device, pct, at)
        for device, pct, at in batch.batteries.values()
        if (fault.battery_is_low(device, pct, thresholds.of_device(conn, device, at, limits)) is True)
        != (device.device_id in low_before)
    ]


def _judge(conn: Conn, device: Device, run: list[Heard], limits: Limits, counts: Counts) -> None:
    for handled in flapping.on_run(conn, run, device, limits):
        counts.events += handled.result in (Result.STORED, Result.HISTORY)
        counts.repeats += handled.result is Result.REPEAT
        counts.duplicates += handled.result is Result.DUPLICATE
        counts.alerts += len(handled.raised)
    begun = [one for one in run if one.event.state is State.ACTIVE]
    lost = [one for one in begun if one.event.kind is Kind.OFFLINE]
    if lost and not device.sleeps:
        liveness.went_offline(conn, device.device_id, lost[-1].arrived_at)
    if any(one.event.kind is Kind.DOOR for one in begun):
        walking.judge(conn, device, run[-1].arrived_at)


def _runs(changes: list[tuple[Event, Device, Message]]) -> Iterator[tuple[Device, list[Heard]]]:
    """Give what one device says of one kind, one after another, at once."""
    for _, run in groupby(changes, key=lambda change: (change[1].device_id, change[0].kind)):
        said = list(run)
        yield (
            said[-1][1],
            [Heard(event, message.arrived_at, key_of(event, message)) for event, _, message in said],
        )


def _without_quiet_links(
    conn: Conn, changes: list[tuple[Event, Device, Message]], counts: Counts
) -> list[tuple[Event, Device, Message]]:
    """Store in one statement which links stand again, where no alert ends by it, and return the rest."""
    said = Counter(device.device_id for event, device, _ in changes if event.kind is Kind.OFFLINE)
    links = [
        Link(
            device.device_id,
            device.home_id,
            event.said_at,
            happened_at(event.said_at, message.arrived_at),
            message.arrived_at,
            key_of(event, message),
        )
        for event, device, message in changes
        if _is_link_back(event)
        and said[device.device_id] == 1
        and not event.values
        and (event.said_at is None or credible(event.said_at, message.arrived_at))
    ]
    if len(links) < 2:
        return changes
    done = liveness.end_links(conn, links)
    counts.events += len(done)
    return [one for one in changes if not (_is_link_back(one[0]) and one[1].device_id in done)]


def _is_link_back(event: Event) -> bool:
    return event.kind is Kind.OFFLINE and event.state is State.CLEAR and event.live


def _without_known_clears(
    conn: Conn, states: list[tuple[Event, Device, Message]]
) -> list[tuple[Event, Device, Message]]:
    """Leave out what says that a state is clear which is known to be clear: most of what repeats itself."""
    clears = [(device.device_id, event.kind) for event, device, _ in states if event.state is State.CLEAR]
    if not clears:
        return states
    begun = {(device.device_id, event.kind) for event, device, _ in states if event.state is State.ACTIVE}
    known = readings.known_clear(conn, clears) - begun
    return [
        (event, device, message)
        for event, device, message in states
        if event.state is not State.CLEAR or (device.device_id, event.kind) not in known
    ]
