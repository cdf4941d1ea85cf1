"""A run of one kind by one device, as a flapping contact gives: its middle decides nothing, only is stored.

What it first says is judged, and what it says last. Between them the same alert is only raised again, so they
are one statement of events and one row of the log. Where something could decide otherwise, see `split`, each
is judged as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from alerts import engine, log, nuisance
from alerts.classes import Limits
from alerts.decisions import subject_of
from alerts.engine import Handled, Result
from alerts.rules.fire import confirmed_subject
from model.devices import Device
from model.events import FIRE_KINDS, MOMENTARY_KINDS, Event, Kind, State, credible, happened_at
from model.people import Actor
from store import alarms, states
from store.sql import Conn

RUN_FROM = 16
"""Fewer are judged one by one. Source: our choice; a device chatters from 3 in a minute on."""
SPAN_AT_MOST = timedelta(minutes=1)
"""A run that the device spread over longer is judged one by one: a second fire may lie within. Our choice."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event with its arrival and the key by which a redelivery is known."""

    event: Event
    arrived_at: datetime
    key: str

    @property
    def at(self) -> datetime:
        """Return when it happened, as far as the device's clock can be believed."""
        return happened_at(self.event.said_at, self.arrived_at)


def split(run: Sequence[Heard]) -> tuple[Sequence[Heard], Sequence[Heard]]:
    """Return what is judged one by one, up to what first begins, and the rest.

    The rest is empty where an order is in doubt (a clock that went back or cannot be believed), for tests,
    each of which is counted, and for what is history.
    """
    begins = next((n for n, one in enumerate(run) if one.event.state is not State.CLEAR), len(run))
    if len(run) - begins < RUN_FROM or run[0].event.kind is Kind.TEST or not _in_order(run):
        return run, ()
    return run[: begins + 1], run[begins + 1 :]


def _in_order(run: Sequence[Heard]) -> bool:
    clocked = run[0].event.said_at is not None
    return (
        all(
            one.event.live
            and (one.event.said_at is not None) is clocked
            and (not clocked or credible(one.event.said_at, one.arrived_at))
            for one in run
        )
        and all(a.at <= b.at for a, b in pairwise(run))
        and run[-1].at - run[0].at <= SPAN_AT_MOST
    )


def changes(heard: Sequence[Heard]) -> list[Heard]:
    """Return, of what follows a beginning, what changes the state or calls once more.

    What repeats a state, or comes twice, is left out.
    """
    seen: set[tuple[datetime | None, str, State | None]] = set()
    found: list[Heard] = []
    before: State | None = State.ACTIVE
    for one in heard:
        told = (one.event.said_at, one.key, one.event.state)
        repeats = one.event.kind not in MOMENTARY_KINDS and one.event.state is before
        if told not in seen and not repeats:
            before = one.event.state
            found.append(one)
        seen.add(told)
    return found


def on_run(conn: Conn, run: Sequence[Heard], device: Device, limits: Limits) -> list[Handled]:
    """Handle a run and return what became of each event. The caller holds the lock of the device's home."""
    first, rest = split(run)
    handled = [_one(conn, one, device, limits) for one in first]
    changed = changes(rest)
    if len(changed) < 2 or not _begun(conn, first[-1], device):
        return handled + [_one(conn, one, device, limits) for one in rest]
    handled += _store(conn, changed[:-1], device)
    told = {id(one) for one in changed}
    last = next(number for number, one in enumerate(rest) if one is changed[-1])
    # What repeats the last state is counted for it, what came before only remembered as heard.
    handled += _repeat(conn, [one for one in rest[:last] if id(one) not in told], device)
    handled.append(_one(conn, changed[-1], device, limits))
    return handled + _repeat(conn, rest[last + 1 :], device)


def _repeat(conn: Conn, repeats: Sequence[Heard], device: Device) -> list[Handled]:
    if repeats:
        last = repeats[-1].event
        marks = [states.mark_of(one.event.said_at, one.key) for one in repeats]
        states.count_repeats(conn, device.device_id, last.kind, last.said_at, marks)
    return [Handled(Result.REPEAT)] * len(repeats)


def _one(conn: Conn, one: Heard, device: Device, limits: Limits) -> Handled:
    return engine.on_event(conn, one.event, device, one.arrived_at, one.key, limits)


def _subjects(device: Device) -> list[str]:
    return [subject_of(device), confirmed_subject(device)]


def _begun(conn: Conn, first: Heard, device: Device) -> bool:
    """Say whether it is so now, by this very word, and that more of it would only be said again.

    A redelivery changes nothing, a newer word may be known, and a fire alarm may have been a test.
    """
    kind = first.event.kind
    if kind not in MOMENTARY_KINDS:
        now_so = states.of_device(conn, device.device_id).get(kind)
        if now_so is None or not now_so.active or now_so.said_at != first.event.said_at:
            return False
    return kind not in FIRE_KINDS or alarms.is_open(conn, _subjects(device), kind)


def _store(conn: Conn, middle: Sequence[Heard], device: Device) -> list[Handled]:
    """Keep events that decide nothing, the state after them, and how often they began."""
    end, kind = middle[-1], middle[-1].event.kind
    stored = states.insert_events(
        conn, device, [states.NewEvent(one.event, one.at, one.arrived_at, one.key) for one in middle]
    )
    if kind not in MOMENTARY_KINDS:
        states.set_state(
            conn,
            device.device_id,
            kind,
            active=end.event.state is State.ACTIVE,
            since=end.at,
            changed_at=end.arrived_at,
            said_at=end.event.said_at,
        )
    times = sum(state is not State.CLEAR for state in stored)
    for alert_id, incident_id in alarms.count_again(conn, _subjects(device), kind, times):
        log.append(
            conn,
            incident_id=incident_id,
            at=end.arrived_at,
            actor=Actor(None, device.name, "device"),
            action="flapping",
            alert_id=alert_id,
            details={
                "kind": kind,
                "times": times,
                "from": middle[0].at.isoformat(),
                "to": end.at.isoformat(),
            },
        )
        nuisance.on_repeat(conn, incident_id, alert_id, device, kind, end.arrived_at)
    return [Handled(Result.STORED)] * len(stored) + [Handled(Result.DUPLICATE)] * (len(middle) - len(stored))
