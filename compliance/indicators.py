"""The figures of the safety section and the twelve indicators, from the rows of one period. Pure.

Source: domain rules 1.2 (what the section prints), 8.3 (indicators), 8.4 (honesty). A figure that nothing
stands behind is unknown, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import fmean

from compliance import load_figures
from compliance.figures import Evidence, Figure, Unit, count, rate, unknown
from model.alerts import AlertClass, Outcome
from model.compliance import (
    AlertRow,
    Counted,
    DeviceRow,
    HazardRow,
    HomeRow,
    IncidentRow,
    InspectionRow,
    LivenessSum,
)

ACK_WITHIN = timedelta(seconds=60)
ON_SCENE_WITHIN = timedelta(minutes=3)
"""Source: 微型消防站 公消〔2015〕301号「3分钟到场」; 1-3-5."""
REPAIR_WITHIN = timedelta(hours=24)
"""Source: our choice; a repair ticket is done in a day."""
FOUND_WITHIN = timedelta(hours=24)
"""Source: Koester & Stooksbury: nobody who was found within 24 h had died."""
NIGHT_PATROLS = 2
"""Source: star-rating form item 47: 夜间防火巡查不少于两次."""
OPEN = "open"


class Counting:
    """Makes figures of one `Counted`: the same moment, parameters and completeness in each."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        self.as_of = counted.period.ends_at
        self.params = {
            "start_on": counted.period.start_on.isoformat(),
            "end_on": counted.period.end_on.isoformat(),
            "ends_at": counted.period.ends_at.isoformat(),
            "home": counted.home.code if counted.home else None,
        }

    def evidence(self, query: str, table: str, rows: Iterable[int] = ()) -> Evidence:
        """Return where a figure comes from."""
        return Evidence(query, self.params, table, tuple(rows))

    def completeness(self, *kinds: str) -> float | None:
        """Return the share of due reports that came, of these kinds or of all; None where none was due."""
        sums = [one for one in self.counted.days if not kinds or one.kind in kinds]
        due = sum(one.reports_due for one in sums)
        return sum(one.reports for one in sums) * self.days_share / due if due else None

    @property
    def days_share(self) -> float:
        """Return the share of the observed days whose reports were counted at all."""
        observed = self.counted.days_observed
        return min(1.0, self.counted.days_counted / observed) if observed else 1.0

    def rows(
        self, key: str, label: str, rows: Iterable[int], unit: Unit, query: str, table: str, *kinds: str
    ) -> Figure:
        """Return a figure that counts rows; `kinds` of devices give its completeness."""
        complete = self.completeness(*kinds) if kinds else None
        return count(key, label, tuple(rows), unit, self.as_of, self.evidence(query, table), complete)

    def value(
        self,
        key: str,
        label: str,
        value: float | None,
        unit: Unit,
        evidence: Evidence,
        *,
        places: int = 0,
        why: str = "",
        completeness: float | None = None,
    ) -> Figure:
        """Return a figure that is not a count of rows; None is unknown, because of `why`."""
        return Figure(
            key,
            label,
            value,
            unit,
            self.as_of,
            evidence,
            completeness=completeness,
            places=places,
            why_unknown=why if value is None else "",
        )

    def share(
        self,
        key: str,
        label: str,
        numerator: float | None,
        denominator: float | None,
        evidence: Evidence,
        completeness: float | None,
        why: str,
    ) -> Figure:
        """Return a rate; unknown, because of `why`, where there is nothing that it is a share of."""
        return rate(key, label, numerator, denominator, self.as_of, evidence, completeness, why)


def figures(counted: Counted) -> dict[str, Figure]:
    """Return every figure of the period by key."""
    counting = Counting(counted)
    made: list[Figure] = []
    for part in (
        registry,
        facilities,
        enforcement,
        hazards,
        devices,
        completeness,
        fires,
        responses,
        faults,
        patrols,
        wandering,
        people,
    ):
        made += part(counting)
    made += load_figures.alarm_load(counting.counted, counting.as_of, counting.evidence)
    return {figure.key: figure for figure in made}


