"""Figures over alerts and what people did about them: fire, faults, wandering (3, 4, 5, 7, 8). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import fmean

from compliance.counting import NOTHING_CAME, Counting, after
from compliance.figures import Figure, Unit, count, unknown
from model.alerts import AlertClass, Outcome
from model.compliance import AlertRow, IncidentRow

ACK_WITHIN = timedelta(seconds=60)
ON_SCENE_WITHIN = timedelta(minutes=3)
"""Source: 微型消防站 公消〔2015〕301号「3分钟到场」; 1-3-5."""
REPAIR_WITHIN = timedelta(hours=24)
"""Source: our choice; a repair ticket is done in a day."""
FOUND_WITHIN = timedelta(hours=24)
"""Source: Koester & Stooksbury: nobody who was found within 24 h had died."""
OPEN = "open"
_FIRE_DEVICES = ("detector", "call_point")


def outcome_of(incident: IncidentRow) -> str:
    """Return how an incident is counted: open while any alert of it is, else by its gravest outcome."""
    if not incident.outcomes or None in incident.outcomes:
        return OPEN
    for outcome in (Outcome.TRUE, Outcome.FALSE, Outcome.FAULT):
        if outcome in incident.outcomes:
            return outcome
    return Outcome.TEST


def fires(c: Counting) -> list[Figure]:
    """Fire alarms by incident (起) and by signal (条), their outcomes, the share that was handled (4)."""
    incidents = _fire_incidents(c)
    signals = _fire_signals(c)
    complete = c.completeness(*_FIRE_DEVICES)
    seen = not c.silent(*_FIRE_DEVICES)

    def cases(key: str, label: str, found: Iterable[IncidentRow]) -> Figure:
        proof = c.evidence("incidents", "incidents", [one.incident_id for one in found])
        if not seen and not incidents:
            return unknown(key, label, Unit.CASES, c.as_of, proof, NOTHING_CAME)
        return count(key, label, proof.rows, Unit.CASES, c.as_of, proof, complete)

    def by(outcome: str) -> list[IncidentRow]:
        return [one for one in incidents if outcome_of(one) == outcome]

    return [
        cases("fire_alarms", "处置火警信息", incidents),
        cases("fire_true", "火警中真实火情", by(Outcome.TRUE)),
        cases("fire_false", "火警中误报", by(Outcome.FALSE)),
        cases("fire_test", "火警中测试", by(Outcome.TEST)),
        cases("fire_fault", "火警中设备故障", by(Outcome.FAULT)),
        cases("fire_open", "火警中正在处置", by(OPEN)),
        c.rows(
            "fire_signals",
            "烟感火警信号",
            [one.alert_id for one in signals],
            Unit.SIGNALS,
            "alerts",
            "alerts",
            "detector",
        ),
        c.share(
            "fire_handled_rate",
            "火警处置率",
            sum(outcome_of(one) != OPEN for one in incidents),
            len(incidents),
            c.evidence("incidents", "incidents", [one.incident_id for one in incidents]),
            complete,
            "本期没有火警信息",
        ),
    ]


def false_alarms(c: Counting) -> list[Figure]:
    """False fire alarms: of those that were judged, and for each detector in 30 days (4)."""
    judged = {
        outcome: [one.incident_id for one in _fire_incidents(c) if outcome_of(one) == outcome]
        for outcome in (Outcome.TRUE, Outcome.FALSE)
    }
    true, false = judged[Outcome.TRUE], judged[Outcome.FALSE]
    detectors = [row for row in c.counted.liveness if row.kind == "detector"]
    detector_days = sum(row.observed_s for row in detectors) / 86_400
    wrong = [one for one in _fire_signals(c) if one.outcome == Outcome.FALSE]
    return [
        c.share(
            "false_rate",
            "误报率",
            len(false),
            len(true) + len(false),
            c.evidence("incidents", "incidents", true + false),
            c.completeness(*_FIRE_DEVICES),
            "没有已判明真伪的火警",
        ),
        c.value(
            "false_per_detector",
            "每个烟感器每30天误报",
            len(wrong) * 30 / detector_days if detector_days else None,
            Unit.PER_DETECTOR,
            c.evidence("alerts", "alerts", [one.alert_id for one in wrong]),
            places=2,
            why="没有烟感器在线记录",
            completeness=c.completeness("detector"),
        ),
    ]


def fire_deaths(c: Counting) -> list[Figure]:
    """Who died of fire; none is said only where each real fire has its record of harm (4)."""
    told = {one.incident_id for one in c.counted.accidents}
    untold = [
        one.incident_id
        for one in _fire_incidents(c)
        if outcome_of(one) == Outcome.TRUE and one.incident_id not in told
    ]
    accidents = [one for one in c.counted.accidents if one.kind == "fire"]
    deaths = float(sum(one.deaths for one in accidents))
    known = not untold and (accidents or not c.silent(*_FIRE_DEVICES))
    return [
        c.rows("fire_true_untold", "没有事故记录的真实火情", untold, Unit.CASES, "incidents", "incidents"),
        c.value(
            "fire_deaths",
            "火灾亡人",
            deaths if known or deaths else None,
            Unit.PEOPLE,
            c.evidence("accidents", "accidents", [one.accident_id for one in accidents]),
            why="有真实火情没有登记伤亡情况" if untold else "没有设备接入，也没有事故登记",
            completeness=c.completeness(*_FIRE_DEVICES),
        ),
    ]


def _fire_incidents(c: Counting) -> list[IncidentRow]:
    return [one for one in c.counted.incidents if one.family == "fire"]


def _fire_signals(c: Counting) -> list[AlertRow]:
    return [one for one in c.counted.alerts if one.alert_class == AlertClass.F1]


def responses(c: Counting) -> list[Figure]:
    """Answers in time to F1 (3): acknowledged within 60 s, on scene within 3 min (tests left out).

    While the time of one still runs, it is neither in time nor late.
    """
    alerts = [one for one in c.counted.alerts if one.alert_class == AlertClass.F1]
    real = [one for one in alerts if one.outcome != Outcome.TEST]
    complete = c.completeness("detector")
    late = timedelta.max
    known_at = c.counted.known_at
    called = [one for one in alerts if one.acknowledged_at or one.raised_at + ACK_WITHIN <= known_at]
    awaited = [one for one in real if one.on_scene_at or one.raised_at + ON_SCENE_WITHIN <= known_at]
    acked = [one for one in alerts if after(one.raised_at, one.acknowledged_at, late) <= ACK_WITHIN]
    there = [one for one in real if after(one.raised_at, one.on_scene_at, late) <= ON_SCENE_WITHIN]
    why = "没有已到时限的烟感火警信号" if alerts else "本期没有烟感火警信号"
    return [
        c.share(
            "ack_rate",
            "火警及时响应率",
            len(acked),
            len(called),
            c.evidence("alerts", "alerts", [one.alert_id for one in called]),
            complete,
            why,
        ),
        c.share(
            "on_scene_rate",
            "到场及时率",
            len(there),
            len(awaited),
            c.evidence("alerts", "alerts", [one.alert_id for one in awaited]),
            complete,
            why,
        ),
    ]


def faults(c: Counting) -> list[Figure]:
    """Device faults and how soon they were repaired (5); what is not due yet is not counted as late."""
    opened = [one for one in c.counted.alerts if one.alert_class == AlertClass.T1]
    closed = [one for one in opened if one.resolved_at is not None]
    due = [one for one in opened if one.resolved_at or one.raised_at + REPAIR_WITHIN <= c.as_of]
    in_time = [one for one in due if after(one.raised_at, one.resolved_at, timedelta.max) <= REPAIR_WITHIN]
    took = [after(one.raised_at, one.resolved_at, timedelta(0)) / timedelta(hours=1) for one in closed]
    proof = c.evidence("alerts", "alerts", [one.alert_id for one in due])
    complete = c.completeness()

    def cases(key: str, label: str, rows: Sequence[AlertRow]) -> Figure:
        evidence = c.evidence("alerts", "alerts", [one.alert_id for one in rows])
        if not opened and c.silent():
            return unknown(key, label, Unit.CASES, c.as_of, evidence, NOTHING_CAME)
        return count(key, label, evidence.rows, Unit.CASES, c.as_of, evidence)

    return [
        cases("faults", "设备故障", opened),
        cases("faults_closed", "设备故障已修复", closed),
        c.share("repair_rate", "故障修复及时率", len(in_time), len(due), proof, complete, "没有到期的故障"),
        c.value(
            "repair_hours",
            "平均修复时长",
            fmean(took) if took else None,
            Unit.HOURS,
            proof,
            places=1,
            why="没有已修复的故障",
        ),
    ]


def bands(c: Counting) -> list[Figure]:
    """Bands worn and charged (7)."""
    worn = c.counted.worn
    days = [one for one in c.counted.days if one.kind == "wristband"]
    return [
        c.heard_share(
            "worn_rate",
            "手环佩戴率",
            worn.worn_s,
            worn.eligible_s if worn.worn_s is not None else None,
            c.of_days("worn_sum"),
            "没有手环佩戴数据",
            "wristband",
        ),
        c.share(
            "charged_rate",
            "手环充电合格率",
            sum(one.charged_days for one in days),
            sum(one.battery_days for one in days),
            c.of_days(),
            c.completeness("wristband"),
            "没有手环电量数据",
        ),
    ]


def wandering(c: Counting) -> list[Figure]:
    """Calls for help, leaving the fence, missing residents and those who were found (8); without trials."""
    alerts = _no_trials(c)
    missing = _of_class(alerts, AlertClass.W5)
    complete = c.completeness("wristband")
    has_bands = any(row.kind == "wristband" for row in c.counted.devices)

    def cases(key: str, label: str, rows: Sequence[AlertRow], unit: Unit = Unit.CASES) -> Figure:
        if not has_bands and not rows:
            return unknown(key, label, unit, c.as_of, c.evidence("alerts", "alerts"), "没有登记定位手环")
        if not alerts and c.silent("wristband"):
            return unknown(key, label, unit, c.as_of, c.evidence("alerts", "alerts"), NOTHING_CAME)
        proof = c.evidence("alerts", "alerts", [one.alert_id for one in rows])
        return count(key, label, proof.rows, unit, c.as_of, proof, complete)

    return [
        cases("fence_alerts", "处置越界报警", _of_class(alerts, AlertClass.W2)),
        cases("sos_alerts", "处置求助报警", _of_class(alerts, AlertClass.W1)),
        cases("missing", "走失", missing),
        cases("missing_found", "成功找回", _found(missing), Unit.PEOPLE),
    ]


def searches(c: Counting) -> list[Figure]:
    """How long it took to notice that somebody left and to find who was missing (8); without trials."""
    alerts = _no_trials(c)
    fence, missing = _of_class(alerts, AlertClass.W2), _of_class(alerts, AlertClass.W5)
    found = _found(missing)
    in_day = [one for one in found if after(one.happened_at, one.resolved_at, timedelta.max) <= FOUND_WITHIN]

    def minutes(key: str, label: str, took: list[timedelta], rows: Sequence[AlertRow], why: str) -> Figure:
        mean = fmean(one / timedelta(minutes=1) for one in took) if took else None
        proof = c.evidence("alerts", "alerts", [one.alert_id for one in rows])
        return c.value(key, label, mean, Unit.MINUTES, proof, places=1, why=why)

    return [
        minutes(
            "notice_minutes",
            "走失发现时长",
            [one.acknowledged_at - one.happened_at for one in fence if one.acknowledged_at],
            fence,
            "没有已响应的越界报警",
        ),
        minutes(
            "found_minutes",
            "找回时长",
            [one.resolved_at - one.happened_at for one in found if one.resolved_at],
            found,
            "没有找回的走失老人",
        ),
        c.share(
            "found_in_day_rate",
            "24小时找回率",
            len(in_day),
            len(missing),
            c.evidence("alerts", "alerts", [one.alert_id for one in missing]),
            c.completeness("wristband"),
            "本期没有走失",
        ),
    ]


def _no_trials(c: Counting) -> list[AlertRow]:
    return [one for one in c.counted.alerts if one.outcome != Outcome.TEST]


def _of_class(alerts: Iterable[AlertRow], alert_class: AlertClass) -> list[AlertRow]:
    return [one for one in alerts if one.alert_class == alert_class]


def _found(missing: Iterable[AlertRow]) -> list[AlertRow]:
    return [one for one in missing if one.outcome == Outcome.TRUE]
