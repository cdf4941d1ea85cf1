"""Alerts, incidents, their states and what people may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlertClass(StrEnum):
    """Alert classes; deadlines and first receivers stand in alerts.classes."""

    F1 = "F1"  # 火警（单点）
    F2 = "F2"  # 火警（确认）
    F3 = "F3"  # 测试
    T1 = "T1"  # 故障
    T2 = "T2"  # 低电
    T3 = "T3"  # 离线
    T4 = "T4"  # 防拆/屏蔽
    W1 = "W1"  # 求助
    W2 = "W2"  # 越界
    W3 = "W3"  # 出口徘徊
    W4 = "W4"  # 徘徊
    W5 = "W5"  # 走失（确认）
    W6 = "W6"  # 手环低电/离身/离线
    R1 = "R1"  # 巡更缺漏
    C1 = "C1"  # 试报: tries the way to a phone, is no alarm


LIFE_SAFETY = frozenset({AlertClass.F1, AlertClass.F2, AlertClass.W1, AlertClass.W2, AlertClass.W5})
"""Classes that are never shelved, collapsed or left without a pending escalation."""


TOLD_AT_ONCE = LIFE_SAFETY | {AlertClass.C1}
"""Classes whose messages never wait; a canary takes the way of a fire."""


class AlertState(StrEnum):
    """The life of an alert; cleared-by-device is a fact beside the state, never a state."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    ON_SCENE = "on_scene"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """How a resolved alert is counted; the five sum to all alerts with the open ones."""

    TRUE = "true"  # 真实
    FALSE = "false"  # 误报
    TEST = "test"  # 测试
    FAULT = "fault"  # 设备故障


class Answer(StrEnum):
    """What a person may say to an alert."""

    ACKNOWLEDGE = "acknowledge"  # 收到
    ON_SCENE = "on_scene"  # 已到场
    CONFIRM = "confirm"  # 确认火情 / 确认走失
    RESOLVE = "resolve"  # 处置完毕
    NEED_HELP = "need_help"  # 需要支援
    REOPEN = "reopen"  # 撤销处置


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a person must answer."""

    alert_id: int
    incident_id: int
    home_id: int | None
    device_id: int | None
    place_id: int | None
    subject: str
    alert_class: AlertClass
    state: AlertState
    happened_at: datetime
    raised_at: datetime
    acknowledged_at: datetime | None = None
    on_scene_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    cleared_by_device_at: datetime | None = None
    late: bool = False
    unregistered: bool = False
    drill: bool = False
    muted: str | None = None
    """Why it is quiet on purpose; a life-safety alert is told all the same."""