def registry(c: Counting) -> list[Figure]:
    """Homes on the register (备案), new, cancelled, and those of last year. S11."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    filed = [home for home in c.counted.homes if home.registration_no or home.registered_on]
    dated = [home for home in filed if home.registered_on is not None]

    def of(key: str, label: str, keep: Callable[[HomeRow], bool], rows: Sequence[HomeRow]) -> Figure:
        if not filed:
            return unknown(key, label, Unit.HOMES, c.as_of, c.evidence("homes", "homes"), "没有备案登记数据")
        return c.rows(key, label, _homes(rows, keep), Unit.HOMES, "homes", "homes")

    return [
        of("filed_new", "新增备案养老机构", lambda home: _within(home.registered_on, start, end), dated),
        of(
            "filed_total",
            "期末备案养老机构",
            lambda home: home.closed_on is None or home.closed_on > end,
            filed,
        ),
        of("filed_cancelled", "本期注销备案", lambda home: _within(home.closed_on, start, end), filed),
        of(
            "filed_last",
            "上期末备案养老机构",
            lambda home: (
                home.registered_on < start and (home.closed_on is None or home.closed_on >= start)
                if home.registered_on
                else False
            ),
            dated,
        ),
        of("filed_undated", "备案日期不详", lambda home: home.registered_on is None, filed),
        c.rows(
            "homes_open", "期末开办养老机构", _homes(_open(c), lambda _: True), Unit.HOMES, "homes", "homes"
        ),
    ]


def facilities(c: Counting) -> list[Figure]:
    """Micro fire stations (S2) and completed retrofit projects (S4)."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    homes, projects = c.counted.homes, c.counted.projects
    fire = [one for one in projects if one.kind in ("fire_system", "sprinkler")]
    paid = [one.investment_yuan for one in fire]
    proof = c.evidence("projects", "projects", [one.project_id for one in fire])
    known = [one for one in paid if one is not None]
    total = sum(known) / 10_000 if fire and len(known) == len(paid) else None
    return [
        c.rows(
            "micro_station_built",
            "建立养老机构微型消防站",
            _homes(homes, lambda home: _within(home.micro_station_on, start, end)),
            Unit.DEVICES,
            "homes",
            "homes",
        ),
        c.rows(
            "micro_station_total",
            "现有养老机构微型消防站",
            _homes(_open(c), lambda home: home.micro_station_on is not None and home.micro_station_on <= end),
            Unit.DEVICES,
            "homes",
            "homes",
        ),
        c.rows(
            "projects_done",
            "完成消防设施改造项目",
            [one.project_id for one in fire],
            Unit.ITEMS,
            "projects",
            "projects",
        ),
        c.value(
            "projects_investment",
            "消防设施改造投资",
            total,
            Unit.WAN_YUAN,
            proof,
            places=4,
            why="没有完工的改造项目" if not fire else "有项目没有登记投资额",
        ),
    ]


def enforcement(c: Counting) -> list[Figure]:
    """Joint inspections (S5), inspected homes (S15)."""
    inspections = c.counted.inspections
    joint = [one for one in inspections if one.kind == "joint"]
    official = [one for one in inspections if one.kind in ("joint", "bureau")]
    seen = {one.home_id for one in official}
    opened = {home.home_id for home in _open(c)}
    proof = c.evidence("inspections", "inspections", [one.inspection_id for one in official])
    return [
        c.rows(
            "joint_inspections",
            "开展联合执法检查",
            [one.inspection_id for one in joint],
            Unit.TIMES,
            "inspections",
            "inspections",
        ),
        c.rows(
            "joint_homes",
            "联合执法检查覆盖养老机构",
            sorted({one.home_id for one in joint}),
            Unit.HOMES,
            "inspections",
            "homes",
        ),
        c.share(
            "inspected_rate",
            "排查覆盖率",
            len(seen & opened) if official else None,
            len(opened),
            proof,
            1.0,
            "没有检查记录",
        ),
    ]


