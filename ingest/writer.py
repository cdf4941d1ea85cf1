"""Decoded messages -> events with their alerts; then dead letters, signs of life, readings.

The order of locks is the same everywhere: first the homes of whatever may change a state, by their ids, then
rows. What needs no home is written without waiting for one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from psycopg.pq import TransactionStatus

from alerts import walking
from alerts.classes import Limits
from alerts.warm_up import ask_of_nothing
from ingest.batch import Batch, Counts
from ingest.changes import change_states
from ingest.messages import Decoded, Message, key_of, says_state
from ingest.registry import Registry
from model.clock import utc_now
from model.devices import Device
from model.events import MOMENTARY_KINDS, Event, Kind, State, Value, credible, happened_at
from store import dead_letters, devices, liveness, readings
from store.liveness import Sign
from store.readings import Reading
from store.sql import Conn

SKEW_ALLOWED = timedelta(minutes=5)
_REAL_LARGEST, _REAL_SMALLEST = 3.4e38, 1.2e-38


def save(
    conn: Conn,
    decoded: Sequence[Decoded],
    registry: Registry,
    limits: Limits,
    *,
    pause: Callable[[], None] = lambda: None,
) -> Counts:
    """Write a batch on an idle connection, commit it, and return what it came to.

    Alerts are committed before the rest, which waits for rows that another lane may hold for long; where only
    the first was committed, a redelivery finds its events stored and does the rest. What is only written
    waits for no answer: it goes with the next question, as BEGIN and COMMIT do.
    `pause` is called between two messages while nothing is locked.
    """
    try:
        with conn.pipeline():
            batch, counts = _sorted(conn, decoded, registry, pause)
            if batch.may_change_states():
                change_states(conn, batch, limits, counts)
                # Not `conn.transaction()`: in a pipeline it waits for BEGIN, and once more before COMMIT.
                conn.execute("COMMIT", prepare=False)
        with conn.pipeline():
            _note(conn, batch)
        _keep(conn, batch, counts)
        conn.commit()
    except BaseException:
        conn.rollback()
        raise
    return counts


def write(conn: Conn, decoded: Sequence[Decoded], registry: Registry, limits: Limits) -> Counts:
    """Write a batch in the caller's transaction and return what it came to."""
    with conn.pipeline():
        batch, counts = _sorted(conn, decoded, registry)
        if batch.may_change_states():
            change_states(conn, batch, limits, counts)
        _note(conn, batch)
    _keep(conn, batch, counts)
    return counts


def _sorted(
    conn: Conn, decoded: Sequence[Decoded], registry: Registry, pause: Callable[[], None] = lambda: None
) -> tuple[Batch, Counts]:
    batch, counts = Batch(), Counts(messages=len(decoded))
    said = [(event, item.message) for item in decoded for event in item.events]
    registry.learn(
        conn,
        (event for event, message in said if event.kind is not Kind.NAME and not _is_memory(event, message)),
        named={
            (event.source, str(event.values.get("alias"))) for event, _ in said if event.kind is Kind.NAME
        },
    )
    for item in decoded:
        if conn.pgconn.transaction_status == TransactionStatus.IDLE:
            pause()
        _sort(conn, item, registry, batch)
    counts.dead_letters = len(batch.unreadable)
    return batch, counts


def _note(conn: Conn, batch: Batch) -> None:
    for message, unreadable in batch.unreadable:
        dead_letters.bury(
            conn,
            topic=message.topic,
            payload=message.payload,
            reason=unreadable.reason,
            traceback=unreadable.traceback,
            arrived_at=message.arrived_at,
        )
    if batch.walked:
        liveness.tell_clock(conn, walking.WALK, list(batch.walked.items()))
    if batch.signs:
        liveness.touch(conn, [batch.signs[device_id] for device_id in sorted(batch.signs)])


def _keep(conn: Conn, batch: Batch, counts: Counts) -> None:
    if batch.readings:
        counts.readings = readings.insert(conn, batch.readings)
        counts.duplicates += len(batch.readings) - counts.readings


