"""What a device said: the values that every adapter produces and every rule reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What an event is about."""

    SMOKE = "smoke"  # 烟雾火警
    HEAT = "heat"  # 感温火警
    CO = "co"  # 一氧化碳
    CALL_POINT = "call_point"  # 手动火灾报警按钮
    SOS = "sos"  # 求助, momentary: no clear on the wire
    FALL = "fall"  # 跌倒, momentary
    FENCE = "fence"  # 越界: ACTIVE is outside
    FAULT = "fault"  # 故障
    BATTERY_LOW = "battery_low"  # 低电
    TAMPER = "tamper"  # 防拆
    MUTE = "mute"  # 消音
    TEST = "test"  # 自检/测试
    OFF_BODY = "off_body"  # 手环离身
    DOOR = "door"  # 门: ACTIVE is open
    CANARY = "canary"  # 试报, momentary: no alarm, but it goes the way of one
    OFFLINE = "offline"  # a last will or a platform's word, not silence
    REPORT = "report"  # a sign of life with readings
    DUE = "due"  # something people must do by a date, from the registers: no device says it
    NAME = "name"  # an address book entry: values["alias"] is the device's new name


class State(StrEnum):
    """Whether the thing is so now; unknown is the absence of an event."""

    ACTIVE = "active"
    CLEAR = "clear"


FIRE_KINDS = frozenset({Kind.SMOKE, Kind.HEAT, Kind.CO, Kind.CALL_POINT})
MOMENTARY_KINDS = frozenset({Kind.SOS, Kind.FALL, Kind.CANARY})
LIFE_SAFETY_KINDS = FIRE_KINDS | {Kind.SOS, Kind.FALL, Kind.FENCE}
"""Kinds that alert even from a device that nobody registered."""

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a device said.

    `source` and `address` name the device as its make does (a Zigbee base topic and friendly name, `yian`
    and a serial number); the registry maps the pair to a device. `said_at` is the device's clock, None where
    it told no time. `key` is the device's own sequence or message id. `values` holds readings by names that
    carry their unit: battery_pct, battery_v, rssi_dbm, lqi, temperature_c, lat, lon, crs, accuracy_m, worn.
    `live` is false for what a device recorded earlier and replays: history, never a new alarm.
    """

    source: str
    address: str
    kind: Kind
    state: State | None = None
    said_at: datetime | None = None
    key: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    live: bool = True
    home: str | None = None
    """The home's code, where the topic names it; it places a device that nobody registered."""


@dataclass(frozen=True, slots=True)
class KnownState:
    """The last state of a kind that a device told, at its own time `said_at`, arrived at `changed_at`.

    `heard` marks the last repeats; `doubted` is so after an all-clear that is dated before the alarm.
    """

    kind: Kind
    active: bool
    since: datetime
    said_at: datetime | None
    changed_at: datetime
    heard: list[int]
    doubted: bool


EARLIEST_CREDIBLE = datetime.fromisoformat("2015-01-01T00:00:00+00:00")
AHEAD_ALLOWED = timedelta(minutes=5)


def credible(said_at: datetime | None, arrived_at: datetime) -> bool:
    """Say whether a device's clock may be used for deadlines.

    Source: wire-format rule 6: missing, before 2015 or more than 5 min ahead is not believed.
    """
    return said_at is not None and EARLIEST_CREDIBLE <= said_at <= arrived_at + AHEAD_ALLOWED


def happened_at(said_at: datetime | None, arrived_at: datetime) -> datetime:
    """Return the device's time where it can be believed, else the time of arrival."""
    return said_at if said_at is not None and credible(said_at, arrived_at) else arrived_at