def hazards(c: Counting) -> list[Figure]:
    """Unlicensed homes (S6-S8), private homes without sprinklers (S9), rectification (indicator 9)."""
    end, rows = c.counted.period.end_on, c.counted.hazards
    unlicensed = _latest(rows, "unlicensed")
    sprinkler = {home: row for home, row in _latest(rows, "no_sprinkler").items() if row.home_kind == "民办"}

    def homes(key: str, label: str, found: Iterable[HazardRow], unit: Unit = Unit.HOMES) -> Figure:
        ids = sorted(row.hazard_id for row in found)
        return c.rows(key, label, ids, unit, "hazards", "hazards")

    def how(row: HazardRow) -> str:
        return row.closed_how or OPEN if row.closed_on is not None and row.closed_on <= end else OPEN

    states = {home: how(row) for home, row in unlicensed.items()}

    def of(state: str) -> list[HazardRow]:
        return [row for home, row in unlicensed.items() if states[home] == state]

    done = [row for row in sprinkler.values() if how(row) != OPEN]
    in_time = [row for row in done if _in_time(row)]
    due = [row for row in rows if _is_due(row, end)]
    closed_in_time = [
        row for row in due if row.closed_on is not None and row.closed_on <= end and _in_time(row)
    ]
    major_open = [row for row in rows if row.grade == "major" and how(row) == OPEN]
    found = [row for row in rows if row.found_on >= c.counted.period.start_on]
    listed = {row.home_id for row in sprinkler.values()}
    not_listed = _homes(
        _open(c),
        lambda home: home.kind == "民办" and home.sprinkler is False and home.home_id not in listed,
    )
    return [
        homes("unlicensed_targeted", "集中整治无证养老机构", unlicensed.values()),
        homes("unlicensed_retrofitted", "无证机构完成消防系统改造", of("retrofitted")),
        homes("unlicensed_closed", "无证机构关停", of("closed_down")),
        homes("unlicensed_rectified", "无证机构以其他方式整改到位", of("rectified")),
        homes("unlicensed_pending", "无证机构正在整治", of(OPEN)),
        homes("no_sprinkler", "没有安装消防喷淋系统的民办养老机构", sprinkler.values()),
        homes("no_sprinkler_done", "喷淋已完成安装", done),
        homes("no_sprinkler_in_time", "喷淋按时间节点完成", in_time),
        c.rows(
            "no_sprinkler_unlisted",
            "未列入整治清单的无喷淋民办机构",
            not_listed,
            Unit.HOMES,
            "homes",
            "homes",
        ),
        c.share(
            "sprinkler_rate",
            "喷淋节点完成率",
            len(in_time),
            len(sprinkler),
            c.evidence("hazards", "hazards", sorted(row.hazard_id for row in sprinkler.values())),
            1.0,
            "没有喷淋整治清单",
        ),
        homes("hazards_found", "排查发现隐患", found, Unit.SPOTS),
        homes("hazards_closed", "隐患已整改", [row for row in found if how(row) != OPEN], Unit.SPOTS),
        c.share(
            "hazards_in_time",
            "隐患整改率",
            len(closed_in_time),
            len(due),
            c.evidence("hazards", "hazards", sorted(row.hazard_id for row in due)),
            1.0,
            "没有到期的隐患整改任务",
        ),
        homes("hazards_major", "重大隐患", [row for row in rows if row.grade == "major"], Unit.SPOTS),
        homes("hazards_major_open", "未清零重大隐患", major_open, Unit.SPOTS),
    ]