def warm_up(conn: Conn) -> None:
    """Let a fresh connection ask of nothing what it will ask of an alarm.

    The first alarm after a start would pay for reading the catalogue and planning, some ten times what it
    costs itself.
    """
    with conn.pipeline(), conn.transaction():
        devices.find_device(conn, "yian", "")
        ask_of_nothing(conn, utc_now())


def _sort(conn: Conn, item: Decoded, registry: Registry, batch: Batch) -> None:
    message = item.message
    if item.unreadable is not None:
        batch.unreadable.append((message, item.unreadable))
        device = registry.device_of_alarm_topic(conn, message.topic)
        if device is not None:
            batch.unreadable_by.append((device, message))
        return
    # A test begins before the alarm that it explains, and ends after the all-clear of the same message.
    for event in sorted(item.events, key=_ends_a_test):
        if event.kind is Kind.NAME:
            alias = event.values.get("alias")
            if isinstance(alias, str):
                registry.rename(conn, event.source, event.address, alias)
            continue
        if _is_memory(event, message):
            continue
        device = registry.device(conn, event)
        if says_state(event):
            batch.states.append((event, device, message))
        else:
            batch.readings.append(_reading(event, device, message))
            _judge_battery(event, device, message, batch)
            if event.live and walking.tells_where(device, event.values):
                batch.walked[device.device_id] = message.arrived_at
        if event.kind is not Kind.OFFLINE and not message.retained and event.live:
            _sign(event, device, message, batch)


def _is_memory(event: Event, message: Message) -> bool:
    """Say whether it is only what the broker remembers: a retained call or reading without a time."""
    return message.retained and event.said_at is None and event.kind in MOMENTARY_KINDS | {Kind.REPORT}


_COLUMNS = frozenset({"battery_pct", "rssi_dbm", "temperature_c", "lat", "lon", "accuracy_m", "worn", "crs"})
"""Values that have a column of their own; every position is WGS-84 by now, so `crs` tells nothing."""


def _ends_a_test(event: Event) -> bool:
    return event.kind is Kind.TEST and event.state is State.CLEAR


def _reading(event: Event, device: Device, message: Message) -> Reading:
    values = event.values
    get = values.get
    return Reading(
        device.device_id,
        happened_at(event.said_at, message.arrived_at),
        key_of(event, message),
        message.arrived_at,
        _number(get("battery_pct")),
        _number(get("rssi_dbm")),
        _number(get("temperature_c")),
        _number(get("lat")),
        _number(get("lon")),
        _number(get("accuracy_m")),
        _truth(get("worn")),
        None
        if values.keys() <= _COLUMNS
        else {name: value for name, value in values.items() if name not in _COLUMNS},
    )


def _number(value: Value) -> float | None:
    """Return a number that a column of 4 bytes can hold, None for any other; what is next to zero is zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _REAL_LARGEST:
        return None
    return float(value) if abs(value) >= _REAL_SMALLEST else 0.0


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _judge_battery(event: Event, device: Device, message: Message, batch: Batch) -> None:
    battery_pct = _number(event.values.get("battery_pct"))
    charging = event.values.get("charging") is True or event.values.get("external_power") is True
    if battery_pct is not None and not charging and event.live:
        batch.batteries[device.device_id] = (device, battery_pct, message.arrived_at)


def _sign(event: Event, device: Device, message: Message, batch: Batch) -> None:
    skew = None if event.said_at is None else event.said_at - message.arrived_at
    before = batch.signs.get(device.device_id)
    battery_pct, worn = _number(event.values.get("battery_pct")), _truth(event.values.get("worn"))
    batch.signs[device.device_id] = Sign(
        device_id=device.device_id,
        seen_at=message.arrived_at,
        report_every=device.report_every,
        battery_pct=battery_pct if battery_pct is not None or before is None else before.battery_pct,
        worn=worn if worn is not None or before is None else before.worn,
        clock_skew=skew
        if skew is not None and (abs(skew) > SKEW_ALLOWED or not credible(event.said_at, message.arrived_at))
        else None,
    )
