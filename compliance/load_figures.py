"""How heavy the alarms lay on people (indicator 11). Pure.

Source: ISA-18.2 and EEMUA 191 as quoted in domain rules 5.2: a flood is more than 10 alarms in 10 min,
chattering 3 of one device in 1 min, stale what stands longer than 24 h; the target is below 1 per person and
10 min.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from compliance.counting import Counting
from compliance.figures import Figure, Unit
from model.compliance import AlertRow

WINDOW = timedelta(minutes=10)
FLOOD = 10
CHATTER_WITHIN = timedelta(minutes=1)
CHATTER = 3
STALE_AFTER = timedelta(hours=24)
TOP = 10


def alarm_load(c: Counting) -> list[Figure]:
    """Return load per person, flood windows, chattering devices, stale alerts and the top-ten share."""
    counted, as_of, evidence = c.counted, c.as_of, c.evidence
    alerts = sorted(counted.alerts, key=lambda one: one.raised_at)
    proof = evidence("alerts", "alerts", ())
    on_duty_s = counted.duty.covered_s
    windows: defaultdict[tuple[int | None, int], list[int]] = defaultdict(list)
    for one in alerts:
        window = int((one.raised_at - counted.period.starts_at) / WINDOW)
        windows[one.home_id, window].append(one.alert_id)
    floods = [found for found in windows.values() if len(found) > FLOOD]
    by_device = Counter(one.device_id for one in alerts if one.device_id is not None)
    top = sum(number for _, number in by_device.most_common(TOP))
    stale = [
        one.alert_id for one in alerts if min(one.resolved_at or as_of, as_of) - one.raised_at > STALE_AFTER
    ]
    chattering = _chattering(alerts)
    return [
        Figure(
            "alarms_per_person",
            "每名值班人员每10分钟报警",
            len(alerts) * WINDOW.total_seconds() / on_duty_s if on_duty_s else None,
            Unit.PER_WINDOW,
            as_of,
            proof,
            places=2,
            why_unknown="" if on_duty_s else "没有排班数据",
        ),
        Figure(
            "flood_windows",
            "报警洪峰（10分钟超过10条）",
            float(len(floods)),
            Unit.TIMES,
            as_of,
            evidence("alerts", "alerts", [alert for flood in floods for alert in flood]),
        ),
        Figure(
            "chattering",
            "反复报警设备（1分钟3次以上）",
            float(len(chattering)),
            Unit.DEVICES,
            as_of,
            evidence("alerts", "devices", chattering),
        ),
        Figure(
            "stale",
            "超过24小时未处置报警",
            float(len(stale)),
            Unit.SIGNALS,
            as_of,
            evidence("alerts", "alerts", stale),
        ),
        Figure(
            "top_share",
            "前10个设备报警占比",
            top * 100 / sum(by_device.values()) if by_device else None,
            Unit.PERCENT,
            as_of,
            proof,
            top,
            sum(by_device.values()),
            completeness=1.0,
            places=1,
            why_unknown="" if by_device else "本期没有报警",
        ),
    ]


def _chattering(alerts: Iterable[AlertRow]) -> list[int]:
    times: dict[int, list[datetime]] = {}
    for one in alerts:
        if one.device_id is not None:
            times.setdefault(one.device_id, []).append(one.raised_at)
    return sorted(
        device
        for device, at in times.items()
        if any(later - first <= CHATTER_WITHIN for first, later in zip(at, at[CHATTER - 1 :], strict=False))
    )