def devices(c: Counting) -> list[Figure]:
    """Detectors and bands: in-year installs, stock (S1, S13), coverage (1), online rate (2)."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    rows = c.counted.devices

    def installed(key: str, label: str, keep: Callable[[DeviceRow], bool]) -> Figure:
        ids = [row.device_id for row in rows if keep(row)]
        return c.rows(key, label, ids, Unit.DEVICES, "devices", "devices")

    def new(row: DeviceRow) -> bool:
        return _within(row.installed_on, start, end)

    def stock(row: DeviceRow) -> bool:
        return row.retired_on is None or row.retired_on > end

    bands = [row for row in rows if row.kind == "wristband" and row.resident_id is not None]
    wearers = {row.resident_id for row in bands if row.wanders and new(row)} - {None}
    rooms = c.counted.rooms
    made = [
        installed(
            "smoke_installed",
            "为敬老院安装智慧烟感器",
            lambda row: row.kind == "detector" and row.home_kind == "敬老院" and new(row),
        ),
        installed("smoke_installed_all", "安装智慧烟感器", lambda row: row.kind == "detector" and new(row)),
        installed("smoke_stock", "现有智慧烟感器", lambda row: row.kind == "detector" and stock(row)),
        installed("bands_issued", "配备防走失定位手环", lambda row: row.kind == "wristband" and new(row)),
        installed("bands_stock", "现有防走失定位手环", lambda row: row.kind == "wristband" and stock(row)),
        c.rows(
            "band_wearers",
            "配备手环的失智老年人",
            sorted(one for one in wearers if one is not None),
            Unit.PERSONS,
            "devices",
            "residents",
        ),
        installed("devices_undated", "安装日期不详的设备", lambda row: row.installed_on is None),
        installed("devices_unheard", "从未上报的设备", lambda row: stock(row) and not row.heard),
        c.share(
            "coverage",
            "智慧烟感覆盖率",
            sum(room.working for room in rooms),
            len(rooms),
            c.evidence("rooms", "places", [room.place_id for room in rooms if room.working]),
            c.completeness("detector"),
            "没有登记应装烟感的房间",
        ),
        c.share(
            "fitted_rate",
            "智慧烟感安装率",
            sum(room.fitted for room in rooms),
            len(rooms),
            c.evidence("rooms", "places", [room.place_id for room in rooms if room.fitted]),
            1.0,
            "没有登记应装烟感的房间",
        ),
    ]
    for key, label, kinds in (
        ("online_rate", "设备在线率", ()),
        ("online_rate_smoke", "智慧烟感器在线率", ("detector",)),
        ("online_rate_band", "定位手环在线率", ("wristband",)),
    ):
        sums = _of_kinds(c.counted.liveness, kinds)
        made.append(
            c.share(
                key,
                label,
                sum(one.online_s for one in sums),
                sum(one.observed_s for one in sums),
                c.evidence("liveness_sums", "liveness_intervals"),
                c.completeness(*kinds),
                "没有设备在线记录",
            )
        )
    return made


def completeness(c: Counting) -> list[Figure]:
    """Completeness of the data (12), and how much of the installed time was observed at all."""
    days, liveness = c.counted.days, c.counted.liveness
    came, due = sum(one.reports for one in days), sum(one.reports_due for one in days)
    return [
        c.share(
            "completeness",
            "数据完整率",
            came * c.days_share if due else None,
            due,
            c.evidence("day_sums", "home_days"),
            1.0,
            "没有应报数据的设备",
        ),
        c.share(
            "observed_rate",
            "接入覆盖率",
            sum(one.observed_s for one in liveness),
            sum(one.installed_s for one in liveness),
            c.evidence("liveness_sums", "liveness_intervals"),
            1.0,
            "没有登记设备",
        ),
    ]


def outcome_of(incident: IncidentRow) -> str:
    """Return how an incident is counted: open while any alert of it is, else by its gravest outcome."""
    if not incident.outcomes or None in incident.outcomes:
        return OPEN
    for outcome in (Outcome.TRUE, Outcome.FALSE, Outcome.FAULT):
        if outcome in incident.outcomes:
            return outcome
    return Outcome.TEST


def fires(c: Counting) -> list[Figure]:
    """Fire alarms by incident (起) and by signal (条), outcomes, accidents, the false-alarm rate (4)."""
    incidents = [one for one in c.counted.incidents if one.family == "fire"]
    signals = [one for one in c.counted.alerts if one.alert_class == AlertClass.F1]
    seen = bool(c.counted.liveness) and c.counted.observed_from is not None

    def cases(key: str, label: str, found: Iterable[IncidentRow]) -> Figure:
        if not seen and not incidents:
            why = "没有设备接入，火警数据不详"
            return unknown(key, label, Unit.CASES, c.as_of, c.evidence("incidents", "incidents"), why)
        ids = [one.incident_id for one in found]
        return c.rows(key, label, ids, Unit.CASES, "incidents", "incidents", "detector", "call_point")

    def by(outcome: str) -> list[IncidentRow]:
        return [one for one in incidents if outcome_of(one) == outcome]

    true, false = by(Outcome.TRUE), by(Outcome.FALSE)
    told = {one.incident_id for one in c.counted.accidents}
    silent = [one.incident_id for one in true if one.incident_id not in told]
    fire_accidents = [one for one in c.counted.accidents if one.kind == "fire"]
    deaths = sum(one.deaths for one in fire_accidents)
    detectors = [row for row in c.counted.liveness if row.kind == "detector"]
    detector_days = sum(row.observed_s for row in detectors) / 86_400
    wrong = [one for one in signals if one.outcome == Outcome.FALSE]
    complete = c.completeness("detector", "call_point")
    outcomes = c.evidence("incidents", "incidents", [one.incident_id for one in true + false])
    return [
        cases("fire_alarms", "处置火警信息", incidents),
        cases("fire_true", "火警中真实火情", true),
        cases("fire_false", "火警中误报", false),
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
        c.share(
            "false_rate",
            "误报率",
            len(false),
            len(true) + len(false),
            outcomes,
            complete,
            "没有已判明真伪的火警",
        ),
        c.value(
            "false_per_detector",
            "每个烟感器每30天误报",
            len(wrong) * 30 / detector_days if detector_days else None,
            Unit.PER_DETECTOR,
            c.evidence("alerts", "alerts", [one.alert_id for one in wrong]),
            places=4,
            why="没有烟感器在线记录",
            completeness=c.completeness("detector"),
        ),
        c.rows("fire_true_untold", "没有事故记录的真实火情", silent, Unit.CASES, "incidents", "incidents"),
        c.value(
            "fire_deaths",
            "火灾亡人",
            float(deaths) if not silent and (seen or fire_accidents) else float(deaths) if deaths else None,
            Unit.PEOPLE,
            c.evidence("accidents", "accidents", [one.accident_id for one in fire_accidents]),
            why="有真实火情没有登记伤亡情况" if silent else "没有设备接入，也没有事故登记",
            completeness=complete,
        ),
    ]


def responses(c: Counting) -> list[Figure]:
    """Answers in time to F1 (3): acknowledged within 60 s, on scene within 3 min (tests left out)."""
    alerts = [one for one in c.counted.alerts if one.alert_class == AlertClass.F1]
    real = [one for one in alerts if one.outcome != Outcome.TEST]
    complete = c.completeness("detector")
    late = timedelta.max
    acked = [one for one in alerts if _after(one.raised_at, one.acknowledged_at, late) <= ACK_WITHIN]
    there = [one for one in real if _after(one.raised_at, one.on_scene_at, late) <= ON_SCENE_WITHIN]
    why = "本期没有烟感火警信号"
    return [
        c.share(
            "ack_rate",
            "火警及时响应率",
            len(acked),
            len(alerts),
            c.evidence("alerts", "alerts", [one.alert_id for one in alerts]),
            complete,
            why,
        ),
        c.share(
            "on_scene_rate",
            "到场及时率",
            len(there),
            len(real),
            c.evidence("alerts", "alerts", [one.alert_id for one in real]),
            complete,
            why,
        ),
    ]


def faults(c: Counting) -> list[Figure]:
    """Device faults and how soon they were repaired (5); what is not due yet is not counted as late."""
    opened = [one for one in c.counted.alerts if one.alert_class == AlertClass.T1]
    closed = [one for one in opened if one.resolved_at is not None]
    due = [one for one in opened if one.resolved_at or one.raised_at + REPAIR_WITHIN <= c.as_of]
    in_time = [one for one in due if _after(one.raised_at, one.resolved_at, timedelta.max) <= REPAIR_WITHIN]
    took = [_after(one.raised_at, one.resolved_at, timedelta(0)) / timedelta(hours=1) for one in closed]
    proof = c.evidence("alerts", "alerts", [one.alert_id for one in due])
    complete = c.completeness()
    return [
        c.rows("faults", "设备故障", [one.alert_id for one in opened], Unit.CASES, "alerts", "alerts"),
        c.rows(
            "faults_closed",
            "设备故障已修复",
            [one.alert_id for one in closed],
            Unit.CASES,
            "alerts",
            "alerts",
        ),
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


def patrols(c: Counting) -> list[Figure]:
    """Patrols, self-checks, drills and tests: done beside due (6); more than due in one slot counts once."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    rows = c.counted.inspections
    open_days = [
        (home.home_id, max(start, home.opened_on or start), min(end, home.closed_on or end))
        for home in c.counted.homes
    ]
    made: list[Figure] = []
    for key, label, kind, slot, per_slot in (
        ("patrol_rate", "白天巡查完成率", "patrol", _by_day, 1),
        ("night_patrol_rate", "夜间巡查完成率", "night_patrol", _by_day, NIGHT_PATROLS),
        ("self_check_rate", "月度自查完成率", "self", _by_month, 1),
        ("drill_rate", "半年演练完成率", "drill", _by_half, 1),
        ("equipment_test_rate", "消防设施年度检测率", "equipment_test", _by_year, 1),
    ):
        done_rows = [one for one in rows if one.kind == kind]
        proof = c.evidence("inspections", "inspections", [one.inspection_id for one in done_rows])
        if not done_rows:
            made.append(c.share(key, label, None, None, proof, 1.0, "没有记录"))
            continue
        due = sum(len(_slots(first, last, slot)) * per_slot for _, first, last in open_days if first <= last)
        made.append(c.share(key, label, _done(done_rows, slot, per_slot), due, proof, 1.0, "没有记录"))
    return made


def wandering(c: Counting) -> list[Figure]:
    """Bands worn and charged (7), leaving the fence, missing residents found (8)."""
    worn, alerts = c.counted.worn, c.counted.alerts
    fence = [one for one in alerts if one.alert_class == AlertClass.W2]
    missing = [one for one in alerts if one.alert_class == AlertClass.W5]
    found = [one for one in missing if one.outcome == Outcome.TRUE]
    in_day = [one for one in found if _after(one.happened_at, one.resolved_at, timedelta.max) <= FOUND_WITHIN]
    sos = [one for one in alerts if one.alert_class == AlertClass.W1]
    bands = [one for one in c.counted.days if one.kind == "wristband"]
    complete = c.completeness("wristband")
    has_bands = any(row.kind == "wristband" for row in c.counted.devices)

    def cases(key: str, label: str, rows: Sequence[AlertRow], unit: Unit = Unit.CASES) -> Figure:
        if not has_bands and not rows:
            return unknown(key, label, unit, c.as_of, c.evidence("alerts", "alerts"), "没有登记定位手环")
        return c.rows(key, label, [one.alert_id for one in rows], unit, "alerts", "alerts", "wristband")

    def minutes(key: str, label: str, took: list[timedelta], rows: Sequence[AlertRow], why: str) -> Figure:
        mean = fmean(one / timedelta(minutes=1) for one in took) if took else None
        proof = c.evidence("alerts", "alerts", [one.alert_id for one in rows])
        return c.value(key, label, mean, Unit.MINUTES, proof, places=1, why=why)

    return [
        c.share(
            "worn_rate",
            "手环佩戴率",
            worn.worn_s,
            worn.eligible_s if worn.worn_s is not None else None,
            c.evidence("worn_sum", "device_days"),
            complete,
            "没有手环佩戴数据",
        ),
        c.share(
            "charged_rate",
            "手环充电合格率",
            sum(one.charged_days for one in bands),
            sum(one.battery_days for one in bands),
            c.evidence("day_sums", "home_days"),
            complete,
            "没有手环电量数据",
        ),
        cases("fence_alerts", "处置越界报警", fence),
        cases("sos_alerts", "处置求助报警", sos),
        cases("missing", "走失", missing),
        cases("missing_found", "成功找回", found, Unit.PEOPLE),
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
            complete,
            "本期没有走失",
        ),
    ]


def people(c: Counting) -> list[Figure]:
    """Training (10, S12) and 24-hour duty."""
    rows, duty = c.counted.trainings, c.counted.duty
    proof = c.evidence("trainings", "trainings", [row.training_id for row in rows])
    return [
        c.rows(
            "training_sessions",
            "培训期数",
            [row.training_id for row in rows],
            Unit.SESSIONS,
            "trainings",
            "trainings",
        ),
        c.value(
            "training_attendees",
            "培训人数",
            float(sum(row.attendees for row in rows)),
            Unit.PEOPLE,
            proof,
        ),
        c.share(
            "duty_rate",
            "24小时值班覆盖率",
            duty.covered_s if duty.turns else None,
            duty.due_s,
            c.evidence("duty_sum", "duties"),
            1.0,
            "没有排班数据",
        ),
    ]


def _homes(homes: Iterable[HomeRow], keep: Callable[[HomeRow], bool]) -> list[int]:
    return [home.home_id for home in homes if keep(home)]


def _open(c: Counting) -> list[HomeRow]:
    end = c.counted.period.end_on
    return [home for home in c.counted.homes if home.closed_on is None or home.closed_on > end]


def _within(day: date | None, start: date, end: date) -> bool:
    return day is not None and start <= day <= end


def _after(start: datetime, end: datetime | None, otherwise: timedelta) -> timedelta:
    return otherwise if end is None else end - start


def _latest(rows: Iterable[HazardRow], kind: str) -> dict[int, HazardRow]:
    """One hazard per home, since homes are counted: the one found last decides."""
    found: dict[int, HazardRow] = {}
    for row in sorted(rows, key=lambda row: (row.found_on, row.hazard_id)):
        if row.kind == kind:
            found[row.home_id] = row
    return found


def _in_time(row: HazardRow) -> bool:
    return row.closed_on is not None and (row.deadline_on is None or row.closed_on <= row.deadline_on)


def _is_due(row: HazardRow, end: date) -> bool:
    closed = row.closed_on is not None and row.closed_on <= end
    return closed or (row.deadline_on is not None and row.deadline_on < end)


def _of_kinds(sums: Iterable[LivenessSum], kinds: Sequence[str]) -> list[LivenessSum]:
    return [one for one in sums if not kinds or one.kind in kinds]


def _by_day(day: date) -> tuple[int, ...]:
    return (day.toordinal(),)


def _by_month(day: date) -> tuple[int, ...]:
    return (day.year, day.month)


def _by_half(day: date) -> tuple[int, ...]:
    return (day.year, (day.month - 1) // 6)


def _by_year(day: date) -> tuple[int, ...]:
    return (day.year,)


def _slots(first: date, last: date, slot: Callable[[date], tuple[int, ...]]) -> set[tuple[int, ...]]:
    return {slot(first + timedelta(days=day)) for day in range((last - first).days + 1)}


def _done(rows: Iterable[InspectionRow], slot: Callable[[date], tuple[int, ...]], per_slot: int) -> int:
    counts: dict[tuple[int, ...], int] = {}
    for row in rows:
        key = (row.home_id, *slot(row.done_on))
        counts[key] = counts.get(key, 0) + 1
    return sum(min(number, per_slot) for number in counts.values())
